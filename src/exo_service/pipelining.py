"""Composites that let loads run beside the computation: what the next iteration needs is loaded during this one."""

import exo.stdlib.scheduling as exo
from exo.API_cursors import ForCursor

from . import hoisting, moves, sites


def _allocation(proc, buffer):
    return sites.find(sites.buffers(proc), buffer)


def prefetch(proc, buffer, loop):
    """Load what the next iteration of `loop` needs before this iteration computes, into the other half of a buffer
    twice as large; the load of the first iteration goes in front of the loop.

    A buffer and a load further inside are first hoisted to that loop: an iteration then loads all it needs at once.
    """
    alloc, around = _allocation(proc, buffer), sites.find(sites.loops(proc), loop)
    loops = sites.enclosing(alloc)
    if around not in loops:
        raise exo.SchedulingError(f"the loop '{loop}' does not enclose '{buffer}'")
    if further := len(loops) - 1 - loops.index(around):
        proc, alloc = hoisting.out_of_loops(proc, alloc, further)
        around = proc.forward(around)
    name, count = alloc.name(), sites.extent(around)
    if sites.start(around) != 0 or count < 2:
        raise exo.SchedulingError(f"'{loop}' is not known to have two iterations or more, counted from 0")
    load = moves.load_statement(around, name)
    if moves.touched(load)[1] != {name}:
        raise exo.SchedulingError(f"the load of '{buffer}' is fused with another")
    proc = exo.expand_dim(proc, alloc, str(count), around.name())
    proc = exo.lift_alloc(proc, proc.forward(alloc))
    load = proc.forward(load)
    while (before := moves.precedes(load)) is not None:
        proc = moves.exchange(proc, before, load)
        load = proc.forward(load)
    proc = exo.fission(proc, load.after())
    loads = proc.forward(load).parent()
    around = loads.next()
    # The first of the loads comes to stand alone, and the others run an iteration early beside what computes.
    proc = exo.cut_loop(proc, loads, 1)
    loads = proc.forward(loads)
    rest = loads.next()
    proc = exo.unroll_loop(proc, loads)
    proc = exo.shift_loop(proc, proc.forward(rest), 0)
    proc, rest = _padded(proc, proc.forward(rest), count)
    proc = exo.fuse(proc, rest, proc.forward(around))
    proc = exo.resize_dim(proc, proc.forward(alloc), 0, 2, 0, fold=True)
    return exo.simplify(proc)


def _padded(proc, loop, count):
    """The loop made `count` iterations long; a guard lets those beyond its own do nothing."""
    path = list(loop._impl._path)
    proc = exo.divide_loop(proc, loop, count, [loop.name(), loop.name()], tail="guard")
    proc = exo.rewrite_expr(proc, proc.forward(loop).hi(), "1")
    proc = exo.unroll_loop(proc, proc.forward(loop))
    return proc, moves.at(proc, path)


