"""What composites share: who accesses a buffer, and statements that change place. Built of Exo primitives only.

Moves are refused by what statements touch, not only by Exo's checks: those are deferred while a search runs. Every
instruction of the library writes its last argument and reads the others.
"""

import re

import exo.stdlib.scheduling as exo
from exo.API_cursors import AllocCursor, CallCursor, ForCursor, IfCursor, StmtCursor, WindowExprCursor, WindowStmtCursor

from . import sites


def text(cursor) -> str:
    """An expression or a statement as Exo prints it."""
    return str(cursor._impl._node)


def depends(statement, loop) -> bool:
    """Whether a statement names the iterator of `loop`."""
    return names(statement, loop.name())


def names(cursor, name: str) -> bool:
    return re.search(rf"\b{name}\b", text(cursor)) is not None


def same_sum(first, second) -> bool:
    """Whether two expressions are sums of the same terms, in whatever order."""
    return sorted(_terms(first._impl._node)) == sorted(_terms(second._impl._node))


def _terms(node, sign: int = 1) -> list:
    operator = getattr(node, "op", None)
    if operator in ("+", "-"):
        return _terms(node.lhs, sign) + _terms(node.rhs, sign if operator == "+" else -sign)
    return [(sign, str(node))]


def windows(statement, buffer: str) -> list:
    """(call, window) for every window of the buffer that an instruction below the statement takes."""
    found = []
    for call in sites.walk([statement]):
        if isinstance(call, CallCursor):
            found += [(call, w) for w in call.args() if isinstance(w, WindowExprCursor) and w.name() == buffer]
    return found


def takes(statement, buffer: str) -> bool:
    """Whether a window of the buffer is taken in or below the statement, by a call or under a name of its own."""
    named = [c for c in sites.walk([statement]) if isinstance(c, WindowStmtCursor)]
    return bool(windows(statement, buffer)) or any(names(window, buffer) for window in named)


def position(window, loop) -> int | None:
    """The dimension of a window that a loop steps through, an entry an iteration; None when it ignores the loop.

    SchedulingError when it depends on the loop in another way.
    """
    iterator, indices = loop.name(), list(window.idx())
    ends = [index if isinstance(index, tuple) else (index,) for index in indices]
    dependent = [d for d, parts in enumerate(ends) if any(names(part, iterator) for part in parts)]
    if not dependent:
        return None
    index = indices[dependent[0]]
    if len(dependent) > 1 or isinstance(index, tuple) or text(index) not in (iterator, f"{iterator} + 0"):
        raise exo.SchedulingError(f"'{iterator}' does not step through '{window.name()}' entry by entry")
    return dependent[0]


def common_position(windows, loop) -> int | None:
    """The position of a loop that all the windows share; SchedulingError when it differs."""
    positions = {position(window, loop) for window in windows}
    if len(positions) != 1:
        raise exo.SchedulingError(f"'{loop.name()}' steps through only some of the accesses to a buffer")
    return positions.pop()


def points(window) -> list:
    """The indices of a window that are single points, outermost dimension first."""
    return [index for index in window.idx() if not isinstance(index, tuple)]


def equalities(statement) -> list:
    """(left, right) of every `left == right` that guards the statement, as nodes."""
    found = []
    while isinstance(outer := statement.parent(), (ForCursor, IfCursor)):
        if isinstance(outer, IfCursor) and statement in list(outer.body()):
            condition = outer.cond()._impl._node
            if getattr(condition, "op", None) == "==":
                found.append((condition.lhs, condition.rhs))
        statement = outer
    return found


def is_product(call) -> bool:
    return call.subproc().name().startswith("matmul")


def computes(statement) -> bool:
    """Whether the statement contains a product."""
    return any(is_product(c) for c in sites.walk([statement]) if isinstance(c, CallCursor))


def load_statement(loop, buffer: str):
    """The statement directly in the loop that holds all loads of the buffer and computes nothing."""
    loads = sites.loads(loop, buffer)
    if not loads:
        raise exo.SchedulingError(f"no load fills the buffer '{buffer}'")
    for statement in loop.body():
        calls = [call for call in sites.walk([statement]) if isinstance(call, CallCursor)]
        if loads[0] in calls and all(load in calls for load in loads) and not any(map(is_product, calls)):
            return statement
    raise exo.SchedulingError(f"the loads of '{buffer}' stand in several places of '{loop.name()}'")


def nest(call):
    """The outermost statement that contains `call` and no other."""
    while isinstance(outer := call.parent(), (ForCursor, IfCursor)) and len(outer.body()) == 1:
        if isinstance(outer, IfCursor) and outer.orelse():
            break
        call = outer
    return call


