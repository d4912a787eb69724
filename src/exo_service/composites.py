"""Named scheduling functions of Gemmini experts, each built of Exo primitives only and addressed by the names of `sites`."""

import re

import exo.stdlib.scheduling as exo
from exo.API_cursors import CallCursor, ForCursor, StmtCursor

from . import sites
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
    return exo.unroll_loop(*_divide(proc, loop, factor))


def fuse(proc, loop):
    """Fuse a loop with the statement behind it, which must be a loop of the same bounds."""
    cursor = sites.find(sites.loops(proc), loop)
    return exo.fuse(proc, cursor, cursor.next())


def permute(proc, loops):
    """Give the named loops of one perfect nest the named order, by exchanges of neighbours."""
    wanted = [sites.find(sites.loops(proc), name).name() for name in loops]
    for position in range(len(wanted)):
        for _ in range(len(wanted)):
            inner = sites.find(sites.loops(proc), wanted[position])
            outer = inner.parent()
            if not isinstance(outer, ForCursor) or outer.name() not in wanted[position + 1 :]:
                break
            proc = exo.reorder_loops(proc, outer)
    return proc


def _load_of(loop, buffer):
    """The statement directly inside `loop` that is, or contains, the load that fills `buffer`."""
    for cursor in sites.walk(loop.body()):
        if isinstance(cursor, CallCursor) and cursor.subproc().name() in ("mvin2", "mvin3"):
            if cursor.args()[-1].name() == buffer:
                while cursor.parent() != loop:
                    cursor = cursor.parent()
                return cursor
    raise exo.SchedulingError(f"no load fills the buffer '{buffer}'")


def hoist(proc, buffer, loops):
    """Move a load and its buffer out of `loops` enclosing loops.

    Of a loop that the load depends on, the buffer keeps every iteration in a dimension of its own, and the load,
    moved to the front, gets a loop of its own; out of any other loop the load just moves.
    """
    alloc = sites.find(sites.buffers(proc), buffer)
    for _ in range(loops):
        loop = alloc.parent()
        if not isinstance(loop, ForCursor):
            raise exo.SchedulingError(f"'{buffer}' is inside no loop to be hoisted out of")
        load = _load_of(loop, alloc.name())
        depends = re.search(rf"\b{loop.name()}\b", str(load._impl._node)) is not None
        if depends:
            proc = exo.expand_dim(proc, alloc, str(loop.hi()._impl._node), loop.name())
        proc = exo.lift_alloc(proc, proc.forward(alloc))
        load = proc.forward(load)
        while isinstance(before := load.prev(), StmtCursor):
            proc = exo.reorder_stmts(proc, before.expand(0, 1))
            load = proc.forward(load)
        proc = exo.fission(proc, load.after())
        if not depends:
            proc = exo.remove_loop(proc, proc.forward(load).parent())
        alloc = proc.forward(alloc)
    return proc


COMPOSITES = {"tile": tile, "permute": permute, "hoist": hoist, "fuse": fuse, "unroll": unroll}