def spread(proc, buffer):
    """Issue a load piece by piece: some at the start of every iteration of the computing loop that follows it."""
    proc, statement, load, behind = _before_computation(proc, buffer)
    loops = moves.loops_of(statement, load)
    if not loops:
        raise sites.Unresolved(f"one load of '{buffer}' has no pieces to spread")
    proc, loads = moves.to_outside(proc, statement, loops[0])
    pieces, iterations = sites.extent(loads), sites.extent(behind)
    if sites.start(loads) != 0 or pieces < 1 or iterations < 1:
        raise exo.SchedulingError(f"it is not known how many loads to spread over how much of '{behind.name()}'")
    each = -(-pieces // iterations)
    if each > 1:
        parts = [loads.name() + "o", loads.name() + "i"]
        tail = {"tail": "guard"} if pieces % each else {"perfect": True}
        proc = exo.divide_loop(proc, loads, each, parts, **tail)
        loads = proc.forward(loads)
    _refuse_early_use(proc.forward(load), proc.forward(behind), loads)
    if pieces == each * iterations:
        return moves.fuse(proc, loads, proc.forward(behind))
    proc, loads = _padded(proc, loads, iterations)
    return exo.simplify(moves.fuse(proc, loads, proc.forward(behind)))


def delay(proc, buffer, iterations):
    """Let a load wait for the iteration of that number, or the last, of the computing loop that follows it."""
    proc, statement, load, behind = _before_computation(proc, buffer)
    if not 1 < (count := sites.extent(behind)):
        raise exo.SchedulingError(f"'{behind.name()}' is not known to have an iteration to wait for")
    _refuse_early_use(load, behind)
    return moves.into_iteration(proc, statement, behind, min(iterations, count - 1))[0]


def _computation(proc, name):
    """(statement, load, loop) of the last load of a buffer that is followed by a computing loop, or None."""
    for load in reversed(sites.loads(proc, name)):
        statement = behind = moves.nest(load)
        while (behind := moves.follows(behind)) is not None:
            if isinstance(behind, ForCursor) and moves.computes(behind):
                return statement, load, behind
    return None


def can_spread(proc, alloc) -> bool:
    """Whether the load of a buffer seems to have pieces that can be issued beside a computation."""
    found = _computation(proc, alloc.name())
    if found is None:
        return False
    statement, load, behind = found
    loops = moves.loops_of(statement, load)
    return bool(loops) and sites.extent(loops[0]) > 0 < sites.extent(behind)


def can_delay(proc, alloc) -> bool:
    """Whether the load of a buffer seems to be early enough to wait for an iteration of a computing loop."""
    found = _computation(proc, alloc.name())
    if found is None or sites.extent(found[2]) < 2:
        return False
    try:
        _refuse_early_use(*found[1:])
    except exo.SchedulingError:
        return False
    return True


def _before_computation(proc, buffer):
    """A load of the buffer moved down to the next loop that computes: proc, statement of the load, load, and loop."""
    name = _allocation(proc, buffer).name()
    for load in reversed(sites.loads(proc, name)):  # the first may be the one in front of all loops
        statement = moves.nest(load)
        while (behind := moves.follows(statement)) is not None:
            if isinstance(behind, ForCursor) and moves.computes(behind):
                return proc, statement, load, behind
            proc = moves.exchange(proc, statement, behind)
            statement, load = proc.forward(statement), proc.forward(load)
    raise exo.SchedulingError(f"no computing loop follows a load of '{buffer}'")


def _refuse_early_use(load, computing, loads=None):
    """SchedulingError when the computing loop may read what the load brings before it is there.

    Fine are the other half of a double buffer and, of a load whose loop `loads` is to run with the computing loop, what
    the loop has loaded in the same iteration.
    """
    target = load.args()[-1]
    loaded = moves.points(target)
    for call, window in moves.windows(computing, target.name()):
        read = moves.points(window)
        indices = [(moves.text(target), moves.text(source)) for target, source in zip(loaded, read)]
        same = loads is not None and (loads.name(), computing.name()) in indices
        if not indices or not same and not _in_other_half(loaded[0], read[0], call):
            raise exo.SchedulingError(f"'{computing.name()}' reads of '{window.name()}' what is not loaded yet")


def _in_other_half(loaded, read, call) -> bool:
    """Whether two indices differ by an odd number, given the equalities that guard the call which reads."""
    difference = _parity(loaded._impl._node) ^ _parity(read._impl._node)
    guards = [_parity(lhs) ^ _parity(rhs) for lhs, rhs in moves.equalities(call)]
    return ODD in (difference, *(difference ^ even for even in guards))


ODD = frozenset({1})


def _parity(node) -> frozenset:
    """What an index is modulo 2: the terms of which it is the sum, as text, and 1 when an odd number is added."""
    constant = getattr(node, "val", None)
    if constant is not None:
        return ODD if constant % 2 else frozenset()
    operator = getattr(node, "op", None)
    if operator in ("+", "-"):
        return _parity(node.lhs) ^ _parity(node.rhs)
    if operator == "*":
        left, right = _parity(node.lhs), _parity(node.rhs)
        if not left or not right:
            return frozenset()
        if ODD in (left, right):
            return right if left == ODD else left
    if operator == "%" and node.rhs.val % 2 == 0:
        return _parity(node.lhs)
    return frozenset({str(node)})


def double_buffer(proc, buffer, loop):
    """Give a buffer that is allocated in a loop two halves, which its iterations use in turn."""
    alloc, around = _allocation(proc, buffer), sites.find(sites.loops(proc), loop)
    if alloc.parent() != around:
        raise exo.SchedulingError(f"'{buffer}' is not allocated directly in the loop '{loop}'")
    proc = exo.expand_dim(proc, alloc, "2", f"{around.name()} % 2")
    return exo.lift_alloc(proc, proc.forward(alloc))
