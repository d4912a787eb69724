"""Composites that move loads, their buffers and configurations out of loops."""

import exo.stdlib.scheduling as exo
from exo.API_cursors import CallCursor, ForCursor, StmtCursor

from . import moves, sites

CONFIGURATIONS = ("config_ex", "config_ld0", "config_ld1", "config_ld2", "config_st")


def _to_front(proc, statement):
    """Exchange a statement with those before it until it is the first of its block."""
    while isinstance(before := statement.prev(), StmtCursor):
        proc = exo.reorder_stmts(proc, before.expand(0, 1))
        statement = proc.forward(statement)
    return proc, statement


def _out_of_loop(proc, statement):
    """Move a statement to the front of its loop and then out of it; it keeps a loop of its own if it depends on it."""
    loop = statement.parent()
    depends = moves.depends(statement, loop)
    proc, statement = _to_front(proc, statement)
    if len(statement.parent().body()) > 1:
        proc = exo.fission(proc, statement.after())
    return proc if depends else exo.remove_loop(proc, proc.forward(statement).parent())


def hoist(proc, buffer, loops):
    """Move a load and its buffer out of `loops` enclosing loops.

    Of a loop that the load depends on, the buffer keeps every iteration in a dimension of its own, and the load,
    moved to the front, gets a loop of its own; out of any other loop the load just moves. Configurations that still
    stand inside loops are hoisted first: the load must stay behind its own.
    """
    return out_of_loops(proc, sites.find(sites.buffers(proc), buffer), loops)[0]


def out_of_loops(proc, alloc, loops):
    """The proc with the buffer of `alloc` and its load hoisted, and where its allocation is now."""
    name = alloc.name()
    proc = hoist_config(proc)
    alloc = proc.forward(alloc)
    for _ in range(loops):
        loop = alloc.parent()
        if not isinstance(loop, ForCursor):
            raise exo.SchedulingError(f"'{name}' is inside no loop to be hoisted out of")
        load = moves.load_statement(loop, name)
        if moves.depends(load, loop):
            proc = exo.expand_dim(proc, alloc, moves.text(loop.hi()), loop.name())
        proc = exo.lift_alloc(proc, proc.forward(alloc))
        proc = _out_of_loop(proc, proc.forward(load))
        alloc = proc.forward(alloc)
    return proc, alloc


def load_once(proc, buffer, loop):
    """Load a buffer in the first iteration of an enclosing loop only, under a guard.

    The buffer and its load are hoisted out of `loop`, and the load comes back as the first thing that its first
    iteration does. The load may not depend on the loop.
    """
    alloc = sites.find(sites.buffers(proc), buffer)
    target = sites.find(sites.loops(proc), loop)
    around = sites.enclosing(alloc)
    if target not in around:
        raise exo.SchedulingError(f"the loop '{loop}' does not enclose '{buffer}'")
    if any(moves.depends(load, target) for load in sites.loads(target, alloc.name())):
        raise exo.SchedulingError(f"the load of '{buffer}' depends on '{loop}'")
    proc, alloc = out_of_loops(proc, alloc, len(around) - around.index(target))
    load, target = alloc.next(), alloc.next().next()
    proc = exo.add_loop(proc, load, target.name(), moves.text(target.hi()), guard=True)
    target = proc.forward(target)
    return exo.fuse(proc, target.prev(), target)


def hoist_config(proc):
    """Move every configuration in front of all loops, and keep one of those that are alike."""
    while (inside := _configuration(proc, lambda c: isinstance(c.parent(), ForCursor))) is not None:
        proc = _out_of_loop(proc, inside)
    seen = set()

    def repeated(cursor):
        text = moves.text(cursor)
        return text in seen or seen.add(text)

    while (copy := _configuration(proc, repeated)) is not None:
        before = copy.prev()
        proc = exo.inline(proc, copy)
        proc = exo.delete_config(proc, proc.forward(before).next())
        seen.clear()
    return proc


def _configuration(proc, condition):
    """The first call of a configuration of a load or store that meets the condition, or None."""
    for cursor in sites.walk(proc.body()):
        if isinstance(cursor, CallCursor) and cursor.subproc().name() in CONFIGURATIONS and condition(cursor):
            return cursor
    return None
