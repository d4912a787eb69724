"""What is told of a schedule before it runs, against what the simulator counts while it runs."""

import json
from pathlib import Path

import pytest
import yaml
from exo_service.features import KINDS, features
from simulation import decoder_of, simulate

ROOT = Path(__file__).parents[2]
COUNTED = dict.fromkeys(KINDS) | {"macs": "macs", "loaded_bytes": "dma_read_bytes", "stored_bytes": "dma_write_bytes"}


def kernel_of(name):
    kernel = yaml.safe_load((ROOT / f"configs/kernels/{name}.yaml").read_text())
    return {"family": kernel.pop("kernel"), "bias": False, "relu": False, "scale": 1, **kernel}


def genes_of(genome):
    genes = yaml.safe_load((ROOT / f"populations/{genome}.yaml").read_text())["genes"]
    return [[kind, arguments] for gene in genes for kind, arguments in gene.items()]


def features_of(kernel, genes, dim=16):
    decoder, library = decoder_of(json.dumps(kernel), dim, True)
    return features(decoder.decode(genes).proc, library)


@pytest.mark.parametrize(
    ("kernel", "genome", "dim"),
    [
        ("matmul-128x128x128", "matmul/baseline", 16),
        ("matmul-128x128x128", "matmul/expert", 16),
        ("matmul-128x128x128", "matmul/tuned", 16),
        ("matmul-128x128x128", "matmul/tuned", 8),
        ("matmul-100x70x50", "matmul/baseline", 16),  # blocks that reach past the edge
        ("matmul-100x70x50", "matmul/expert-100x70x50", 16),
        ("conv2d-small", "conv2d/baseline", 16),  # and strips of pixels outside the image
        ("conv2d-small", "conv2d/expert-small", 16),
        ("residual_add-784x1024", "residual_add/baseline", 16),
    ],
)
def test_commands_and_bytes_are_those_of_the_simulator(kernel, genome, dim, tmp_path):
    description, genes = kernel_of(kernel), genes_of(genome)
    told = features_of(description, genes, dim)
    result = simulate(tmp_path, description, genes, dim, deferred=True)
    assert result["status"] == "ok"
    counted = {name: result["metrics"][metric or name] for name, metric in COUNTED.items()}
    assert {name: told[name] for name in counted} == counted
    assert sum(counted[kind] for kind in KINDS) == result["metrics"]["rocc_commands"] - result["metrics"]["flush"]


@pytest.mark.parametrize(("kernel", "genome"), [("matmul-128x128x128", "tuned"), ("matmul-128x128x128", "baseline")])
def test_rows_are_those_of_the_simulator_where_buffers_are_filled(kernel, genome, tmp_path):
    description, genes = kernel_of(kernel), genes_of(f"matmul/{genome}")
    metrics = simulate(tmp_path, description, genes, deferred=True)["metrics"]
    told = features_of(description, genes)
    assert told["scratchpad_rows"] == metrics["scratchpad_rows_used"]
    assert told["accumulator_rows"] == metrics["accumulator_rows_used"]


def test_structure_tells_the_tuned_schedule_from_the_baseline():
    kernel = kernel_of("matmul-128x128x128")
    naive, baseline, tuned = (features_of(kernel, genes_of(f"matmul/{name}")) for name in ("naive", "baseline", "tuned"))
    assert naive.keys() == baseline.keys() == tuned.keys()
    assert all(number >= 0 for told in (naive, baseline, tuned) for number in told.values())
    assert naive["scalars"] == 128 * 128 * (128 + 2) and naive["calls"] == 0
    assert baseline["clashes"] == baseline["compute_preloaded"] and tuned["clashes"] == 0
    assert baseline["late_loads"] > 0 == tuned["late_loads"]
    assert baseline["ahead_loads"] == 0 < tuned["ahead_loads"]
    assert tuned["banked_buffers"] == 3
    assert tuned["slowest"] == max(tuned[f"{engine}_cycles"] for engine in ("array", "dma", "store", "host"))


def test_unrolled_code_issues_the_same_commands():
    kernel = kernel_of("matmul-128x128x128")
    rolled = genes_of("matmul/baseline")
    unrolled = features_of(kernel, [*rolled, ["unroll_loop", {"loop": "joi#1"}]])
    rolled = features_of(kernel, rolled)
    assert {kind: unrolled[kind] for kind in COUNTED} == {kind: rolled[kind] for kind in COUNTED}
    assert unrolled["calls"] > rolled["calls"] and unrolled["iterations"] < rolled["iterations"]


def test_a_loop_of_no_iterations_issues_nothing(tmp_path):
    kernel = kernel_of("matmul-128x128x128")
    genes = [
        ["tensorise", {"widths": [2, 3]}],  # the last three of eight blocks are two: one of its parts has none
        ["load_once", {"buffer": "a", "loop": "joo"}],
        ["unroll_loop", {"loop": "koo#1"}],
        ["divide_loop", {"loop": "io", "factor": 4, "tail": "cut"}],
    ]
    told = features_of(kernel, genes)
    metrics = simulate(tmp_path, kernel, genes, deferred=True)["metrics"]
    assert {kind: told[kind] for kind in KINDS} == {kind: metrics[kind] for kind in KINDS}
