"""LLM mutation beside every other choice that a search offers, with replies drawn from the schema of each question:
recorded, replayed offline by another number of threads, and told alike by all that reads histories."""

import json
import random
from math import prod

import h5py
import pytest
from asking import Endpoint, column, completion, outcomes, texts
from command_line import DOUBTFUL, ROOT, environment, exogene, same
from page import Page

EXPERIMENT = """\
name: choices
{cases}
initial:
  array: {{kernel: matmul, genes: [tensorise: {{widths: [1, 1]}}]}}
  doubtful: {doubtful}
objectives: [cycles, dram_bytes]
seed: 5
proof_seconds: 0
require_proof: {proof}
search:
  {{algorithm: generational, population: 5, generations: 3, elites: 2, retries: 2, tournament: 2, crossover: 0.2, {search}}}
llm:
  share: 0.8
  models: [{{url: {url}, model: drawn, weight: 3}}, {{url: {url}, model: again}}]
"""
KERNEL = "{{kernel: matmul, sizes: {{N: 16, K: 32, M: {}}}, scale: 0.001, relu: false}}"
ONE = f"kernel: {KERNEL.format(32)}\naccelerator: {ROOT}/configs/accelerators/gemmini-8x8.yaml"
TWO = (
    f"kernels: [{KERNEL.format(32)}, {KERNEL.format(16)}]\n"
    f"accelerators: [{ROOT}/configs/accelerators/gemmini-8x8.yaml]"
)
CHOICES = {
    "cases, lexicase and adaptive pursuit": (TWO, "false", "selection: lexicase, operators: {choice: adaptive_pursuit}"),
    "nsga2, islands and proofs": (
        ONE,
        "true",
        "selection: nsga2, islands: {count: 2, migration_every: 1, migrants: 1, stagnation: 9}",
    ),
}


def drawn(schema, root, chance):
    """Some document that the schema allows."""
    if "$ref" in schema:
        return drawn(root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root, chance)
    if "anyOf" in schema:
        return drawn(chance.choice(schema["anyOf"]), root, chance)
    if "enum" in schema:
        return chance.choice(schema["enum"])
    if schema["type"] == "integer":
        return chance.randint(schema["minimum"], min(schema["maximum"], schema["minimum"] + 7))
    if schema["type"] == "array":
        count = chance.randint(schema["minItems"], min(schema["maxItems"], schema["minItems"] + 1))
        return [drawn(schema["items"], root, chance) for _ in range(count)]
    return {name: drawn(value, root, chance) for name, value in schema["properties"].items()}


def one_edit(number, body):
    schema = body["response_format"]["json_schema"]["schema"]
    edit = drawn(schema["properties"]["edits"]["items"], schema, random.Random(number))
    return completion([edit])


@pytest.fixture(scope="module", params=CHOICES)
def recorded(request, tmp_path_factory):
    """Experiment and history of a run with such choices."""
    folder = tmp_path_factory.mktemp("choices")
    endpoint = Endpoint(one_edit)
    cases, proof, search = CHOICES[request.param]
    doubtful = folder / "doubtful.yaml"
    doubtful.write_text(DOUBTFUL.replace("[1, 2]", "[1, 1]"))
    path = folder / "choices.yaml"
    path.write_text(EXPERIMENT.format(cases=cases, doubtful=doubtful, proof=proof, search=search, url=endpoint.url))
    try:
        env = environment(OMP_NUM_THREADS=1, no_proxy="127.0.0.1")
        exogene("run", path, "-o", folder / "choices.h5", env=env)
    finally:
        endpoint.stop()
    return path, folder / "choices.h5"


def test_what_the_schema_allows_is_taken(recorded):
    _, history = recorded
    found = outcomes(history)
    assert found.count("accepted") > 3
    refused = [reason for outcome, reason in zip(found, texts(history, "reason")) if outcome == "invalid"]
    # Which arguments the gene at a position has is more than the schema says.
    assert all(reason == "the edits change nothing" or " has no argument '" in reason for reason in refused), refused
    assert set(found) <= {"accepted", "duplicate", "invalid"}


def test_the_replay_needs_no_server(recorded, tmp_path):
    experiment, history = recorded
    again = tmp_path / "again.h5"
    exogene("run", experiment, "--replay", history, "-o", again, env=environment(OMP_NUM_THREADS=2))
    assert same(history, again).returncode == 0
    for name in ("prompt", "reply", "reason", "model"):
        assert texts(history, name) == texts(again, name)
    assert column(history, "child") == column(again, "child")


def test_prompts_say_how_genes_are_judged(recorded):
    experiment, history = recorded
    settings = experiment.read_text()
    for prompt in texts(history, "prompt"):
        system, user = (message["content"] for message in json.loads(prompt))
        assert ("judged on each" in system) == ("kernels:" in settings)
        assert ("safety analysis" in system) == ("require_proof: true" in settings)
        assert ("less cycles as well as less dram_bytes" in user) == ("nsga2" in settings)


def test_gains_are_of_all_cases(recorded, tmp_path):
    _, history = recorded
    with h5py.File(history) as file:
        individuals = file["individuals"]
        cycles = list(individuals["metrics"].attrs["names"]).index("cycles")
        count = individuals["metrics"].shape[1]
        status, first = individuals["status"][:], individuals["metrics"][:, cycles]
        ends, values = individuals["cases/offsets"][:], individuals["cases/values"][:]
    others = [values[start:end].reshape(-1, count)[:, cycles] for start, end in zip(ends[:-1], ends[1:])]

    def mean(row):
        every = [int(first[row]), *map(int, others[row])]
        return prod(every) ** (1 / len(every))

    exogene("export", history, "--format", "sft", "-o", tmp_path / "pairs.jsonl")
    pairs = [json.loads(line) for line in (tmp_path / "pairs.jsonl").read_text().splitlines()]
    assert len(pairs) == outcomes(history).count("accepted")
    for pair in pairs:
        parent, child = pair["parent"], pair["child"]
        if status[parent] or status[child]:
            assert pair["gain"] is None
        else:
            assert pair["gain"] == pytest.approx(1 - mean(child) / mean(parent))


def test_tables_and_reports_agree(recorded, tmp_path):
    _, history = recorded
    exogene("report", history, "-o", tmp_path)
    _, *rows = Page(tmp_path / "index.html").tables["Proposals of language models"]
    lines = exogene("show", history, "proposals").stdout.splitlines()
    head = next(i for i, line in enumerate(lines) if line.startswith("outcome"))
    printed = [line.split(None, 6) for line in lines[head + 1 : -1]]
    assert {(row[0], row[1]): row[2] for row in rows} == {(row[0], row[6]): row[1] for row in printed}
