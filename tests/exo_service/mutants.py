"""Genomes one to three mutations away from curated ones, the same for the same seed."""

import json
import random
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
CATALOGUE = yaml.safe_load((ROOT / "src/genome/alphabet.yaml").read_text())


def curated(kernel: str) -> list:
    """The genes of every curated genome of a kernel, as the service takes them."""
    genomes = [yaml.safe_load(path.read_text()) for path in sorted((ROOT / "populations" / kernel).glob("*.yaml"))]
    return [[[kind, arguments] for gene in genome["genes"] for kind, arguments in gene.items()] for genome in genomes]


def names_in(genomes: list) -> list:
    """Every word that an argument of the genomes names something by."""
    values = [value for genome in genomes for _, arguments in genome for value in arguments.values()]
    return sorted({value for value in values if isinstance(value, str)})


def _value(parameter: dict, names: list, draw: random.Random):
    low, high = parameter.get("min", 0), min(parameter.get("max", 0), 8)
    return {
        "int": lambda: draw.randint(low, max(low, high)),
        "ints": lambda: [draw.randint(low, high) for _ in range(parameter.get("count", 3))],
        "choice": lambda: draw.choice(parameter.get("of")),
        "loops": lambda: draw.sample(names, 2),
    }.get(parameter["kind"], lambda: draw.choice(names))()


def _gene(names: list, draw: random.Random) -> list:
    kind = draw.choice(sorted(CATALOGUE))
    parameters = CATALOGUE[kind].get("arguments") or {}
    return [kind, {name: _value(parameter, names, draw) for name, parameter in parameters.items()}]


def _mutate(genes: list, names: list, draw: random.Random) -> None:
    at = draw.randrange(len(genes) + 1)
    gene = genes[at] if at < len(genes) else None
    mutation = draw.choice(["insert", "replace", "change", "change", "delete", "swap"])
    if gene is None or mutation == "insert":
        genes.insert(at, _gene(names, draw))
    elif mutation == "replace":
        genes[at] = _gene(names, draw)
    elif mutation == "change" and gene[1]:
        name = draw.choice(sorted(gene[1]))
        gene[1][name] = _value(CATALOGUE[gene[0]]["arguments"][name], names, draw)
    elif mutation == "delete":
        del genes[at]
    else:
        genes.insert(max(0, at - 1), genes.pop(at))


def mutants(kernel: str, count: int, seed: int, extra_names=()) -> list:
    """So many genomes, each of curated genes after one to three random mutations."""
    draw = random.Random(seed)
    parents = [genome for genome in curated(kernel) if genome]
    names = sorted({*names_in(parents), *extra_names})
    result = []
    for _ in range(count):
        genes = json.loads(json.dumps(draw.choice(parents)))
        for _ in range(draw.randint(1, 3)):
            _mutate(genes, names, draw)
        result.append(genes)
    return result
