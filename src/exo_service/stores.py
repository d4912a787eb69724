"""Composites for the way of C: how an accumulation starts, and how its result leaves the accumulator."""

import exo.stdlib.scheduling as exo
from exo.API_cursors import CallCursor, ForCursor, IfCursor, WindowExprCursor

from . import moves, sites


def calls(proc, instructions, buffer: str, argument: int) -> list:
    """Calls of the instructions whose argument of that number is a window of the buffer."""
    return [
        call
        for call in sites.walk(proc.body())
        if isinstance(call, CallCursor)
        and call.subproc().name() in instructions
        and isinstance(window := list(call.args())[argument], WindowExprCursor)
        and window.name() == buffer
    ]


def _name(proc, buffer):
    return sites.find(sites.buffers(proc), buffer).name()


def _products(statement, buffer) -> list:
    """The windows of the buffer that products below the statement compute, in program order."""
    return [window for call, window in moves.windows(statement, buffer) if moves.is_product(call)]


def wide_stores(proc, library, buffer, blocks):
    """Store up to `blocks` blocks of C side by side at once: whole lines of memory, and one command, not several."""
    name = _name(proc, buffer)
    narrow = calls(proc, ["mvout"], name, -2)
    if not narrow:
        raise sites.Unresolved(f"no store of one block empties '{buffer}'")
    for call in narrow:
        proc = _widen(proc, library, proc.forward(call), blocks)
    return proc


def can_interleave(proc, buffer: str) -> bool:
    """Whether a loop that computes the buffer stands in front of its first store."""
    for call in calls(proc, sites.STORES, buffer, -2)[:1]:
        before = moves.nest(call)
        while (before := moves.precedes(before)) is not None:
            if moves.windows(before, buffer):
                return isinstance(before, ForCursor) and bool(_products(before, buffer))
    return False


def can_clear(proc, buffer: str) -> bool:
    """Whether the buffer is cleared by an instruction, which products can make needless."""
    return bool(calls(proc, ["zero_acc"], buffer, -1))


def can_widen(proc, buffer: str) -> bool:
    """Whether every store of one block of the buffer is alone in a loop over at least two blocks."""
    loops = [call.parent() for call in calls(proc, ["mvout"], buffer, -2)]
    return bool(loops) and all(
        isinstance(loop, ForCursor) and len(loop.body()) == 1 and sites.extent(loop) > 1 for loop in loops
    )


def _widen(proc, library, call, blocks):
    loop, window = call.parent(), call.args()[-2]
    if not isinstance(loop, ForCursor) or len(loop.body()) > 1:
        raise exo.SchedulingError("the store is not alone in a loop over blocks side by side")
    if moves.position(window, loop) != len(window.idx()) - 3:
        raise exo.SchedulingError(f"the loop '{loop.name()}' does not run over blocks side by side")
    count = sites.extent(loop)
    blocks = max((width for width in range(2, blocks + 1) if count % width == 0), default=0)
    if sites.start(loop) != 0 or not blocks:
        raise exo.SchedulingError(f"the {count} blocks of '{loop.name()}' do not make stores of equal width")
    if count > blocks:
        proc = exo.divide_loop(proc, loop, blocks, [loop.name() + "o", loop.name() + "i"], perfect=True)
        loop = proc.forward(call).parent()
    proc, _ = moves.inline(proc, proc.forward(call))
    loop = proc.forward(loop)
    proc = exo.reorder_loops(proc, loop)
    rows = proc.forward(loop).parent()
    if isinstance(guard := rows.body()[0].body()[0], IfCursor):  # of the rows that are left
        proc = exo.lift_scope(proc, guard)
        return exo.replace(proc, proc.forward(rows), library.tails.mvout_wide)
    return exo.replace(proc, rows, library.mvout_wide)


def interleave_stores(proc, buffer):
    """Store every part of C as soon as its last product is in: the store moves into the loop that computes the parts.

    Loops over K on the way are entered in their last iteration, under a guard. Done again, it goes one loop further in.
    """
    name = _name(proc, buffer)
    stores = calls(proc, sites.STORES, name, -2)
    if not stores:
        raise exo.SchedulingError(f"no store empties '{buffer}'")
    return _interleave(proc, stores[0], name)


