"""Convolution: the naive kernel, and the way from it to array instructions."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

from exo import DRAM, proc
from exo.stdlib.scheduling import divide_loop, rename, set_memory, simplify, stage_mem

from .adjustments import guarded_copies
from .blocks import block_buffer, configure, divide, lift, replace_in_order, tile_output, tile_sums, window


@dataclass(frozen=True)
class Conv:
    """Y[batch][out_rows][out_cols][out_channels] = requantise(X * W), NHWC. X [batch][in_rows][in_cols][in_channels] is
    surrounded by `padding` zeros that nobody stores; W is [kernel][kernel][in_channels][out_channels]."""

    batch: int
    in_rows: int
    in_cols: int
    in_channels: int
    out_channels: int
    kernel: int
    stride: int
    padding: int

    def out(self, size: int) -> int:
        """Rows or columns of the output for those of the input."""
        return (size + 2 * self.padding - self.kernel) // self.stride + 1

    def strip(self, pixels: int) -> int:
        """Pixels of an input row that `pixels` neighbours of an output row need."""
        return self.stride * (pixels - 1) + self.kernel


def naive_conv(conv: Conv, requantise, bias: bool):
    """int8 in and out, int32 sums, which start from bias[out_channels] if `bias`. The loops i (output columns), j
    (channels out) and k (channels in) play the parts that they play in a matrix product, for each n, y, kh and kw."""
    N, R, C, K, M = conv.batch, conv.in_rows, conv.in_cols, conv.in_channels, conv.out_channels
    T, S, P = conv.kernel, conv.stride, conv.padding
    OR, OC = conv.out(R), conv.out(C)

    @proc
    def biased(
        X: i8[N, R, C, K] @ DRAM, W: i8[T, T, K, M] @ DRAM, bias: i32[M] @ DRAM, Y: i8[N, OR, OC, M] @ DRAM
    ):
        for n in seq(0, N):
            for y in seq(0, OR):
                for i in seq(0, OC):
                    for j in seq(0, M):
                        res: i32 @ DRAM
                        res = bias[j]
                        for kh in seq(0, T):
                            for kw in seq(0, T):
                                for k in seq(0, K):
                                    if (
                                        0 <= S * y + kh - P
                                        and S * y + kh - P < R
                                        and 0 <= S * i + kw - P
                                        and S * i + kw - P < C
                                    ):
                                        res += X[n, S * y + kh - P, S * i + kw - P, k] * W[kh, kw, k, j]
                        Y[n, y, i, j] = requantise(res)

    @proc
    def kernel(X: i8[N, R, C, K] @ DRAM, W: i8[T, T, K, M] @ DRAM, Y: i8[N, OR, OC, M] @ DRAM):
        for n in seq(0, N):
            for y in seq(0, OR):
                for i in seq(0, OC):
                    for j in seq(0, M):
                        res: i32 @ DRAM
                        res = 0.0
                        for kh in seq(0, T):
                            for kw in seq(0, T):
                                for k in seq(0, K):
                                    if (
                                        0 <= S * y + kh - P
                                        and S * y + kh - P < R
                                        and 0 <= S * i + kw - P
                                        and S * i + kw - P < C
                                    ):
                                        res += X[n, S * y + kh - P, S * i + kw - P, k] * W[kh, kw, k, j]
                        Y[n, y, i, j] = requantise(res)

    return rename(biased, "kernel") if bias else kernel


def tensorise_conv(proc, library: SimpleNamespace, width_j: int, width_k: int):
    """`tensorise` of a convolution: the rows of A are `dim` neighbouring pixels of an output row.

    Besides the loops of a matrix product there are n (images) and y (output rows) around them, kh around koo, and kw
    around koi. `a` holds the strip of the input row that the pixels need for all kw, `b` the weights of one tap.
    """
    conv, dim = library.conv, library.DIM
    biased = any(argument.name() == "bias" for argument in proc.args())
    proc = tile_output(proc, dim, width_j, exact=False)
    proc = lift(proc, "joi", 2)
    proc, inside = tile_sums(proc, dim, width_j, "for kh in _:_", exact=False)
    proc = divide(proc, "k", dim * width_k, ["koo", "k"], exact=False)
    proc = divide_loop(proc, "k", dim, ["koi", "ki"], perfect=True)
    proc = lift(proc, "kh", inside)
    proc = lift(proc, "koo", 1 + inside)
    proc = lift(proc, "kw", inside)
    proc = lift(proc, "koi", inside)
    with guarded_copies():
        proc = _stage_operands(proc, conv, dim, width_j, width_k)
    for buffer in ("a", "b"):
        proc = block_buffer(proc, buffer, dim, library.SCRATCHPAD)
    proc = simplify(set_memory(proc, "res", library.ACCUMULATOR))
    tails, strips = library.tails, library.strips
    proc = replace_in_order(
        proc,
        ("ii", tails.bias_acc if biased else tails.zero_acc),
        ("i0", strips.mvin2),
        ("i0", tails.slice_mvin3),
        ("ii", strips.matmul_acc),
        ("ii", tails.mvout),
    )
    return configure(
        proc,
        (library.ConfigStore, "dst_stride", "stride(Y, 2)", library.config_st),
        (library.ConfigLoad2, "src_stride", "stride(W, 2)", library.config_ld2),
        (library.ConfigLoad1, "src_stride", "stride(X, 2)", strips.config_ld1),
        (library.ConfigLoad0, "src_stride", "0", library.config_ld0),
        (library.ConfigEx, "weight_stationary", "True", strips.config_ex),
    )


def _stage_operands(proc, conv, dim, width_j, width_k):
    channels = f"{dim * width_k} * koo"
    strip = window(f"{conv.stride * dim} * io - {conv.padding}", conv.strip(dim))
    input_row = f"{conv.stride} * y + kh - {conv.padding}"
    tile_a = f"X[n, {input_row}, {strip}, {window(channels, dim * width_k)}]"
    tile_b = f"W[kh, kw, {window(f'{channels} + {dim} * koi', dim)}, {window(f'{dim * width_j} * joo', dim * width_j)}]"
    proc = simplify(stage_mem(proc, proc.find_loop("kw"), tile_a, "a"))
    proc = divide_loop(proc, "i0", dim, ["strip", "i0"], tail="guard")
    proc = simplify(stage_mem(proc, proc.find_loop("koi").body()[0], tile_b, "b"))
    for _ in range(2):
        proc = divide_loop(proc, "i1", dim, ["block", "column"], perfect=True)
    return proc
