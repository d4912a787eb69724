"""What the stages together say of schedules of a matrix product."""

from pathlib import Path

import pytest
import yaml
from simulation import simulate

ROOT = Path(__file__).parents[2]
SCALE = 0.0007
TENSORISE = ("tensorise", {"widths": [4, 4]})
HOIST_B = ("hoist", {"buffer": "b", "loops": 4})


def curated(name):
    genome = yaml.safe_load((ROOT / f"populations/matmul/{name}.yaml").read_text())
    return [(kind, arguments) for gene in genome["genes"] for kind, arguments in gene.items()]


def evaluate(folder, genes, sizes=(128, 128, 128), dim=16, relu=False, edit=lambda c: c):
    kernel = {"family": "matmul", "sizes": dict(zip("NKM", sizes)), "bias": False, "scale": SCALE, "relu": relu}
    return simulate(folder, kernel, genes, dim, edit)


def test_naive_and_baseline_are_right(tmp_path):
    naive = evaluate(tmp_path, curated("naive"))
    assert naive["status"] == "ok", naive
    assert naive["metrics"]["preload"] == 0
    baseline = evaluate(tmp_path, curated("baseline"))
    assert baseline["status"] == "ok", baseline
    metrics = baseline["metrics"]
    assert metrics["macs"] == 128**3
    assert metrics["preload"] == metrics["compute_preloaded"] == 512
    # 32 wide loads of A and 128 of B, 1 KiB each; 64 zero loads; 16 KiB stored
    assert (metrics["mvin"], metrics["mvin2"], metrics["mvin3"], metrics["mvout"]) == (64, 32, 128, 64)
    assert (metrics["dma_read_bytes"], metrics["dma_write_bytes"]) == (160 * 1024, 16 * 1024)
    assert metrics["instructions"] < naive["metrics"]["instructions"] / 100


def test_hoisting_both_operands_moves_less_and_unrolling_then_takes_fewer_instructions(tmp_path):
    baseline = evaluate(tmp_path, [TENSORISE])["metrics"]
    hoisted = [TENSORISE, HOIST_B, ("hoist", {"buffer": "a", "loops": 2})]
    unrolled = [*hoisted, ("unroll_loop", {"loop": "koo#2"}), ("unroll_loop", {"loop": "koi#1"})]
    for genes in (hoisted, unrolled):
        result = evaluate(tmp_path, genes)
        assert result["status"] == "ok", result
        # every element of A, B and C crosses once
        assert result["metrics"]["dram_bytes"] == 3 * 128 * 128 <= 0.4 * baseline["dram_bytes"]
    assert result["metrics"]["instructions"] < baseline["instructions"]


@pytest.mark.parametrize("dim", [4, 8, 16, 32])
@pytest.mark.parametrize("relu", [False, True])
def test_every_array_size_is_right(tmp_path, dim, relu):
    result = evaluate(tmp_path, [TENSORISE, HOIST_B], (2 * dim, 8 * dim, 4 * dim), dim, relu)
    assert result["status"] == "ok", result


def test_a_wrong_schedule_is_a_wrong_result(tmp_path):
    result = evaluate(tmp_path, [TENSORISE], edit=lambda c: c.replace("koo < 2", "koo < 1"))
    assert result["status"] == "wrong_result", result


def test_what_the_hardware_refuses_is_invalid(tmp_path):
    for before, after in (
        ("gemmini_config_ld(1, (128), 16,", "gemmini_config_ld(1, (128), 8,"),
        ("gemmini_config_ex();", ""),
        ("const uint32_t b = 0x40u", "const uint32_t b = 16380u"),
        ("16 * (4), 16);", "16 * (5), 16);"),
    ):
        result = evaluate(tmp_path, [TENSORISE], edit=lambda c: c.replace(before, after))
        assert result["status"] == "invalid_on_hardware", (after, result)


def test_an_endless_kernel_meets_the_instruction_limit(tmp_path):
    result = evaluate(tmp_path, [], edit=lambda c: c.replace("k++", "k += 0").replace("k < 128", "k < 1"))
    assert result["status"] == "timeout", result
