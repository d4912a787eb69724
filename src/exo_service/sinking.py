"""The composite that moves what is done early down to where it is used: the reverse of hoisting."""

import re

import exo.stdlib.scheduling as exo
from exo.API_cursors import AllocCursor, CallCursor, ForCursor, PassCursor, WindowStmtCursor

from . import commuting, moves, sites

# In C: the commands that go by a configuration. Exo does not know: none of our instructions reads one.
CONFIGURED = {
    "config_ex": r"preload|compute|matmul",
    "config_ld0": r"mvin\(",
    "config_ld1": r"mvin2\(",
    "config_ld2": r"mvin3\(",
    "config_st": r"mvout",
}
MOST_PASSED = 64  # statements: in straight code of more, what is done early stays


def sink(proc, statement):
    """Move a statement down to right before its first use; when it stands there and that is a loop, into the loop.

    What fills the entries that the loop steps through comes to fill one an iteration; what the loop goes on with is done in
    its first iteration, under a guard; all else is done again in every iteration. A buffer that nothing but the loop
    uses goes along, and keeps one entry of those.
    """
    cursor = sites.find(sites.statements(proc), statement)
    refuse(cursor)
    cursor = moves.nest(cursor)
    between = _between(cursor)
    for _ in between:
        proc = exo.reorder_stmts(proc, proc.forward(cursor).expand(0, 1))
    return proc if between else _enter(proc, cursor, moves.follows(cursor))


def refuse(statement):
    """SchedulingError when a statement has no use behind it that it could come closer to."""
    if isinstance(statement, (AllocCursor, PassCursor, WindowStmtCursor)):
        raise exo.SchedulingError("what sinks does something")
    statement = moves.nest(statement)
    if not _between(statement):
        _way_in(statement, moves.follows(statement))


def _between(statement) -> list:
    """The statements from here to the first use. SchedulingError when nothing behind uses it."""
    found, behind = [], statement
    while (behind := moves.follows(behind)) is not None:
        if _uses(behind, statement):
            return found
        if len(found) == MOST_PASSED or not _apart(statement, behind):
            break
        found.append(behind)
    raise exo.SchedulingError("nothing that the statement can sink to uses what it does")


def _configures(statement) -> str | None:
    """The name of the configuration that a statement sets by an instruction."""
    name = statement.subproc().name() if isinstance(statement, CallCursor) else None
    return name if name in CONFIGURED else None


def _instructions(statement) -> list:
    return [c.subproc() for c in sites.walk([statement]) if isinstance(c, CallCursor) and c.subproc().is_instr()]


def _uses(behind, statement) -> bool:
    """Whether a statement touches what an earlier one writes, or goes by the configuration that it sets."""
    if (configuration := _configures(statement)) is not None:
        return any(re.search(CONFIGURED[configuration], call.get_instr()) for call in _instructions(behind))
    done = commuting.touched(statement)
    return bool((done.writes | done.adds) & commuting.touched(behind).everything)


def _apart(statement, behind) -> bool:
    """Whether the two may change places, as far as data goes and configurations."""
    if any(_configures(c) and _uses(behind, c) for c in sites.walk([statement])):
        return False
    own = any(_configures(c) and _uses(statement, c) for c in sites.walk([behind]))
    return not own and commuting.commute(statement, behind)


def _way_in(statement, loop):
    """How a statement gets into the loop behind it: the number of the dimension that the loop steps through, of what it
    writes; "first" for its first iteration; "all" for all of them. SchedulingError when there is no way."""
    if not isinstance(loop, ForCursor):
        raise exo.SchedulingError("the statement stands right before its first use")
    if sites.start(loop) != 0 or sites.extent(loop) < 1:
        raise exo.SchedulingError(f"'{loop.name()}' is not known to have iterations, counted from 0")
    done, inside = commuting.touched(statement), commuting.touched(loop)
    if done.reads & (inside.writes | inside.adds):
        raise exo.SchedulingError(f"'{loop.name()}' changes what the statement reads")
    written = moves.touched(statement)[1] if _configures(statement) is None else set()
    if None in written or len(written) > 1:
        raise exo.SchedulingError("the statement does more than fill one buffer")
    for buffer in written:
        if (dimension := moves.common_position([w for _, w in moves.windows(loop, buffer)], loop)) is not None:
            _refuse_other_entries(statement, buffer, loop, dimension)
            return dimension
    if commuting.repeatable(statement) and not (done.writes | done.adds) & (inside.writes | inside.adds):
        return "all"
    if not written:
        raise exo.SchedulingError(f"'{loop.name()}' sets the configuration as well")
    return "first"


def _refuse_other_entries(statement, buffer, loop, dimension):
    """SchedulingError unless the statement is one call in loops, of which one steps through the dimension as `loop` does."""
    calls = [c for c in sites.walk([statement]) if isinstance(c, CallCursor)]
    if len(calls) == 1 and moves.nest(calls[0]) == statement:
        window = calls[0].args()[-1]
        for own in moves.loops_of(statement, calls[0]):
            if moves.position(window, own) == dimension and moves.same_bounds(own, loop):
                return
    raise exo.SchedulingError(f"the statement does not fill '{buffer}' entry by entry as '{loop.name()}' uses it")


def _enter(proc, statement, loop):
    way = _way_in(statement, loop)
    if way == "first":
        return moves.into_iteration(proc, statement, loop, 0)[0]
    filled = commuting.touched(statement).writes
    if way == "all":
        proc, loop = _into_all(proc, statement, loop)
    else:
        call = next(c for c in sites.walk([statement]) if isinstance(c, CallCursor))
        proc, own = moves.led_by(proc, statement, call, call.args()[-1], way)
        proc = moves.fuse(proc, own, proc.forward(loop))
        loop = proc.forward(own)
    alloc = next((alloc for alloc in sites.buffers(proc).values() if alloc._impl._node.name in filled), None)
    return proc if alloc is None else _take_along(proc, alloc, loop, way)


def _into_all(proc, statement, loop):
    """The proc with the statement at the start of every iteration of the loop behind it, and that loop.

    Exo refuses to fuse a loop that fills a buffer again and again with one that reads it, but proves that the two may be
    split when what fills it is the same each time: so the way back is what is checked.
    """
    proc = exo.add_loop(proc, statement, loop.name(), moves.text(loop.hi()))
    own = moves.precedes(proc.forward(loop))
    proc = exo.fuse(proc, own, proc.forward(loop), unsafe_disable_check=True)
    loop = proc.forward(own)
    exo.fission(proc, loop.body()[0].after())
    return proc, loop


def _take_along(proc, alloc, loop, way):
    """The proc with an allocation in the loop, with one entry in the dimension that is `way`, if nothing else uses the
    buffer."""
    if alloc.parent() != loop.parent():
        return proc
    behind = alloc
    while (behind := moves.follows(behind)) is not None:
        if behind != loop and alloc._impl._node.name in commuting.touched(behind).everything:
            return proc
    while moves.follows(proc.forward(alloc)) != proc.forward(loop):
        proc = exo.reorder_stmts(proc, proc.forward(alloc).expand(0, 1))
    if way != "all":
        proc = exo.resize_dim(proc, proc.forward(alloc), way, 1, 0, fold=True)
    return exo.simplify(exo.sink_alloc(proc, proc.forward(alloc)))
