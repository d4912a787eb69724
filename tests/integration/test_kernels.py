"""Every kernel family, naive and on arrays of every size, with and without tails."""

import re

import pytest
from simulation import simulate

TENSORISE = ("tensorise", {"widths": [4, 4]})


def matmul(n, k, m, bias=False, relu=False):
    return {"family": "matmul", "sizes": {"N": n, "K": k, "M": m}, "bias": bias, "scale": 0.001, "relu": relu}


def check_ok(result):
    assert result["status"] == "ok", result
    return result["metrics"]


def test_a_matmul_with_bias_is_right(tmp_path):
    kernel = matmul(64, 64, 128, bias=True, relu=True)
    assert check_ok(simulate(tmp_path, kernel, []))["preload"] == 0
    metrics = check_ok(simulate(tmp_path, kernel, [TENSORISE]))
    assert metrics["macs"] == 64 * 64 * 128
    # A twice, B four times, a row of the bias for each row of C
    assert metrics["dma_read_bytes"] == 2 * 64 * 64 + 4 * 64 * 128 + 64 * 128 * 4
    unbiased = re.compile(r"gemmini_mvin\(&bias\[.*?\],")
    wrong = simulate(tmp_path, kernel, [TENSORISE], edit=lambda c: unbiased.sub("gemmini_mvin(0,", c))
    assert wrong["status"] == "wrong_result"


@pytest.mark.parametrize("dim", [4, 8, 16, 32])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize(
    ("sizes", "widths"),
    [((100, 70, 50), [4, 4]), ((1, 96, 96), [4, 4]), ((33, 1, 7), [1, 2]), ((31, 130, 131), [3, 1])],
)
def test_a_matmul_of_any_size_is_right(tmp_path, dim, bias, sizes, widths):
    n, k, m = sizes
    metrics = check_ok(simulate(tmp_path, matmul(*sizes, bias), [("tensorise", {"widths": widths})], dim))
    assert metrics["macs"] == n * k * m  # nothing padded
    assert metrics["dma_write_bytes"] == n * m
    assert metrics["argument_read_bytes"] == metrics["argument_write_bytes"] == 0


@pytest.mark.parametrize("deferred", [False, True])
def test_other_genes_take_tails_as_well(tmp_path, deferred):
    genes = [
        TENSORISE,
        ("hoist", {"buffer": "b", "loops": 4}),
        ("load_once", {"buffer": "a", "loop": "joo#1"}),
        ("cut_loop", {"loop": "io", "at": 6}),
        ("unroll", {"loop": "joi#2", "factor": 2}),
    ]
    metrics = check_ok(simulate(tmp_path, matmul(100, 70, 150), genes, deferred=deferred))
    assert metrics["dma_read_bytes"] == 100 * 70 + 70 * 150
