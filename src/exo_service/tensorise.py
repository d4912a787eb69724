"""The composite `tensorise`: from a naive kernel to array instructions, built of Exo primitives only."""

from contextlib import nullcontext
from types import SimpleNamespace

from exo.stdlib.scheduling import SchedulingError, divide_loop, set_memory, simplify, stage_mem

from . import sites
from .add import tensorise_add
from .adjustments import guarded_copies
from .blocks import block_buffer, configure, divide, lift, replace_in_order, tile_output, tile_sums, window
from .conv import tensorise_conv
from .product import find_product


def tensorise(proc, library: SimpleNamespace, width_j: int, width_k: int):
    """Map the naive kernel to the array, `width_j` blocks of B and C and `width_k` blocks of A to a load.

    Loops of the result, inside those that stand around i: io, joo (tiles of C), koo, koi (blocks of K), joi (blocks of
    M). Buffers: res (accumulator), a and b (scratchpad). When a size is no multiple of dim times the width, the
    instructions are those for tails. SchedulingError for a width of more than 4 blocks, and for a proc that is
    no naive kernel.
    """
    if not 1 <= width_j <= 4 or not 1 <= width_k <= 4:
        raise SchedulingError("tensorise: a load moves 1 to 4 blocks")
    form = tensorise_conv if library.strips else tensorise_add if library.adds else _tensorise_product
    return form(proc, library, width_j, width_k)


def _tensorise_product(proc, library, width_j, width_k):
    dim = library.DIM
    product = find_product(proc)
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
        proc = _stage_operands(proc, product, dim, width_j, width_k)
    for buffer in ("a", "b"):
        proc = block_buffer(proc, buffer, dim, library.SCRATCHPAD)
    proc = simplify(set_memory(proc, "res", library.ACCUMULATOR))
    proc = replace_in_order(proc, *_instructions(product, library if exact else library.tails, exact))
    return configure(
        proc,
        (library.ConfigStore, "dst_stride", product.c.stride, library.config_st),
        (library.ConfigLoad2, "src_stride", product.b.stride, library.config_ld2),
        (library.ConfigLoad1, "src_stride", product.a.stride, library.config_ld1),
        (library.ConfigLoad0, "src_stride", "0", library.config_ld0),
        (library.ConfigEx, "weight_stationary", "True", library.config_ex),
    )


def _stage_operands(proc, product, dim, width_j, width_k):
    wide_j, wide_k = dim * width_j, dim * width_k
    tile_a = product.a.window(window(f"{dim} * io", dim), window(f"{wide_k} * koo", wide_k))
    tile_b = product.b.window(window(f"{wide_k} * koo + {dim} * koi", dim), window(f"{wide_j} * joo", wide_j))
    proc = simplify(stage_mem(proc, proc.find_loop("koi"), tile_a, "a"))
    proc = simplify(stage_mem(proc, proc.find_loop("koi").body()[0], tile_b, "b"))
    for _ in range(2):
        proc = divide_loop(proc, "i1", dim, ["block", "column"], perfect=True)
    return proc


def _instructions(product, instructions, exact):
    def load(matrix, name):  # guards of a copy name every dimension
        return getattr(instructions, name if exact or len(matrix.index) == 2 else f"slice_{name}")

    return (
        ("ii", instructions.bias_acc if product.biased else instructions.zero_acc),
        ("i0", load(product.a, "mvin2")),
        ("i0", load(product.b, "mvin3")),
        ("ii", instructions.matmul_acc),
        ("ii", instructions.mvout),
    )
