"""Schedules as files of plain Exo calls: a fresh process that has Exo and the instruction library makes the same C."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from exo_service.service import Service

ROOT = Path(__file__).parents[2]
# What exported files import, and what that needs.
INSTRUCTION_LIBRARY = (
    "__init__", "accelerator", "add", "adjustments", "blocks", "codegen", "instructions", "library", "memories", "moves",
    "placement", "sites", "strips", "tails", "unifying",
)  # fmt: skip
SCHEDULES = {
    "naive": ("matmul-128x128x128", "matmul/naive"),
    "baseline": ("matmul-128x128x128", "matmul/baseline"),
    "tuned": ("matmul-128x128x128", "matmul/tuned"),
    "convolution": ("conv2d-small", "conv2d/baseline"),
    "addition": ("residual_add-784x1024", "residual_add/baseline"),
    "own": ("batched_matmul-4x60x33x70", "batched_matmul/baseline"),
}
RUN_ALL = """
import contextlib, io, json, runpy, sys
made = {}
for path in sys.argv[1:]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        runpy.run_path(path, run_name="__main__")
    made[path] = out.getvalue()
loaded = sorted(name.partition(".")[2] or "__init__" for name in sys.modules if name.startswith("exo_service"))
print(json.dumps({"c": made, "loaded": loaded}))
"""


def opened(kernel):
    """A service with that kernel of configs/kernels open."""
    path = ROOT / f"configs/kernels/{kernel}.yaml"
    entries = yaml.safe_load(path.read_text())
    description = {"bias": False, "relu": False, "scale": 1, "input_scales": {}, **entries, "family": entries["kernel"]}
    if "exo" in entries:
        description["exo"] = str(path.parent / entries["exo"])
    accelerator = str(ROOT / "configs/accelerators/gemmini-16x16.yaml")
    service = Service()
    request = {"op": "open", "accelerator": accelerator, "kernel": description, "checks": "deferred"}
    assert service.answer(json.dumps(request))["ok"]
    return service


def ask(service, operation, genes):
    return service.answer(json.dumps({"op": operation, "genes": genes}))


MOVES = [  # of which no curated genome has any
    ["tensorise", {"widths": [1, 1]}],
    ["wide_loads", {"buffer": "a", "blocks": 4}],
    ["hoist", {"buffer": "a", "loops": 2}],
    ["sink", {"statement": "mvin2"}],  # again for every tile
    ["sink", {"statement": "zero_acc"}],  # in the first iteration only
    ["tile", {"loop": "io", "factor": 2}],
    ["unroll_loop", {"loop": "ioi"}],
    ["merge_accumulators", {"buffer": "res", "other": "res#1"}],
    ["split_accumulator", {"buffer": "res"}],
]


def genes_of(name):
    genes = yaml.safe_load((ROOT / f"populations/{name}.yaml").read_text())["genes"]
    return [[kind, arguments] for gene in genes for kind, arguments in gene.items()]


def run_alone(folder, files):
    """The C of each file, made by one fresh process that finds nothing of ours but the instruction library."""
    package = folder / "library/exo_service"
    package.mkdir(parents=True)
    for module in INSTRUCTION_LIBRARY:
        shutil.copy(ROOT / f"src/exo_service/{module}.py", package)
    (folder / "library/yaml.py").write_text("raise ImportError('exported schedules need no YAML')\n")
    environment = {"PYTHONPATH": str(folder / "library"), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-W", "ignore", "-c", RUN_ALL, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder, timeout=300)
    assert done.returncode == 0, done.stderr
    reply = json.loads(done.stdout)
    assert set(reply["loaded"]) <= set(INSTRUCTION_LIBRARY)
    return reply["c"]


def test_exported_schedules_make_the_same_c_on_their_own(tmp_path):
    expected = {}
    schedules = {name: (kernel, genes_of(genome)) for name, (kernel, genome) in SCHEDULES.items()}
    for name, (kernel, genes) in {**schedules, "moves": ("matmul-128x128x128", MOVES)}.items():
        service = opened(kernel)
        reply = ask(service, "export", genes)
        assert reply["status"] == "ok", reply
        path = tmp_path / f"{name}.py"
        path.write_text(reply["exo"])
        expected[str(path)] = ask(service, "decode", genes)["c"]
        assert reply["exo"].count("    # ") >= len(genes)  # each gene stands above its calls
    assert run_alone(tmp_path, expected) == expected


@pytest.fixture(scope="module")
def matmul():
    return opened("matmul-128x128x128")


def test_what_cannot_be_decoded_cannot_be_exported(matmul):
    bad = [["divide_loop", {"loop": "i", "factor": 3, "tail": "perfect"}]]
    assert ask(matmul, "export", bad) == ask(matmul, "decode", bad)
    assert ask(matmul, "export", bad)["status"] == "decode_failed"


def test_genes_without_effect_are_told(matmul):
    text = ask(matmul, "export", [["unroll_loop", {"loop": "x"}], ["reorder_loops", {"loop": "i"}]])["exo"]
    assert "# unroll_loop: {loop: x} (skipped: what it names is gone)" in text


def test_a_genome_cannot_bring_in_code(matmul):
    for name in ('x"""\nimport os\n"""', "x\nimport os", "x\\"):
        text = ask(matmul, "export", [["unroll_loop", {"loop": name}]])["exo"]
        compile(text, "exported", "exec")
        assert not any(line.strip().startswith("import os") for line in text.splitlines())
