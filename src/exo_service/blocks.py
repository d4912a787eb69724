"""Steps that `tensorise` takes for several kernels, built of Exo primitives only."""

from exo.stdlib.scheduling import (
    divide_dim,
    divide_loop,
    expand_dim,
    fission,
    lift_alloc,
    lift_scope,
    rearrange_dim,
    replace,
    set_memory,
    write_config,
)


def lift(proc, loop, scopes):
    """Move a loop out of that many loops and guards."""
    for _ in range(scopes):
        proc = lift_scope(proc, proc.find_loop(loop))
    return proc


def divide(proc, loop, factor, names, exact):
    """Divide a loop; unless it is an `exact` multiple, a guard inside says which iterations there are."""
    return divide_loop(proc, loop, factor, names, **({"perfect": True} if exact else {"tail": "guard"}))


def tile_output(proc, dim, width_j, exact):
    """Divide i and j: io, joo (tiles of `width_j` blocks), and in them ii (rows), joi (blocks) and ji (columns)."""
    proc = divide(proc, "i", dim, ["io", "ii"], exact)
    proc = divide(proc, "j", dim * width_j, ["joo", "j"], exact)
    proc = divide_loop(proc, "j", dim, ["joi", "ji"], perfect=True)
    return lift(proc, "joo", 1 if exact else 2)


def tile_sums(proc, dim, width_j, sums, exact):
    """Keep the sums of a tile in `res`; its first values, the statement `sums` that adds to them, and what is done with
    them get nests of their own.

    Returns the proc and the number of loops and guards in such a nest.
    """
    inside = 3 if exact else 5
    for extent, index in ((dim, "ji"), (dim, "ii"), (width_j, "joi")):
        proc = expand_dim(proc, "res", str(extent), index)
    proc = lift_alloc(proc, "res", n_lifts=inside)
    proc = fission(proc, proc.find("res[_] = _").after(), n_lifts=inside)
    proc = fission(proc, proc.find(sums).after(), n_lifts=inside)
    return proc, inside


def block_buffer(proc, buffer, dim, memory):
    """Keep a buffer of rows and columns in a local memory, a block of `dim` columns behind the other."""
    proc = divide_dim(proc, buffer, 1, dim)
    proc = rearrange_dim(proc, buffer, [1, 0, 2])
    return set_memory(proc, buffer, memory)


def window(start, size) -> str:
    """Exo's text for `size` indices from `start` on."""
    return f"{start} : {start} + {size}"


def replace_in_order(proc, *loops_and_instructions):
    """Let an instruction take the place of the first loop of each name."""
    for loop, instruction in loops_and_instructions:
        proc = replace(proc, f"for {loop} in _:_ #0", instruction)
    return proc


def configure(proc, *configurations):
    """Configure each (configuration, field, value, instruction), the last one first, once in front of all loops: no
    instruction of the kernel changes a configuration."""
    for setting, field, value, instruction in configurations:
        proc = write_config(proc, proc.body().before(), setting, field, value)
        proc = replace(proc, proc.body()[0], instruction)
    return proc
