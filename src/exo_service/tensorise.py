"""The composite `tensorise`: from the naive matmul to array instructions, built of Exo primitives only."""

from contextlib import nullcontext
from types import SimpleNamespace

from exo.stdlib.scheduling import (
    SchedulingError,
    divide_dim,
    divide_loop,
    expand_dim,
    fission,
    lift_alloc,
    lift_scope,
    rearrange_dim,
    replace,
    set_memory,
    simplify,
    stage_mem,
    write_config,
)

from . import sites
from .adjustments import guarded_copies


def tensorise(proc, library: SimpleNamespace, width_j: int, width_k: int):
    """Map the naive matmul to the array, `width_j` blocks of B and C and `width_k` blocks of A to a load.

    Loops of the result: io, joo (C tiles of dim rows), koo, koi (blocks of K), joi (blocks of M). Buffers: res
    (accumulator), a and b (scratchpad). When a size is no multiple of dim times the width, the instructions are those for
    tails. SchedulingError for a width of more than 4 blocks.
    """
    dim = library.DIM
    if not 1 <= width_j <= 4 or not 1 <= width_k <= 4:
        raise SchedulingError("tensorise: a load moves 1 to 4 blocks")
    loops = sites.loops(proc)
    blocks = {"i": dim, "j": dim * width_j, "k": dim * width_k}
    exact = all(sites.extent(loops[name]) % block == 0 for name, block in blocks.items())
    proc = _block_loops(proc, dim, width_j, width_k, exact)
    with nullcontext() if exact else guarded_copies():
        proc = _stage_operands(proc, dim, width_j, width_k)
    for buffer in ("a", "b"):
        proc = divide_dim(proc, buffer, 1, dim)
        proc = rearrange_dim(proc, buffer, [1, 0, 2])
        proc = set_memory(proc, buffer, library.SCRATCHPAD)
    proc = set_memory(proc, "res", library.ACCUMULATOR)
    proc = simplify(proc)
    instructions = library if exact else library.tails
    biased = any(str(argument.name()) == "bias" for argument in proc.args())
    for loop, instruction in (
        ("ii", instructions.bias_acc if biased else instructions.zero_acc),
        ("i0", instructions.mvin2),
        ("i0", instructions.mvin3),
        ("ii", instructions.matmul_acc),
        ("ii", instructions.mvout),
    ):
        proc = replace(proc, f"for {loop} in _:_ #0", instruction)
    return _configure(proc, library)


def _lift(proc, loop, scopes):
    """Move a loop out of that many loops and guards."""
    for _ in range(scopes):
        proc = lift_scope(proc, proc.find_loop(loop))
    return proc


def _block_loops(proc, dim, width_j, width_k, exact):
    tail = {"perfect": True} if exact else {"tail": "guard"}
    guards = 0 if exact else 1  # for each of i, j and k
    proc = divide_loop(proc, "i", dim, ["io", "ii"], **tail)
    proc = divide_loop(proc, "j", dim * width_j, ["joo", "j"], **tail)
    proc = divide_loop(proc, "j", dim, ["joi", "ji"], perfect=True)
    proc = _lift(proc, "joo", 1 + guards)
    proc = _lift(proc, "joi", 1 + guards)
    for extent, index in ((dim, "ji"), (dim, "ii"), (width_j, "joi")):
        proc = expand_dim(proc, "res", str(extent), index)
    inside = 3 + 2 * guards
    proc = lift_alloc(proc, "res", n_lifts=inside)
    proc = fission(proc, proc.find("res[_] = _").after(), n_lifts=inside)
    proc = fission(proc, proc.find_loop("k").after(), n_lifts=inside)
    proc = divide_loop(proc, "k", dim * width_k, ["koo", "k"], **tail)
    proc = divide_loop(proc, "k", dim, ["koi", "ki"], perfect=True)
    proc = _lift(proc, "koo", inside)
    return _lift(proc, "koi", inside)


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


def _configure(proc, library):
    """Configure every channel once, in front of all loops: no instruction of the kernel changes a configuration."""
    for setting, field, value, instruction in (
        (library.ConfigStore, "dst_stride", "stride(C, 0)", library.config_st),
        (library.ConfigLoad2, "src_stride", "stride(B, 0)", library.config_ld2),
        (library.ConfigLoad1, "src_stride", "stride(A, 0)", library.config_ld1),
        (library.ConfigLoad0, "src_stride", "0", library.config_ld0),
        (library.ConfigEx, "weight_stationary", "True", library.config_ex),
    ):
        proc = write_config(proc, proc.body().before(), setting, field, value)
        proc = replace(proc, proc.body()[0], instruction)
    return proc
