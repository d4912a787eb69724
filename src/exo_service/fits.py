"""Cheap tests of which gene kinds fit a place: where a test says no, Exo or the composite would refuse, or the program would
compute something else. Where it says yes they still may.

A test is a function(proc, cursor). The catalogue asks for them by `where: fitting`.
"""

from exo.API_cursors import (
    AllocCursor,
    AssignConfigCursor,
    AssignCursor,
    BinaryOpCursor,
    CallCursor,
    ForCursor,
    IfCursor,
    LiteralCursor,
    ReadCursor,
    ReduceCursor,
    WindowStmtCursor,
)
from exo.stdlib.scheduling import SchedulingError

from . import accumulators, commuting, loads, moves, nests, pipelining, sinking, sites, stores, weights

MOST_NEIGHBOURS = 32  # of a statement in its block, for a fission: straight code of more is not split
WRITES = (AssignCursor, ReduceCursor)
SCOPES = (ForCursor, IfCursor)


def _passes(check, *arguments) -> bool:
    try:
        check(*arguments)
    except SchedulingError:
        return False
    return True


def _symbol(cursor):
    return cursor._impl._node.name


def _used_behind(statement, names: set, beyond: int = 1) -> bool:
    """Whether what follows in the block, from so many statements on, touches one of the symbols."""
    for _ in range(beyond - 1):
        statement = moves.follows(statement)
    while (statement := moves.follows(statement)) is not None:
        if names & commuting.touched(statement).everything:
            return True
    return False


def _remove_loop(_proc, loop):
    return not any(moves.depends(s, loop) for s in loop.body()) and commuting.repeatable(loop)


def _divide_with_recompute(_proc, loop):
    return sites.start(loop) == 0 and sites.extent(loop) > 1 and commuting.repeatable(loop)


def _join_loops(_proc, loop):
    behind = moves.follows(loop)
    return (
        isinstance(behind, ForCursor)
        and moves.text(loop.hi()) == moves.text(behind.lo())
        and [moves.text(s) for s in loop.body()] == [moves.text(s) for s in behind.body()]
    )


def _fuse(_proc, loop):
    behind = moves.follows(loop)
    return isinstance(behind, ForCursor) and moves.same_bounds(loop, behind) and _passes(nests.refuse_shared_entries, loop, behind)


def _lift_loop(proc, loop):
    return isinstance(loop.parent(), ForCursor) and _passes(nests.refuse_shared, proc, loop.parent())


LOOPS = {
    "remove_loop": _remove_loop,
    "divide_with_recompute": _divide_with_recompute,
    "join_loops": _join_loops,
    "fuse": _fuse,
    "lift_loop": _lift_loop,
    "keep_weights": lambda _proc, loop: _passes(weights.refuse, loop),
}


def _sink_alloc(_proc, alloc):
    return isinstance(moves.follows(alloc), SCOPES) and not _used_behind(alloc, {_symbol(alloc)}, 2)


def _hoist(_proc, alloc):
    around = alloc.parent()
    return isinstance(around, ForCursor) and _passes(moves.load_statement, around, alloc.name())


def _alternate(proc, alloc):
    if not hasattr(alloc.mem(), "allocator") or len(alloc.shape()) < 3:
        return False
    windows = [window for top in proc.body() for _, window in moves.windows(top, alloc.name())]
    return not any(isinstance(window.idx()[0], tuple) for window in windows)


def _has_elements(proc, alloc):
    """Whether no window of the buffer is taken: its dimensions may change."""
    return alloc.is_tensor() and not any(moves.takes(top, alloc.name()) for top in proc.body())


def _unroll_buffer(proc, alloc):
    """Whether an index is constant in every access."""
    accesses = [index for top in proc.body() for index in commuting.indices(top, _symbol(alloc))]
    return bool(accesses) and any(all(commuting.is_constant(part) for part in side) for side in zip(*accesses))


BUFFERS = {
    "rearrange_dim": _has_elements,
    "divide_dim": _has_elements,
    "mult_dim": _has_elements,
    "unroll_buffer": _unroll_buffer,
    "spread": lambda proc, alloc: pipelining.can_spread(proc, alloc),
    "delay": lambda proc, alloc: pipelining.can_delay(proc, alloc),
    "interleave_stores": lambda proc, alloc: stores.can_interleave(proc, alloc.name()),
    "sink_alloc": _sink_alloc,
    "delete_buffer": lambda _proc, alloc: not _used_behind(alloc, {_symbol(alloc)}),
    "set_precision": lambda _proc, alloc: not hasattr(alloc.mem(), "allocator"),
    "hoist": _hoist,
    "double_buffer": lambda _proc, alloc: isinstance(alloc.parent(), ForCursor) and hasattr(alloc.mem(), "allocator"),
    "alternate": _alternate,
    "wide_loads": lambda proc, alloc: loads.can_widen(proc, alloc),
    "split_accumulator": lambda proc, alloc: _passes(accumulators.refuse_split, proc, alloc),
    "merge_accumulators": lambda proc, alloc: accumulators.can_merge(proc, alloc),
    "overwrite": lambda proc, alloc: stores.can_clear(proc, alloc.name()),
    "wide_stores": lambda proc, alloc: stores.can_widen(proc, alloc.name()),
}


