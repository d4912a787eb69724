"""The composite `tensorise`: from the naive matmul to array instructions, built of Exo primitives only."""

from types import SimpleNamespace

from exo.stdlib.scheduling import (
    SchedulingError,
    divide_dim,
    divide_loop,
    expand_dim,
    fission,
    lift_alloc,
    rearrange_dim,
    reorder_loops,
    replace,
    set_memory,
    simplify,
    stage_mem,
    write_config,
)


def tensorise(proc, library: SimpleNamespace, width_j: int, width_k: int):
    """Map the naive matmul to the array, `width_j` blocks of B and C and `width_k` blocks of A to a load.

    Loops of the result: io, joo (C tiles of dim rows), koo, koi (blocks of K), joi (blocks of M). Buffers: res
    (accumulator), a and b (scratchpad). SchedulingError when a size is not a multiple of dim times the width.
    """
    dim = library.DIM
    if not 1 <= width_j <= 4 or not 1 <= width_k <= 4:
        raise SchedulingError("tensorise: a load moves 1 to 4 blocks")
    proc = _block_loops(proc, dim, width_j, width_k)
    proc = _stage_operands(proc, dim, width_j, width_k)
    for buffer in ("a", "b"):
        proc = divide_dim(proc, buffer, 1, dim)
        proc = rearrange_dim(proc, buffer, [1, 0, 2])
        proc = set_memory(proc, buffer, library.SCRATCHPAD)
    proc = set_memory(proc, "res", library.ACCUMULATOR)
    proc = simplify(proc)
    for loop, instruction in (
        ("ii", library.zero_acc),
        ("i0", library.mvin2),
        ("i0", library.mvin3),
        ("ii", library.matmul_acc),
        ("ii", library.mvout),
    ):
        proc = replace(proc, f"for {loop} in _:_ #0", instruction)
    return _configure(proc, library)


def _block_loops(proc, dim, width_j, width_k):
    proc = divide_loop(proc, "i", dim, ["io", "ii"], perfect=True)
    proc = divide_loop(proc, "j", dim * width_j, ["joo", "j"], perfect=True)
    proc = divide_loop(proc, "j", dim, ["joi", "ji"], perfect=True)
    proc = reorder_loops(proc, "ii joo")
    proc = reorder_loops(proc, "ii joi")
    for extent, index in ((dim, "ji"), (dim, "ii"), (width_j, "joi")):
        proc = expand_dim(proc, "res", str(extent), index)
    proc = lift_alloc(proc, "res", n_lifts=3)
    proc = fission(proc, proc.find("res[_] = _").after(), n_lifts=3)
    proc = fission(proc, proc.find_loop("k").after(), n_lifts=3)
    proc = divide_loop(proc, "k", dim * width_k, ["koo", "k"], perfect=True)
    proc = divide_loop(proc, "k", dim, ["koi", "ki"], perfect=True)
    for outer in ("koo", "koi"):
        for inner in ("ji", "ii", "joi"):
            proc = reorder_loops(proc, f"{inner} {outer}")
    return proc


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
