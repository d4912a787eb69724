"""Residual addition: the naive kernel, its instructions, and the way from one to the other."""

from __future__ import annotations

from types import SimpleNamespace

from exo import DRAM, instr, proc
from exo.stdlib.scheduling import set_memory, simplify

from .blocks import configure, lift, replace_in_order, tile_output, tile_sums
from .library import Requantise


def naive_add(N: int, M: int, scale_a: Requantise, scale_b: Requantise, requantise: Requantise):
    """C[N][M] = requantise(scale_a(A[N][M]) + scale_b(B[N][M])); int8 in and out, int32 sums of int8."""

    @proc
    def kernel(A: i8[N, M] @ DRAM, B: i8[N, M] @ DRAM, C: i8[N, M] @ DRAM):
        for i in seq(0, N):
            for j in seq(0, M):
                res: i32 @ DRAM
                res = scale_a(A[i, j])
                res += scale_b(B[i, j])
                C[i, j] = requantise(res)

    return kernel


def add_instructions(library: SimpleNamespace, scale_a: Requantise, scale_b: Requantise) -> SimpleNamespace:
    """Loads of int8 into the accumulator, scaled on the way: channel 1 overwrites, channel 2 adds.

    Up to four blocks side by side; `rows` and `cols` are what is left, as for tails.
    """
    DIM, ACCUMULATOR = library.DIM, library.ACCUMULATOR
    ConfigLoad1, ConfigLoad2 = library.ConfigLoad1, library.ConfigLoad2

    @instr(f"gemmini_config_ld(1, {{src_stride}}, {DIM}, {scale_a.scale!r}f, 1);")
    def config_ld1(src_stride: stride):
        ConfigLoad1.src_stride = src_stride

    @instr(f"gemmini_config_ld(2, {{src_stride}}, {DIM}, {scale_b.scale!r}f, 1);")
    def config_ld2(src_stride: stride):
        ConfigLoad2.src_stride = src_stride

    @instr(f"gemmini_tail_mvin2(&{{src_data}}, {{dst_data}}, {{cols}}, {{rows}}, {DIM}, {DIM} * {{blocks}});")
    def load_acc(
        rows: size,
        cols: size,
        blocks: size,
        src: [i8][rows, cols] @ DRAM,
        dst: [i32][blocks, DIM, DIM] @ ACCUMULATOR,
    ):
        assert blocks <= 4
        assert stride(src, 1) == 1
        assert stride(dst, 0) == DIM * DIM
        assert stride(dst, 1) == DIM
        for i in seq(0, DIM):
            if i < rows:
                for block in seq(0, blocks):
                    for j in seq(0, DIM):
                        if DIM * block + j < cols:
                            dst[block, i, j] = scale_a(src[i, DIM * block + j])

    @instr(
        f"gemmini_tail_mvin3(&{{src_data}}, {{dst_data}} | GEMMINI_ACCUMULATE, {{cols}}, {{rows}}, {DIM}, "
        f"{DIM} * {{blocks}});"
    )
    def add_acc(
        rows: size,
        cols: size,
        blocks: size,
        src: [i8][rows, cols] @ DRAM,
        dst: [i32][blocks, DIM, DIM] @ ACCUMULATOR,
    ):
        assert blocks <= 4
        assert stride(src, 1) == 1
        assert stride(dst, 0) == DIM * DIM
        assert stride(dst, 1) == DIM
        for i in seq(0, DIM):
            if i < rows:
                for block in seq(0, blocks):
                    for j in seq(0, DIM):
                        if DIM * block + j < cols:
                            dst[block, i, j] += scale_b(src[i, DIM * block + j])

    return SimpleNamespace(config_ld1=config_ld1, config_ld2=config_ld2, load_acc=load_acc, add_acc=add_acc)


def tensorise_add(proc, library: SimpleNamespace, width_j: int, width_k: int):
    """`tensorise` of a residual addition: loops io, joo (tiles of `width_j` blocks) and joi (blocks of a store), buffer
    res (accumulator). There is no k: `width_k` decides nothing."""
    dim = library.DIM
    proc = tile_output(proc, dim, width_j, exact=False)
    proc, _ = tile_sums(proc, dim, width_j, "res[_] += _", exact=False)
    proc = lift(proc, "joi #2", 2)
    proc = simplify(set_memory(proc, "res", library.ACCUMULATOR))
    adds = library.adds
    proc = replace_in_order(proc, ("ii", adds.load_acc), ("ii", adds.add_acc), ("ii", library.tails.mvout))
    return configure(
        proc,
        (library.ConfigStore, "dst_stride", "stride(C, 0)", library.config_st),
        (library.ConfigLoad2, "src_stride", "stride(B, 0)", adds.config_ld2),
        (library.ConfigLoad1, "src_stride", "stride(A, 0)", adds.config_ld1),
    )
