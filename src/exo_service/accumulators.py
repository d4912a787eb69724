"""Composites that make several accumulators of one, and one of two: each can then be placed, and its banks alternated."""

import exo.stdlib.scheduling as exo
from exo.API_cursors import AllocCursor

from . import commuting, limits, moves, sites

MOST_PASSED = 64  # statements that an allocation passes on its way to where it is first used


def split_accumulator(proc, buffer):
    """Keep the entries of an accumulator's outermost dimension of several in a buffer for each.

    Loops that step through it are unrolled: every access is then known to be to one of them. Each is allocated right
    before its first use, so that it may have the rows of one that is stored by then.
    """
    alloc = sites.find(sites.buffers(proc), buffer)
    refuse_split(proc, alloc)
    dimension = _dimension(alloc)
    for loop in _loops(proc, alloc, dimension):
        limits.refuse_copies(proc, proc.forward(loop), sites.extent(loop))
        proc = exo.unroll_loop(proc, proc.forward(loop))
    proc = exo.simplify(proc)
    first = list(proc.forward(alloc)._impl._path)
    proc = exo.unroll_buffer(proc, proc.forward(alloc), dimension)
    names = {f"{alloc.name()}_{entry}" for entry in range(sites.constant(alloc.shape()[dimension]))}
    part, parts = moves.at(proc, first), []
    while isinstance(part, AllocCursor) and part.name() in names:
        parts.append(part)
        part = part.next()
    for part in parts:
        for _ in range(MOST_PASSED):
            behind = moves.follows(proc.forward(part))
            if part._impl._node.name in commuting.touched(behind).everything:
                break
            proc = exo.reorder_stmts(proc, proc.forward(part).expand(0, 1))
    return proc


def refuse_split(proc, alloc):
    """SchedulingError unless it is an accumulator of several blocks, of which every access is to one, by loops inside its
    scope that have constant bounds."""
    name = alloc.name()
    if not _is_accumulator(alloc):
        raise exo.SchedulingError(f"'{name}' is no accumulator, or in two banks")
    if (dimension := _dimension(alloc)) is None:
        raise exo.SchedulingError(f"'{name}' is one block")
    if any(isinstance(window.idx()[dimension], tuple) for _, window in _accesses(proc, alloc)):
        raise exo.SchedulingError(f"an instruction takes several blocks of '{name}' at once")
    for loop in _loops(proc, alloc, dimension):
        if not sites.extent(loop):
            raise exo.SchedulingError(f"'{loop.name()}' does not have constant bounds")
        if loop in sites.enclosing(alloc):
            raise exo.SchedulingError(f"'{name}' is in the loop '{loop.name()}' that chooses its blocks")


def _is_accumulator(alloc) -> bool:
    allocator = getattr(alloc.mem(), "allocator", None)
    return allocator is not None and allocator.name == "accumulator" and not hasattr(alloc.mem(), "apart")


def _dimension(alloc) -> int | None:
    several = [number for number, extent in enumerate(alloc.shape()[:-2]) if (sites.constant(extent) or 0) > 1]
    return several[0] if several else None


def _accesses(proc, alloc) -> list:
    """(call, window) for every window of this buffer, and none of another of its name."""
    found = [access for top in proc.body() for access in moves.windows(top, alloc.name())]
    return [(call, window) for call, window in found if window._impl._node.name is alloc._impl._node.name]


def _loops(proc, alloc, dimension) -> list:
    """The loops by which windows of the buffer index the dimension, each once, in program order."""
    found = []
    for call, window in _accesses(proc, alloc):
        index = window.idx()[dimension]
        found += [loop for loop in sites.enclosing(call) if moves.names(index, loop.name()) and loop not in found]
    return found


def merge_accumulators(proc, buffer, other):
    """Keep two accumulators of one shape in one buffer, as its entries 0 and 1."""
    named = sites.buffers(proc)
    first, second = sites.find(named, buffer), sites.find(named, other)
    if not _alike(first, second):
        raise exo.SchedulingError(f"'{buffer}' and '{other}' are not two accumulators of one type, shape and memory")
    if not _encloses(first, second):
        raise exo.SchedulingError(f"'{other}' is not allocated behind '{buffer}' in its scope")
    for number, alloc in enumerate((first, second)):
        proc = exo.expand_dim(proc, proc.forward(alloc), "2", str(number))
    return exo.reuse_buffer(proc, proc.forward(first), proc.forward(second))


def can_merge(proc, alloc) -> bool:
    """Whether an accumulator like this one is allocated behind it in its scope."""
    return any(_alike(alloc, other) and _encloses(alloc, other) for other in sites.buffers(proc).values())


def _alike(first, second) -> bool:
    if not (_is_accumulator(first) and _is_accumulator(second)) or first == second:
        return False
    kinds = [moves.text(alloc).partition(":")[2] for alloc in (first, second)]
    return first.mem() is second.mem() and kinds[0] == kinds[1]


def _encloses(first, second) -> bool:
    """Whether the second allocation is behind the first in its block, or inside what is."""
    behind = first
    while (behind := moves.follows(behind)) is not None:
        if second in list(sites.walk([behind])):
            return True
    return False
