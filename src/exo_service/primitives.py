"""What each primitive does to a proc: Exo's scheduling operators, addressed by the names of `sites`.

No argument is text that Exo parses: what it wants as text (a window, a condition, a bound) is written here, of names and
numbers that the proc has.
"""

import exo.libs.memories as memories
import exo.stdlib.scheduling as exo
from exo import DRAM
from exo.API_cursors import CallCursor, ForCursor, IfCursor, LiteralCursor, StmtCursor

from . import commuting, forms, limits, moves, sites
from .adjustments import real_checks
from .windows import touched_window


def _loop(proc, name):
    return sites.find(sites.loops(proc), name)


def _buffer(proc, name):
    return sites.find(sites.buffers(proc), name)


def _statement(proc, name):
    return sites.find(sites.statements(proc), name)


def _pair(proc, name):
    """A statement and the one behind it."""
    statement = _statement(proc, name)
    if not statement.next():
        raise sites.Unresolved(f"nothing follows '{name}'")
    return statement.expand(0, 1)


def _depth(cursor, wanted: int) -> int:
    """So many of the loops and guards around a statement, at most all; Unresolved when there are none."""
    there = len(cursor._impl._path) - 1
    if not there:
        raise sites.Unresolved("nothing is around it")
    return min(wanted, there)


def divide_loop(proc, loop, factor, tail):
    cursor = _loop(proc, loop)
    name = cursor.name()
    extent = sites.extent(cursor)
    if tail == "perfect" and extent and extent % factor:  # also without checks: known at once
        raise exo.SchedulingError(f"{extent} iterations of {name} are not a multiple of {factor}")
    if "cut" in tail:
        limits.refuse_copies(proc, cursor, 2)
    how = {"perfect": True} if tail == "perfect" else {"tail": tail}
    return exo.divide_loop(proc, cursor, factor, [name + "o", name + "i"], **how)


