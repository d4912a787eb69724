"""Draws genes of every kind as a search does, applies them, and prints a table: what each is, and how often it is legal.

    alphabet_table [--count N] [--seed S]

N genes of a kind are drawn by `exogene draws` for each of several schedules, naive and mapped to the array, and decoded by
the Exo service's decoder with checks deferred. The cost is the median CPU time of applying a gene, refused ones included.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from exo_service.accelerator import read_accelerator  # noqa: E402
from exo_service.decode import DecodeFailed, Decoder  # noqa: E402
from exo_service.kernels import make_kernel  # noqa: E402
from exo_service.operators import NO_GENE  # noqa: E402

ACCELERATOR = ROOT / "configs/accelerators/gemmini-16x16.yaml"
TUNED = ("tile", "overwrite", "mult_loops", "permute", "unroll_loop", "")
NARROW = [("tensorise", {"widths": [1, 1]}), ("unroll", {"loop": "joo", "factor": 2})]  # loads of a block, two tiles of C
SCHEDULES = [  # population, kernel, the gene in front of which the genome ends ("" for all of it), and genes behind it
    ("matmul/naive", "matmul-128x128x128", "", []),
    ("matmul/naive", "matmul-128x128x128", "", NARROW),
    ("matmul/baseline", "matmul-128x128x128", "", []),
    *(("matmul/tuned", "matmul-256x256x256", gene, []) for gene in TUNED),
    ("matmul/baseline", "matmul-100x70x50", "", []),
    ("conv2d/naive", "conv2d-small", "", []),
    ("conv2d/baseline", "conv2d-small", "", []),
    ("residual_add/naive", "residual_add-784x1024", "", []),
    ("residual_add/baseline", "residual_add-784x1024", "", []),
]


def genes_of(path: Path, end: str, more: list) -> list[tuple[str, dict]]:
    genes = [next(iter(gene.items())) for gene in yaml.safe_load(path.read_text())["genes"]]
    return [*(genes[: [kind for kind, _ in genes].index(end)] if end else genes), *more]


def drawn(genes: list, kernel: Path, options) -> list[tuple[str, dict]]:
    """Genes for the schedule that `genes` make."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as genome:
        text = {"kernel": yaml.safe_load(kernel.read_text())["kernel"], "genes": [dict([gene]) for gene in genes]}
        yaml.safe_dump(text, genome, sort_keys=False)
        genome.flush()
        command = [ROOT / "build/exogene", "draws", genome.name, "--kernel", kernel]
        command += ["--count", str(options.count), "--seed", str(options.seed)]
        lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return [next(iter(yaml.safe_load(line).items())) for line in lines]


def decoder(kernel: Path) -> Decoder:
    file = yaml.safe_load(kernel.read_text())
    naive, library = make_kernel({"bias": False, **file, "family": file["kernel"]}, read_accelerator(ACCELERATOR))
    return Decoder(naive, library, deferred=True)


def measure(options) -> dict[str, list[tuple[bool, float]]]:
    """Kind -> (legal, seconds of CPU) of every gene drawn, once for those drawn again."""
    results = {}
    for population, kernel_name, end, more in SCHEDULES:
        kernel = ROOT / f"configs/kernels/{kernel_name}.yaml"
        decode, genes = decoder(kernel), genes_of(ROOT / f"populations/{population}.yaml", end, more)
        decode.decode(genes)
        unlike = {str(gene): gene for gene in drawn(genes, kernel, options)}
        for kind, arguments in unlike.values():
            start = time.process_time()
            try:
                decode.decode([*genes, (kind, arguments)])
                legal = True
            except DecodeFailed:
                legal = False
            results.setdefault(kind, []).append((legal, time.process_time() - start))
    return results


def described(parameter: dict) -> str:
    kind = parameter["kind"]
    if kind == "int":
        return f"{parameter['min']}..{parameter['max']}"
    if kind == "ints":
        return f"[{parameter['min']}..{parameter['max']}, ...]"
    return " or ".join(parameter["of"]) if kind == "choice" else f"[{kind}]" if kind == "loops" else kind


def text(kind: str, arguments: dict) -> str:
    return yaml.safe_dump({kind: arguments}, default_flow_style=True, width=1000, sort_keys=False).strip()[1:-1]


def print_table(catalogue: dict, level: str, results: dict) -> None:
    print("| gene kind | arguments | what it does | drawn | legal | ms |\n|---|---|---|---:|---:|---:|")
    for kind, entry in catalogue.items():
        if entry["level"] != level:
            continue
        arguments = ", ".join(f"{name}: {described(p)}" for name, p in entry["arguments"].items())
        tried = results.get(kind, [])
        figures = "- | -"
        if tried:
            legal = 100 * sum(ok for ok, _ in tried) / len(tried)
            figures = f"{legal:.0f} % | {1000 * median(seconds for _, seconds in tried):.1f}"
        never = " (never drawn by a search)" if entry.get("draw") == "never" else ""
        print(f"| `{kind}` | {arguments} | {entry['help']}{never} | {len(tried)} | {figures} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10, help="genes of a kind for each schedule")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    catalogue = yaml.safe_load((ROOT / "src/genome/alphabet.yaml").read_text())
    results = measure(options)
    print("# The alphabet\n")
    print(f"Made by `scripts/alphabet_table --count {options.count} --seed {options.seed} > docs/alphabet.md`. Genes of a kind")
    print("are drawn as a search draws them, for these schedules, where any fits:\n")
    for population, kernel, end, more in SCHEDULES:
        behind = "".join(f", then `{text(*gene)}`" for gene in more)
        print(f"- {population} of {kernel}" + (f", up to `{end}`" if end else "") + behind)
    print("\n`drawn` counts those that differ; `legal` says how many of them are applied and not refused, with Exo's checks deferred; a child of which a")
    print("gene is refused is repaired or drawn again. `ms` is the median CPU time of applying or refusing one.\n")
    print("## Primitives\n")
    print_table(catalogue, "primitive", results)
    print("\n## Composites\n")
    print_table(catalogue, "composite", results)
    print("\n## Exo's operators that are no genes\n\n| operator | why |\n|---|---|")
    for operator, reason in NO_GENE.items():
        print(f"| `{operator}` | {reason} |")


if __name__ == "__main__":
    main()
