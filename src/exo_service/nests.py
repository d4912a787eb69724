"""Composites that shape loop nests."""

import exo.stdlib.scheduling as exo
from exo.API_cursors import AllocCursor, CallCursor, ForCursor, IfCursor, StmtCursor, WindowExprCursor

from . import limits, moves, sites
from .adjustments import real_checks
from .primitives import divide_loop


def _only_loop_inside(loop):
    body = loop.body()
    return body[0] if len(body) == 1 and isinstance(body[0], ForCursor) else None


def _sink(proc, loop):
    while _only_loop_inside(loop) is not None:
        proc = exo.reorder_loops(proc, loop)
        loop = proc.forward(loop)
    return proc


def _divide(proc, loop, factor):
    """The proc with the loop divided evenly, and its inner part."""
    cursor = sites.find(sites.loops(proc), loop)
    proc = divide_loop(proc, loop, factor, "perfect")
    return proc, proc.forward(cursor).body()[0]


def tile(proc, loop, factor):
    """Divide a loop evenly and sink its inner part below every loop directly inside it."""
    return _sink(*_divide(proc, loop, factor))


def unroll(proc, loop, factor):
    """Divide a loop evenly and unroll its inner part."""
    limits.refuse_copies(proc, sites.find(sites.loops(proc), loop), factor)
    return exo.unroll_loop(*_divide(proc, loop, factor))


def fuse(proc, loop):
    """Fuse a loop with the statement behind it, which must be a loop of the same bounds.

    Where iterations of the two may share what one of them writes, Exo is asked, also while checks are deferred.
    """
    cursor = sites.find(sites.loops(proc), loop)
    behind = moves.follows(cursor)
    if not isinstance(behind, ForCursor):
        raise exo.SchedulingError(f"no loop follows '{loop}'")
    try:
        refuse_shared_entries(cursor, behind)
    except exo.SchedulingError as doubt:
        with real_checks():
            try:
                return moves.fuse(proc, cursor, behind)
            except exo.SchedulingError:
                raise doubt from None
    return moves.fuse(proc, cursor, behind)


def fuse_guards(proc, statement):
    """Fuse a guard with the statement behind it, which must be a guard of the same condition."""
    guard = sites.find(sites.statements(proc), statement)
    if not same_guards(guard):
        raise exo.SchedulingError(f"'{statement}' and what follows are not guards of one condition")
    return exo.fuse(proc, guard, moves.follows(guard))


def same_guards(statement) -> bool:
    """Whether a statement and the one behind it are guards of one condition."""
    behind = moves.follows(statement)
    guards = isinstance(statement, IfCursor) and isinstance(behind, IfCursor)
    return guards and moves.text(statement.cond()) == moves.text(behind.cond())


def refuse_shared_entries(first, second):
    """SchedulingError when an iteration of one loop touches what another iteration of the other loop writes."""
    (reads, writes), (other_reads, other_writes) = moves.touched(first), moves.touched(second)
    for buffer in (writes & (other_reads | other_writes) | reads & other_writes) - {None}:
        found = [moves.common_position([w for _, w in moves.windows(loop, buffer)], loop) for loop in (first, second)]
        if found[0] is None or found[0] != found[1]:
            raise exo.SchedulingError(f"iterations of '{first.name()}' and '{second.name()}' share '{buffer}'")


def permute(proc, loops):
    """Give the named loops of one perfect nest the named order, by exchanges of neighbours."""
    wanted = [sites.find(sites.loops(proc), name) for name in loops]
    for position, loop in enumerate(wanted):
        while (outer := proc.forward(loop).parent()) in [proc.forward(later) for later in wanted[position + 1 :]]:
            if len(outer.body()) > 1:
                raise sites.Unresolved(f"'{outer.name()}' holds more than the loop '{loop.name()}'")
            proc = exo.reorder_loops(proc, outer)
    return proc


def lift_loop(proc, loop):
    """Move a loop out of the loop around it: what stands in front of it and behind it gets a loop of its own.

    Buffers in front of it get an entry for every iteration of the outer loop. With the loop over K lifted, several
    tiles of C accumulate side by side.
    """
    cursor = sites.find(sites.loops(proc), loop)
    outer = cursor.parent()
    if not isinstance(outer, ForCursor):
        raise exo.SchedulingError(f"'{loop}' is inside no loop to be lifted out of")
    refuse_shared(proc, outer)
    for alloc in outer.body():
        if alloc == cursor:
            break
        if isinstance(alloc, AllocCursor):
            proc = exo.expand_dim(proc, proc.forward(alloc), moves.text(outer.hi()), outer.name())
            proc = exo.lift_alloc(proc, proc.forward(alloc))
    cursor = proc.forward(cursor)
    if isinstance(cursor.prev(), StmtCursor):
        proc = exo.fission(proc, cursor.before())
        cursor = proc.forward(cursor)
    if isinstance(cursor.next(), StmtCursor):
        proc = exo.fission(proc, cursor.after())
        cursor = proc.forward(cursor)
    return exo.lift_scope(proc, cursor)


def refuse_shared(proc, loop):
    """SchedulingError when iterations of the loop write the same part of a buffer: they cannot run side by side."""
    own = {alloc.name() for alloc in sites.walk(loop.body()) if isinstance(alloc, AllocCursor)}
    shared = {alloc.name() for alloc in sites.buffers(proc).values()} - own
    for call in sites.walk(loop.body()):
        if isinstance(call, CallCursor):
            for window in [window for window in call.args() if isinstance(window, WindowExprCursor)][-1:]:
                if window.name() in shared and moves.position(window, loop) is None:
                    raise exo.SchedulingError(f"all iterations of '{loop.name()}' write the same of '{window.name()}'")


def unroll_and_jam(proc, loop, factor):
    """Unroll a loop by a factor, and join the copies inside the loops directly inside it."""
    limits.refuse_copies(proc, sites.find(sites.loops(proc), loop), factor)
    proc, inner = _divide(proc, loop, factor)
    proc = _sink(proc, inner)
    return exo.unroll_loop(proc, proc.forward(inner))


def peel(proc, loop, end):
    """Take the first or the last iteration out of a loop."""
    cursor = sites.find(sites.loops(proc), loop)
    count = sites.extent(cursor)
    limits.refuse_copies(proc, cursor, 2)
    if count < 2:
        raise exo.SchedulingError(f"'{loop}' has {count} iterations that are known: none to spare")
    proc = exo.cut_loop(proc, cursor, sites.start(cursor) + (1 if end == "first" else count - 1))
    cursor = proc.forward(cursor)
    return exo.unroll_loop(proc, cursor if end == "first" else cursor.next())
