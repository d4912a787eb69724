"""The composite `tensorise`: from a naive kernel to array instructions, built of Exo primitives only."""

from contextlib import nullcontext
from types import SimpleNamespace

from exo.stdlib.scheduling import SchedulingError, divide_loop, set_memory, simplify, stage_mem

from . import sites
from .adjustments import guarded_copies
from .add import tensorise_add
from .blocks import block_buffer, configure, divide, lift, replace_in_order, starts_from_bias, tile_output, tile_sums
from .conv import tensorise_conv


def tensorise(proc, library: SimpleNamespace, width_j: int, width_k: int):
    """Map the naive kernel to the array, `width_j` blocks of B and C and `width_k` blocks of A to a load.

    Loops of the result: io, joo (tiles of C), koo, koi (blocks of K), joi (blocks of M). Buffers: res (accumulator), a and
    b (scratchpad). When a size is no multiple of dim times the width, the instructions are those for tails.
    SchedulingError for a width of more than 4 blocks.
    """
    if not 1 <= width_j <= 4 or not 1 <= width_k <= 4:
        raise SchedulingError("tensorise: a load moves 1 to 4 blocks")
    form = tensorise_conv if library.strips else tensorise_add if library.adds else _tensorise_matmul
    return form(proc, library, width_j, width_k)


def _tensorise_matmul(proc, library, width_j, width_k):
    dim = library.DIM
    loops = sites.loops(proc)
    blocks = {"i": dim, "j": dim * width_j, "k": dim * width_k}
    exact = all(sites.extent(loops[name]) % block == 0 for name, block in blocks.items())
    proc = tile_output(proc, dim, width_j, exact)
    proc = lift(proc, "joi", 1 if exact else 2)
    proc, inside = tile_sums(proc, dim, width_j, "for k in _:_", exact)
    proc = divide(proc, "k", dim * width_k, ["koo", "k"], exact)
    proc = divide_loop(proc, "k", dim, ["koi", "ki"], perfect=True)
    proc = lift(proc, "koo", inside)
    proc = lift(proc, "koi", inside)
    with nullcontext() if exact else guarded_copies():
        proc = _stage_operands(proc, dim, width_j, width_k)
    for buffer in ("a", "b"):
        proc = block_buffer(proc, buffer, dim, library.SCRATCHPAD)
    proc = simplify(set_memory(proc, "res", library.ACCUMULATOR))
    instructions = library if exact else library.tails
    proc = replace_in_order(
        proc,
        ("ii", instructions.bias_acc if starts_from_bias(proc) else instructions.zero_acc),
        ("i0", instructions.mvin2),
        ("i0", instructions.mvin3),
        ("ii", instructions.matmul_acc),
        ("ii", instructions.mvout),
    )
    return configure(
        proc,
        (library.ConfigStore, "dst_stride", "stride(C, 0)", library.config_st),
        (library.ConfigLoad2, "src_stride", "stride(B, 0)", library.config_ld2),
        (library.ConfigLoad1, "src_stride", "stride(A, 0)", library.config_ld1),
        (library.ConfigLoad0, "src_stride", "0", library.config_ld0),
        (library.ConfigEx, "weight_stationary", "True", library.config_ex),
    )


def _stage_operands(proc, dim, width_j, width_k):
    wide_j, wide_k = dim * width_j, dim * width_k
    row = f"{wide_k} * koo + {dim} * koi"
    tile_a = f"A[{dim} * io : {dim} * io + {dim}, {wide_k} * koo : {wide_k} * koo + {wide_k}]"
    tile_b = f"B[{row} : {row} + {dim}, {wide_j} * joo : {wide_j} * joo + {wide_j}]"
    proc = simplify(stage_mem(proc, proc.find_loop("koi"), tile_a, "a"))
    proc = simplify(stage_mem(proc, proc.find_loop("koi").body()[0], tile_b, "b"))
    for _ in range(2):
        proc = divide_loop(proc, "i1", dim, ["block", "column"], perfect=True)
    return proc
