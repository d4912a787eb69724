"""The composite for loads of several blocks: whole lines of memory, and one command, not several."""

import exo.stdlib.scheduling as exo
from exo.API_cursors import IfCursor, LiteralCursor

from . import forms, hoisting, moves, sites


def wide_loads(proc, library, buffer, blocks):
    """Load up to `blocks` blocks of a buffer that lie side by side at once.

    A load that is not yet alone in a loop over such blocks is hoisted out of the inner part of the loop that steps
    through them: the buffer then has that many blocks. Of a load that is alone, blocks may be left over.
    """
    alloc = sites.find(sites.buffers(proc), buffer)
    for call in _narrow(proc, alloc):
        over = refuse(alloc, call)
        count = sites.extent(over)
        equal = [width for width in range(2, blocks + 1) if count % width == 0]
        if not equal and over in sites.enclosing(alloc):
            raise exo.SchedulingError(f"the {count} blocks of '{over.name()}' do not make loads of equal width")
        proc = _widen(proc, library, alloc, call, over, max(equal, default=min(blocks, count)))
    return proc


def _narrow(proc, alloc) -> list:
    """The loads of one block into a buffer. Unresolved when there are none."""
    name = alloc._impl._node.name
    loads = [call for call in sites.loads(proc) if call.args()[-1]._impl._node.name is name and _blocks(call) == 1]
    if not loads:
        raise sites.Unresolved(f"no load of one block fills '{alloc.name()}'")
    return loads


def _blocks(call) -> int | None:
    count = call.args()[-3]
    return count.value() if isinstance(count, LiteralCursor) else None


def can_widen(proc, alloc) -> bool:
    """Whether every load of one block into the buffer has others beside it, to be done two at a time."""
    try:
        loops = [refuse(alloc, call) for call in _narrow(proc, alloc)]
        return all(sites.extent(over) % 2 == 0 or over not in sites.enclosing(alloc) for over in loops)
    except (exo.SchedulingError, sites.Unresolved):
        return False


def refuse(alloc, call):
    """The loop that steps through blocks side by side in memory. SchedulingError when there is none, and when in the
    buffer these blocks do not, or would not when the load is hoisted, follow each other."""
    source, target = list(call.args())[-2:]
    column = source.idx()[-1][0]
    around = [loop for loop in sites.enclosing(call) if moves.names(column, loop.name()) and sites.extent(loop) > 1]
    if not around or sites.start(around[-1]) != 0:
        raise exo.SchedulingError(f"no loop around the load of '{alloc.name()}' is known to run over blocks side by side")
    over = around[-1]
    if over in sites.enclosing(alloc):  # a dimension for each loop that the load depends on, the outermost one first
        inside = sites.enclosing(alloc)[sites.enclosing(alloc).index(over) + 1 :]
        dimension, between = 0, [sites.extent(loop) for loop in inside if moves.depends(call, loop)]
        moves.load_statement(alloc.parent(), alloc.name())
    else:
        if over not in moves.loops_of(moves.nest(call), call):
            raise exo.SchedulingError(f"the load of '{alloc.name()}' is not alone in the loop '{over.name()}'")
        if (dimension := moves.position(target, over)) is None:
            raise exo.SchedulingError(f"'{over.name()}' loads all blocks to one place of '{alloc.name()}'")
        between = [sites.constant(extent) for extent in alloc.shape()[dimension + 1 : -2]]
    if any(count != 1 for count in between) or (dimension == 0 and hasattr(alloc.mem(), "apart")):  # in two banks
        raise exo.SchedulingError(f"blocks side by side in memory do not follow each other in '{alloc.name()}'")
    return over


def _widen(proc, library, alloc, call, over, width):
    alloc, call, over = (proc.forward(cursor) for cursor in (alloc, call, over))
    called = call.subproc()._loopir_proc
    instruction = next(each for _, each in forms.instructions(library) if each._loopir_proc is called)
    if sites.extent(over) > width:
        names = [over.name() + "o", over.name() + "i"]
        equal = {"perfect": True} if sites.extent(over) % width == 0 else {"tail": "cut"}
        proc = exo.divide_loop(proc, over, width, names, **equal)
        over = proc.forward(over).body()[0]
    if over in (loops := sites.enclosing(proc.forward(alloc))):
        proc, _ = hoisting.out_of_loops(proc, proc.forward(alloc), len(loops) - loops.index(over))
        over = moves.loops_of(moves.nest(proc.forward(call)), proc.forward(call))[0]
    proc, rows = moves.inline(proc, proc.forward(call))
    over = proc.forward(over)
    outer, depth = list(over._impl._path), len(rows._impl._path) - len(over._impl._path)
    for _ in range(depth):
        proc, over = _inwards(proc, over)
    if isinstance(over.body()[0], IfCursor):  # of the rows that are left
        proc, over = _inwards(proc, over)
    proc = exo.unroll_loop(proc, over.body()[0])
    return exo.replace(proc, moves.at(proc, [*outer, *[("body", 0)] * (depth - 1)]), instruction, quiet=True)


def _inwards(proc, loop):
    """The proc with a loop exchanged with the loop or guard that is all it holds, and the loop."""
    path, inner = list(loop._impl._path), loop.body()[0]
    proc = exo.lift_scope(proc, inner) if isinstance(inner, IfCursor) else exo.reorder_loops(proc, loop)
    return proc, moves.at(proc, [*path, ("body", 0)])