def _interleave(proc, call, name):
    statement = moves.nest(call)
    while (before := moves.precedes(statement)) is not None and not moves.windows(before, name):
        proc = moves.exchange(proc, before, statement)
        call, statement = proc.forward(call), proc.forward(statement)
    products = [] if before is None else _products(before, name)
    if not isinstance(before, ForCursor) or not products:
        raise exo.SchedulingError(f"no loop in front of a store computes '{name}'")
    dimension = moves.common_position(products, before)
    if dimension is None:
        proc, guard = moves.into_iteration(proc, statement, before, sites.extent(before) - 1)
        return _interleave(proc, _call_in(guard), name)
    proc, statement = moves.led_by(proc, statement, call, list(call.args())[-2], dimension)
    return moves.fuse(proc, proc.forward(before), statement)


def _call_in(statement):
    return next(cursor for cursor in sites.walk([statement]) if isinstance(cursor, CallCursor))


def overwrite(proc, library, buffer):
    """Start an accumulation by overwriting: the first product needs no accumulator that was cleared before.

    The clearing moves down to that product, into loops over K under a guard, and the two become one instruction.
    """
    name = _name(proc, buffer)
    cleared = calls(proc, ["zero_acc"], name, -1)
    if not cleared:
        raise sites.Unresolved(f"nothing clears '{buffer}'")
    call = cleared[0]
    if not can_clear(proc, name):
        raise exo.SchedulingError("a block that may reach past the edge is not overwritten")
    statement = moves.nest(call)
    while (behind := moves.follows(statement)) is not None:
        products = _products(behind, name)
        if not products and not moves.windows(behind, name):
            proc = moves.exchange(proc, statement, behind)
            call, statement = proc.forward(call), proc.forward(statement)
        elif products and isinstance(behind, ForCursor):
            proc, statement, call = _into_product_loop(proc, statement, call, behind, products)
        elif products and isinstance(behind, CallCursor) and behind.subproc().name() == "matmul_acc":
            return _merge(proc, library, statement, call, behind)
        else:
            break
    raise exo.SchedulingError(f"no product follows what clears '{buffer}'")


def _into_product_loop(proc, statement, call, loop, products):
    """The clearing as the first thing in the loop behind it: the proc, the clearing statement and its call."""
    dimension = moves.common_position(products, loop)
    if dimension is None:
        proc, statement = moves.into_iteration(proc, statement, loop, 0)
    else:
        proc, own = moves.led_by(proc, statement, call, call.args()[-1], dimension)
        inner = own.body()[0]
        proc = moves.fuse(proc, own, proc.forward(loop))
        statement = proc.forward(inner)
    return proc, statement, _call_in(statement)


def _merge(proc, library, statement, clear, product):
    """One instruction for a clearing, perhaps guarded, and the product behind it, in every case of the guards."""
    *cleared, block = clear.args()
    *taken, sums = product.args()
    same_part = len(taken) > len(cleared) and all(map(moves.same_sum, cleared, taken))
    if moves.text(block) != moves.text(sums) or not same_part:
        raise exo.SchedulingError("the first product adds to another block, or part of one, than what is cleared")
    while isinstance(statement, IfCursor):
        proc = exo.specialize(proc, product, moves.text(statement.cond()))
        guard = proc.forward(statement)
        proc = exo.fuse(proc, guard, moves.follows(guard))
        statement, product = proc.forward(guard).body()
    proc, clear = moves.inline(proc, statement)
    proc, product = moves.inline(proc, moves.follows(clear))
    rows = clear
    for _ in range(4 if cleared else 2):  # loops over the rows and the columns, and guards of those that are left
        clear = moves.precedes(product)
        proc = exo.fuse(proc, clear, product)
        product = proc.forward(clear).body()[-1]
    return exo.replace(proc, proc.forward(rows), library.tails.matmul if cleared else library.matmul)