def _reorder_stmts(_proc, statement):
    behind = moves.follows(statement)
    return behind is not None and commuting.commute(statement, behind)


def _fission(_proc, statement):
    """Nothing allocated in front of the gap is used behind it, and the scope around it does nothing in a certain order."""
    if not isinstance(scope := statement.parent(), SCOPES) or moves.follows(statement) is None:
        return False
    if len(scope.body()) > MOST_NEIGHBOURS:
        return False
    front, behind = [statement], []
    while (before := moves.precedes(front[0])) is not None:
        front.insert(0, before)
    while (after := moves.follows((behind or front)[-1])) is not None:
        behind.append(after)
    if commuting.touched(*front).allocates & commuting.touched(*behind).everything:
        return False
    return isinstance(scope, IfCursor) or commuting.iterations_apart(front, behind, scope)


def _lift_scope(_proc, statement):
    outer = statement.parent()
    if not isinstance(statement, SCOPES) or not isinstance(outer, SCOPES) or len(outer.body()) > 1:
        return False
    if isinstance(outer, IfCursor):
        return not outer.orelse() and isinstance(statement, (IfCursor, ForCursor))
    head = [statement.cond()] if isinstance(statement, IfCursor) else [statement.lo(), statement.hi()]
    return not any(moves.depends(part, outer) for part in head)


def _merge_writes(_proc, statement):
    behind = moves.follows(statement)
    if not isinstance(statement, WRITES) or not isinstance(behind, WRITES):
        return False
    return _symbol(statement) is _symbol(behind) and [moves.text(i) for i in statement.idx()] == [
        moves.text(i) for i in behind.idx()
    ]


def _sum(expression) -> bool:
    return isinstance(expression, BinaryOpCursor) and expression.op() == "+"


def _fold_into_reduce(_proc, statement):
    if not isinstance(statement, AssignCursor) or not _sum(statement.rhs()):
        return False
    target = moves.text(statement).split(" = ")[0]
    return moves.text(statement.rhs().lhs()) == target


def _inline_assign(proc, statement):
    if not isinstance(statement, AssignCursor) or moves.follows(statement) is None:
        return False
    written = [c for c in sites.walk(proc.body()) if isinstance(c, WRITES) and _symbol(c) is _symbol(statement)]
    return len(written) == 1 and any(_symbol(a) is _symbol(statement) for a in sites.buffers(proc).values())


def _lift_reduce_constant(_proc, statement):
    loop = moves.follows(statement)
    if not isinstance(statement, AssignCursor) or not isinstance(loop, ForCursor) or len(loop.body()) > 1:
        return False
    product = loop.body()[0].rhs() if isinstance(loop.body()[0], ReduceCursor) else None
    return (
        isinstance(statement.rhs(), LiteralCursor)
        and isinstance(product, BinaryOpCursor)
        and product.op() == "*"
        and not moves.depends(product.lhs(), loop)
    )


def _is_command(statement) -> bool:
    """A call that Exo cannot write out as C: what the instruction computes is done in a local memory."""
    return isinstance(statement, CallCursor) and statement.subproc().is_instr() and bool(
        [argument for argument in statement.args() if hasattr(argument, "idx")]
    )


STATEMENTS = {
    "fuse_guards": lambda _proc, statement: nests.same_guards(statement),
    "sink": lambda _proc, statement: _passes(sinking.refuse, statement),
    "reorder_stmts": _reorder_stmts,
    "fission": _fission,
    "autofission": _fission,
    "lift_scope": _lift_scope,
    "eliminate_dead_code": lambda _proc, statement: isinstance(statement, IfCursor),
    "add_loop": lambda _proc, statement: not isinstance(statement, AllocCursor),
    "merge_writes": _merge_writes,
    "split_write": lambda _proc, statement: isinstance(statement, WRITES) and _sum(statement.rhs()),
    "fold_into_reduce": _fold_into_reduce,
    "inline_assign": _inline_assign,
    "lift_reduce_constant": _lift_reduce_constant,
    "inline": lambda _proc, statement: isinstance(statement, CallCursor) and not _is_command(statement),
    "inline_window": lambda _proc, statement: isinstance(statement, WindowStmtCursor),
    "replace": lambda _proc, statement: not isinstance(statement, CallCursor),
    "call_eqv": lambda _proc, statement: isinstance(statement, CallCursor),
    "delete_config": lambda _proc, statement: isinstance(statement, AssignConfigCursor),
}

EXPRESSIONS = {
    "commute_expr": lambda _proc, expression: isinstance(expression, BinaryOpCursor) and expression.op() in ("+", "*"),
    "left_reassociate_expr": lambda _proc, expression: isinstance(expression, BinaryOpCursor)
    and expression.op() in ("+", "*")
    and isinstance(expression.rhs(), BinaryOpCursor)
    and expression.rhs().op() == expression.op(),
    "bind_expr": lambda _proc, expression: isinstance(expression, ReadCursor),
}
