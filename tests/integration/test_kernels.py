"""Every kernel family, naive and on arrays of every size, with and without tails."""

import re

import pytest
from exo_service.decode import DecodeFailed
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
    genes = [("tensorise", {"widths": widths})]
    metrics = check_ok(simulate(tmp_path, matmul(*sizes, bias), genes, dim, deferred=True))
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


@pytest.mark.parametrize(("dim", "sizes"), [(16, (100, 70, 50)), (8, (31, 130, 131))])
def test_stores_of_tails_widen_and_sums_start_by_overwriting(tmp_path, dim, sizes):
    kernel = matmul(*sizes)
    baseline = check_ok(simulate(tmp_path, kernel, [TENSORISE], dim, deferred=True))
    genes = [TENSORISE, ("overwrite", {"buffer": "res"}), ("wide_stores", {"buffer": "res", "blocks": 4})]
    metrics = check_ok(simulate(tmp_path, kernel, genes, dim, deferred=True))
    rows, columns = (-(-size // dim) for size in (sizes[0], sizes[2]))
    assert baseline["mvin"] == baseline["mvout"] == rows * columns
    assert metrics["mvin"] == 0
    assert metrics["mvout"] == rows * -(-columns // 4)
    assert metrics["macs"] == baseline["macs"]
    assert metrics["dma_write_bytes"] == baseline["dma_write_bytes"]


def test_overwriting_and_wide_stores_of_tails_pass_every_check(tmp_path):
    genes = [
        TENSORISE,
        ("tile", {"loop": "io", "factor": 7}),
        ("lift_loop", {"loop": "koo"}),
        ("overwrite", {"buffer": "res"}),
        ("interleave_stores", {"buffer": "res"}),
        ("wide_stores", {"buffer": "res", "blocks": 4}),
    ]
    metrics = check_ok(simulate(tmp_path, matmul(100, 70, 50), genes))
    assert (metrics["mvin"], metrics["mvout"]) == (0, 7)


def conv(rows, cols, channels, out_channels, kernel, stride, padding, batch=1, bias=True, relu=False):
    sizes = {
        "batch": batch, "in_rows": rows, "in_cols": cols, "in_channels": channels, "out_channels": out_channels,
        "kernel": kernel, "stride": stride, "padding": padding,
    }
    return {"family": "conv2d", "sizes": sizes, "bias": bias, "scale": 0.001, "relu": relu}


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("padding", [0, 1])
@pytest.mark.parametrize("bias", [False, True])
def test_the_naive_conv_is_right(tmp_path, stride, padding, bias):
    kernel = conv(5, 6, 3, 4, 3, stride, padding, batch=2, bias=bias, relu=bias)
    assert check_ok(simulate(tmp_path, kernel, []))["preload"] == 0


@pytest.mark.parametrize("dim", [4, 8, 16, 32])
@pytest.mark.parametrize(
    ("kernel", "widths"),
    [
        (conv(14, 14, 20, 24, 3, 2, 1, batch=2), [4, 4]),  # tails everywhere
        (conv(6, 37, 32, 32, 3, 1, 1, bias=False), [2, 1]),  # rows of more than one strip
        (conv(9, 16, 16, 64, 1, 1, 0, relu=True), [1, 4]),  # a matrix product
        (conv(8, 8, 5, 3, 3, 2, 0), [3, 2]),
        (conv(3, 3, 8, 8, 3, 1, 2), [1, 1]),  # pixels that no input reaches but one
        (conv(4, 1, 4, 40, 2, 3, 1), [4, 4]),  # windows that lie outside but for one column
    ],
)
def test_a_conv_is_right_on_every_array(tmp_path, dim, kernel, widths):
    metrics = check_ok(simulate(tmp_path, kernel, [("tensorise", {"widths": widths})], dim, deferred=True))
    assert metrics["argument_read_bytes"] == metrics["argument_write_bytes"] == 0


def test_a_conv_loads_and_computes_nothing_that_is_padding(tmp_path):
    kernel = conv(8, 8, 16, 16, 3, 1, 1, bias=False)
    metrics = check_ok(simulate(tmp_path, kernel, [("tensorise", {"widths": [1, 1]})]))
    taps = 3 * 8 - 2  # of 3 * 8 rows, and columns, that windows cover, those inside
    assert metrics["macs"] == taps * taps * 16 * 16
    assert metrics["dma_read_bytes"] == taps * 8 * 16 + 9 * 8 * 16 * 16  # a row at a time; all weights for each row
    assert metrics["dma_write_bytes"] == 8 * 8 * 16


@pytest.mark.parametrize(
    "genes",
    [
        [("wide_stores", {"buffer": "res", "blocks": 2})],
        [("interleave_stores", {"buffer": "res"})],
        [("tile", {"loop": "y", "factor": 2}), ("lift_loop", {"loop": "kh"}), ("hoist", {"buffer": "a", "loops": 2})],
        [("load_once", {"buffer": "b", "loop": "y"}), ("prefetch", {"buffer": "a", "loop": "io"})],
        [("prefetch", {"buffer": "a", "loop": "koo"}), ("delay", {"buffer": "a", "iterations": 1})],
        [
            ("hoist", {"buffer": "a", "loops": 4}),
            ("prefetch", {"buffer": "a", "loop": "y"}),
            ("spread", {"buffer": "a"}),
        ],
        [("peel", {"loop": "y", "end": "first"}), ("unroll_loop", {"loop": "kw"})],
    ],
)
def test_other_genes_take_convs_as_well(tmp_path, genes):
    kernel = conv(8, 22, 40, 24, 3, 1, 1)
    metrics = check_ok(simulate(tmp_path, kernel, [("tensorise", {"widths": [2, 2]}), *genes], deferred=True))
    assert metrics["preload"] > 0


@pytest.mark.parametrize(
    ("gene", "reason"),
    [
        (("overwrite", {"buffer": "res"}), "adds to another block, or part of one"),  # pixels outside stay as they were
        (("keep_weights", {"loop": "joi#1"}), "may reach past the edge"),
        (("delay", {"buffer": "a", "iterations": 1}), "reads of 'a' what is not loaded yet"),
    ],
)
def test_what_does_not_fit_a_conv_is_refused_with_the_reason(tmp_path, gene, reason):
    with pytest.raises(DecodeFailed, match=reason):
        simulate(tmp_path, conv(8, 22, 20, 24, 3, 1, 1, bias=False), [TENSORISE, gene], deferred=True)


@pytest.mark.parametrize("deferred", [False, True])
def test_a_conv_with_its_weights_loaded_once(tmp_path, deferred):
    genes = [TENSORISE, ("hoist", {"buffer": "b", "loops": 8}), ("unroll", {"loop": "kw#1", "factor": 3})]
    metrics = check_ok(simulate(tmp_path, conv(8, 8, 16, 32, 3, 1, 1), genes, deferred=deferred))
    assert metrics["mvin3"] == 9


@pytest.mark.parametrize("dim", [4, 8, 16, 32])
@pytest.mark.parametrize(("sizes", "widths"), [((64, 128), [4, 1]), ((33, 70), [3, 4]), ((1, 5), [1, 1])])
def test_a_residual_add_is_right_on_every_array(tmp_path, dim, sizes, widths):
    kernel = {
        "family": "residual_add", "sizes": dict(zip("NM", sizes)), "input_scales": {"A": 0.3, "B": 1.25},
        "scale": 0.7, "relu": dim == 16,
    }
    check_ok(simulate(tmp_path, kernel, [], dim))
    metrics = check_ok(simulate(tmp_path, kernel, [("tensorise", {"widths": widths})], dim))
    assert metrics["dma_read_bytes"] == 2 * sizes[0] * sizes[1] == 2 * metrics["dma_write_bytes"]
    assert metrics["argument_read_bytes"] == metrics["preload"] == 0