def divide_with_recompute(proc, loop, parts, overlap):
    cursor = _loop(proc, loop)
    name, extent = cursor.name(), sites.extent(cursor)
    if sites.start(cursor) != 0 or extent < parts:
        raise exo.SchedulingError(f"'{loop}' is not known to have {parts} iterations, counted from 0")
    if not commuting.repeatable(cursor):
        raise exo.SchedulingError(f"what '{loop}' does may not be done again")
    stride = max(1, (extent - overlap) // parts)
    return exo.divide_with_recompute(proc, cursor, parts, stride, [name + "o", name + "i"])


def reuse_buffer(proc, buffer, other):
    first, second = _buffer(proc, buffer), _buffer(proc, other)
    if first.mem() is not second.mem() or moves.text(first).split(":")[1:] != moves.text(second).split(":")[1:]:
        raise exo.SchedulingError(f"'{buffer}' and '{other}' are not of one type, shape and memory")
    if _used_from(first, second):  # Exo's own check sees no writes by instructions
        raise exo.SchedulingError(f"'{buffer}' is still used when '{other}' is")
    return exo.reuse_buffer(proc, first, second)


def _used_from(first, second) -> bool:
    """Whether a buffer is used in or behind the statement next to its allocation that holds another allocation."""
    statement = second
    while isinstance(statement, StmtCursor) and statement.parent() != first.parent():
        statement = statement.parent()
    while isinstance(statement, StmtCursor):
        if first._impl._node.name in commuting.touched(statement).everything:
            return True
        statement = statement.next()
    return False


def mult_loops(proc, loop):
    outer = _loop(proc, loop)
    if len(outer.body()) != 1 or not isinstance(inner := outer.body()[0], ForCursor):
        raise sites.Unresolved(f"'{loop}' is no longer a nest")
    stem = outer.name()[:-1]
    parts = (outer.name(), inner.name())
    return exo.mult_loops(proc, outer, stem if stem and parts == (stem + "o", stem + "i") else "".join(parts))


def reorder_loops(proc, loop):
    outer = _loop(proc, loop)
    if len(outer.body()) != 1 or not isinstance(outer.body()[0], ForCursor):
        raise sites.Unresolved(f"'{loop}' is no longer a nest")
    return exo.reorder_loops(proc, outer)


def join_loops(proc, loop):
    cursor = _loop(proc, loop)
    behind = cursor.next()
    if not isinstance(behind, ForCursor):
        raise sites.Unresolved(f"no loop follows '{loop}'")
    if moves.text(cursor.hi()) != moves.text(behind.lo()):
        raise exo.SchedulingError(f"'{behind.name()}' does not start where '{loop}' ends")
    return exo.join_loops(proc, cursor, behind)


def cut_loop(proc, loop, at):
    cursor = _loop(proc, loop)
    limits.refuse_copies(proc, cursor, 2)
    return exo.cut_loop(proc, cursor, at)


def unroll_loop(proc, loop):
    cursor = _loop(proc, loop)
    count = sites.extent(cursor)
    limits.refuse_copies(proc, cursor, count)
    if count and not isinstance(cursor.hi(), LiteralCursor):  # Exo wants a number, not what comes to one
        proc = exo.rewrite_expr(proc, cursor.hi(), str(sites.start(cursor) + count))
    return exo.unroll_loop(proc, proc.forward(cursor))


def fission(proc, statement, lifts):
    pair = _pair(proc, statement)
    return exo.fission(proc, pair[0].after(), n_lifts=_depth(pair[0], lifts))


def autofission(proc, statement, lifts):
    pair = _pair(proc, statement)
    return exo.autofission(proc, pair[0].after(), n_lifts=_depth(pair[0], lifts))


def reorder_stmts(proc, statement):
    pair = _pair(proc, statement)
    if not commuting.commute(*pair):
        raise exo.SchedulingError(f"'{statement}' and what follows touch the same")
    return exo.reorder_stmts(proc, pair)


def remove_loop(proc, loop):
    cursor = _loop(proc, loop)
    if not commuting.repeatable(cursor):
        raise exo.SchedulingError(f"what '{loop}' does may not be done once only")
    return exo.remove_loop(proc, cursor)


def add_loop(proc, statement, iterations, guard):
    cursor = _statement(proc, statement)
    if guard == "none" and not commuting.repeatable(cursor):
        raise exo.SchedulingError(f"'{statement}' may not be done more than once")
    return exo.add_loop(proc, cursor, "again", str(iterations), guard=guard == "first")


def _condition(proc, statement, loop, iteration):
    """A statement, and the text of the condition that a loop around it is in an iteration."""
    cursor, around = _statement(proc, statement), _loop(proc, loop)
    if around not in sites.enclosing(cursor):
        raise sites.Unresolved(f"the loop '{loop}' is not around '{statement}'")
    return cursor, f"{around.name()} == {iteration}"


def specialize(proc, statement, loop, iteration):
    cursor, condition = _condition(proc, statement, loop, iteration)
    limits.refuse_copies(proc, cursor, 2)
    return exo.specialize(proc, cursor, condition)


def add_unsafe_guard(proc, statement, loop, iteration):
    cursor, condition = _condition(proc, statement, loop, iteration)
    return exo.add_unsafe_guard(proc, cursor, condition)


def lift_scope(proc, statement):
    return exo.lift_scope(proc, _scope(proc, statement))


def eliminate_dead_code(proc, statement):
    with real_checks():  # it asks them which branch is dead
        return exo.eliminate_dead_code(proc, _scope(proc, statement))


def _scope(proc, statement):
    cursor = _statement(proc, statement)
    if not isinstance(cursor, (ForCursor, IfCursor)):
        raise sites.Unresolved(f"'{statement}' is neither a loop nor a guard any more")
    return cursor


def lift_alloc(proc, buffer, lifts):
    cursor = _buffer(proc, buffer)
    return exo.lift_alloc(proc, cursor, n_lifts=_depth(cursor, lifts))


def autolift_alloc(proc, buffer, lifts, mode):
    cursor = _buffer(proc, buffer)
    return exo.autolift_alloc(proc, cursor, n_lifts=_depth(cursor, lifts), mode=mode, keep_dims=True)


def expand_dim(proc, buffer, loop):
    cursor, alloc = _loop(proc, loop), _buffer(proc, buffer)
    if cursor not in sites.enclosing(alloc):
        raise sites.Unresolved(f"the loop '{loop}' is not around '{buffer}'")
    return exo.expand_dim(proc, alloc, moves.text(cursor.hi()), cursor.name())


def resize_dim(proc, buffer, dimension, size, offset, how):
    with real_checks():
        return exo.resize_dim(proc, _buffer(proc, buffer), dimension, size, offset, fold=how == "fold")


def stage_mem(proc, statement, array, how):
    cursor = _statement(proc, statement)
    window, name = touched_window(proc, cursor, array)
    return exo.stage_mem(proc, cursor, window, name + "_part", accum=how == "accumulate")


def bind_expr(proc, expression):
    cursor = sites.find_number(proc, expression)
    name = cursor.name() if hasattr(cursor, "name") else "sum"
    return exo.bind_expr(proc, [cursor], name + "_value")


def _call(proc, statement):
    cursor = _statement(proc, statement)
    if not isinstance(cursor, CallCursor):
        raise sites.Unresolved(f"'{statement}' is no call any more")
    return cursor


def replace(proc, library, statement, instruction):
    cursor = _statement(proc, statement)
    fitting = [found for name, found in forms.replacements(cursor, library) if name == instruction]
    if not fitting:
        raise exo.SchedulingError(f"'{statement}' does not have the form of {instruction}")
    return exo.replace(proc, cursor, fitting[0], quiet=True)


def call_eqv(proc, library, statement, instruction):
    call = _call(proc, statement)
    fitting = [found for name, found in forms.equivalents(proc, call, library) if name == instruction]
    if not fitting:
        raise exo.SchedulingError(f"{instruction} does not do what '{statement}' does")
    return exo.call_eqv(proc, call, fitting[0])


def extract_subproc(proc, library, statement):
    cursor = _statement(proc, statement)
    taken = commuting.touched(cursor).everything
    for name, alloc in sites.buffers(proc).items():
        if alloc._impl._node.name in taken and issubclass(alloc.mem(), tuple(library.BANKS)):
            raise exo.SchedulingError(f"'{name}' is in a local memory, of which Exo's C passes no part to a function")
    return exo.extract_subproc(proc, cursor, "part")[0]


def memories_of(alloc, library) -> dict:
    """Name -> memory, of those that a buffer could be in: its local memory and the banks of it, or those of the host."""
    for memory, banks in library.BANKS.items():
        if issubclass(alloc.mem(), memory):
            return {each.name(): each for each in (memory, *banks)}
    host = (DRAM, memories.DRAM_STATIC, memories.DRAM_STACK) if alloc.is_tensor() else (DRAM,)
    return {each.name(): each for each in host}


def set_memory(proc, library, buffer, memory):
    alloc = _buffer(proc, buffer)
    fitting = memories_of(alloc, library)
    if alloc.is_tensor() and len(alloc.shape()) > 1 and moves.text(alloc.shape()[-1]) == str(library.DIM):  # of blocks
        fitting |= {each.name(): each for each in library.BANKS}
    if memory not in fitting:
        raise exo.SchedulingError(f"'{buffer}' can be in {', '.join(fitting)}, not in {memory}")
    return exo.set_memory(proc, alloc, fitting[memory])


def configurations(library) -> dict:
    """Name -> configuration with one field that an instruction sets, and the value that it always has; None if it is a
    stride."""
    strides = (library.ConfigLoad1, library.ConfigLoad2, library.ConfigStore)
    constant = {"ConfigEx": (library.ConfigEx, "True"), "ConfigLoad0": (library.ConfigLoad0, "0")}
    return {**{c.name(): (c, None) for c in strides}, **constant}


def write_config(proc, library, statement, configuration, array):
    if configuration not in (known := configurations(library)):
        raise exo.SchedulingError(f"the configurations are {', '.join(known)}, not {configuration}")
    matrix = sites.find(sites.arrays(proc), array)
    if not matrix.is_tensor() or len(matrix.shape()) < 2:
        raise exo.SchedulingError(f"'{array}' has no rows")
    config, value = known[configuration]
    stride = f"stride({matrix.name()}, {len(matrix.shape()) - 2})"
    (field,) = config.fields()
    return exo.write_config(proc, _statement(proc, statement).before(), config, field[0], value or stride)


def delete_config(proc, statement):
    with real_checks():
        return exo.delete_config(proc, _statement(proc, statement))


def primitives(library) -> dict:
    """Name -> function(proc, **arguments), for the instructions of `library`; the catalogue says what arguments are."""

    def on_statement(operator):
        return lambda proc, statement: operator(proc, _statement(proc, statement))

    def on_pair(operator):
        return lambda proc, statement: operator(proc, _pair(proc, statement))

    def on_expression(operator):
        return lambda proc, expression: operator(proc, sites.find_number(proc, expression))

    def of_library(function):
        return lambda proc, **arguments: function(proc, library, **arguments)

    return {
        "divide_loop": divide_loop,
        "divide_with_recompute": divide_with_recompute,
        "reorder_loops": reorder_loops,
        "mult_loops": mult_loops,
        "unroll_loop": unroll_loop,
        "remove_loop": remove_loop,
        "add_loop": add_loop,
        "join_loops": join_loops,
        "cut_loop": cut_loop,
        "shift_loop": lambda proc, loop, to: exo.shift_loop(proc, _loop(proc, loop), to),
        "parallelize_loop": lambda proc, loop: exo.parallelize_loop(proc, _loop(proc, loop)),
        "fission": fission,
        "autofission": autofission,
        "reorder_stmts": reorder_stmts,
        "lift_scope": lift_scope,
        "eliminate_dead_code": eliminate_dead_code,
        "specialize": specialize,
        "add_unsafe_guard": add_unsafe_guard,
        "insert_pass": lambda proc, statement: exo.insert_pass(proc, _statement(proc, statement).after()),
        "delete_pass": lambda proc: exo.delete_pass(proc),
        "merge_writes": on_pair(exo.merge_writes),
        "split_write": on_statement(exo.split_write),
        "fold_into_reduce": on_statement(exo.fold_into_reduce),
        "inline_assign": on_statement(exo.inline_assign),
        "lift_reduce_constant": on_pair(exo.lift_reduce_constant),
        "commute_expr": lambda proc, expression: exo.commute_expr(proc, [sites.find_number(proc, expression)]),
        "left_reassociate_expr": on_expression(exo.left_reassociate_expr),
        "bind_expr": bind_expr,
        "stage_mem": stage_mem,
        "lift_alloc": lift_alloc,
        "autolift_alloc": autolift_alloc,
        "sink_alloc": lambda proc, buffer: exo.sink_alloc(proc, _buffer(proc, buffer)),
        "expand_dim": expand_dim,
        "resize_dim": resize_dim,
        "rearrange_dim": lambda proc, buffer, order: exo.rearrange_dim(proc, _buffer(proc, buffer), order),
        "divide_dim": lambda proc, buffer, dimension, quotient: exo.divide_dim(
            proc, _buffer(proc, buffer), dimension, quotient
        ),
        "mult_dim": lambda proc, buffer, high, low: exo.mult_dim(proc, _buffer(proc, buffer), high, low),
        "unroll_buffer": lambda proc, buffer, dimension: exo.unroll_buffer(proc, _buffer(proc, buffer), dimension),
        "reuse_buffer": reuse_buffer,
        "delete_buffer": lambda proc, buffer: exo.delete_buffer(proc, _buffer(proc, buffer)),
        "set_memory": of_library(set_memory),
        "set_precision": lambda proc, buffer, precision: exo.set_precision(proc, _buffer(proc, buffer), precision),
        "inline": lambda proc, statement: exo.inline(proc, _call(proc, statement)),
        "inline_window": on_statement(exo.inline_window),
        "replace": of_library(replace),
        "call_eqv": of_library(call_eqv),
        "extract_subproc": of_library(extract_subproc),
        "write_config": of_library(write_config),
        "delete_config": delete_config,
        "simplify": lambda proc: exo.simplify(proc),
    }