def touched(statement) -> tuple[set, set]:
    """Names of what the statement reads and of what it writes; None stands for a configuration, which is written."""
    read, written = set(), set()
    for cursor in sites.walk([statement]):
        if isinstance(cursor, AllocCursor):
            written.add(cursor.name())
        elif isinstance(cursor, CallCursor):
            taken = [w.name() for w in cursor.args() if isinstance(w, WindowExprCursor)]
            read.update(taken[:-1])
            written.add(taken[-1] if taken else None)
        elif not isinstance(cursor, (ForCursor, IfCursor)):
            written.add(None)
    return read, written


def exchange(proc, first, second):
    """Exchange two statements that follow each other; SchedulingError when one writes what the other touches."""
    (reads, writes), (other_reads, other_writes) = touched(first), touched(second)
    both = writes & (other_reads | other_writes) | reads & other_writes
    if both or None in writes | other_writes:
        what = ", ".join(f"'{name}'" for name in sorted(map(str, both))) or "a configuration"
        raise exo.SchedulingError(f"{what} keeps two statements in their order")
    return exo.reorder_stmts(proc, first.expand(0, 1))


def follows(statement):
    """The statement behind, or None."""
    behind = statement.next()
    return behind if isinstance(behind, StmtCursor) else None


def precedes(statement):
    """The statement in front, or None."""
    before = statement.prev()
    return before if isinstance(before, StmtCursor) else None


def at(proc, path):
    """The statement at a path of (block, index): for what no cursor can be forwarded over."""
    cursor = proc
    for block, index in path:
        cursor = getattr(cursor, block)()[index]
    return cursor


def same_bounds(first, second) -> bool:
    """Whether two loops are known to run over the same numbers."""
    return len({(text(loop.lo()), sites.extent(loop) or text(loop.hi())) for loop in (first, second)}) == 1


def fuse(proc, first, second):
    """Fuse two loops that follow each other; SchedulingError unless they have the same bounds."""
    if not same_bounds(first, second):
        raise exo.SchedulingError(f"'{first.name()}' and '{second.name()}' have other bounds")
    return exo.fuse(proc, first, second)


def into_iteration(proc, statement, loop, iteration: int):
    """Move a statement into one iteration of the loop next to it, under a guard.

    In front of the loop it comes first in its body, behind the loop last. Gives the proc and the guard. The statement
    gets a loop of its own, of whose iterations the guard lets one do it. Exo would ask whether it may be repeated, which
    it is not, and has no guard but that for iteration 0; so both steps go without a check of Exo's, and what makes the
    two together right is seen to here: the iterator is new to the statement, and has the value once.
    """
    behind = follows(loop) == statement
    if not behind and follows(statement) != loop:
        raise exo.SchedulingError(f"the statement does not stand next to the loop '{loop.name()}'")
    if sites.start(loop) != 0 or not 0 <= iteration < sites.extent(loop):
        raise exo.SchedulingError(f"'{loop.name()}' is not known to have an iteration {iteration}, counted from 0")
    count = text(loop.hi())
    proc = exo.add_loop(proc, statement, loop.name(), count, guard=iteration == 0, unsafe_disable_check=True)
    loop = proc.forward(loop)
    own = follows(loop) if behind else precedes(loop)
    if iteration != 0:
        paths = [list(cursor._impl._path) for cursor in (own, loop)]
        proc = exo.add_unsafe_guard(proc, own.body()[0], f"{own.name()} == {iteration}")
        own, loop = (at(proc, path) for path in paths)
    guard = own.body()[0]
    proc = fuse(proc, loop, own) if behind else fuse(proc, own, loop)
    return proc, proc.forward(guard)


def inline(proc, call):
    """Replace a call by the loops of its instruction, on the buffers themselves. Gives the proc and the first loop."""
    path = list(call._impl._path)
    proc = exo.inline(proc, call)
    while isinstance(at(proc, path), WindowStmtCursor):
        proc = exo.inline_window(proc, at(proc, path))
    return proc, at(proc, path)


def to_outside(proc, statement, loop):
    """Bring a loop of the nest that is `statement` to its outside. Gives the proc and the loop."""
    for _ in range(len(loop._impl._path) - len(statement._impl._path)):
        proc = exo.lift_scope(proc, loop)
        loop = proc.forward(loop)
    return proc, loop


def loops_of(statement, call) -> list:
    """The loops around `call` that are, or are in, `statement`, outermost first."""
    depth = len(statement._impl._path)
    return [loop for loop in sites.enclosing(call) if len(loop._impl._path) >= depth]


def led_by(proc, statement, call, window, dimension: int):
    """Bring the loop that indexes `dimension` of a window of `call` to the outside of the nest that is `statement`.

    Gives the proc and the loop. SchedulingError when the nest has no such loop.
    """
    for loop in loops_of(statement, call):
        if position(window, loop) == dimension:
            return to_outside(proc, statement, loop)
    raise exo.SchedulingError(f"no loop of the statement runs over dimension {dimension} of '{window.name()}'")
