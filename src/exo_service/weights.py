"""The composite that multiplies several tiles of A by weights that stay in the array."""

import exo.stdlib.scheduling as exo
from exo.API_cursors import CallCursor, IfCursor

from . import moves, sites
from .instructions import make_kept

MOST_TILES = 16  # of a group: its commands are straight code


def keep_weights(proc, library, loop):
    """Load the weights into the array once for all iterations of a loop over tiles of A, which must be innermost.

    The whole loop becomes one instruction: no other product can come between those that rely on the weights.
    """
    cursor = sites.find(sites.loops(proc), loop)
    refuse(cursor)
    return _keep(proc, library, cursor)


def refuse(loop):
    """SchedulingError unless the loop is one over a few tiles of A and does nothing but one product, maybe under guards."""
    count = sites.extent(loop)
    if not 2 <= count <= MOST_TILES:
        raise exo.SchedulingError(f"'{loop.name()}' has {count} iterations; weights are kept over 2 to {MOST_TILES}")
    pending = [loop]
    while pending:
        around = pending.pop()
        inner = around.body()[0]
        if isinstance(inner, IfCursor):
            pending.append(inner)
        elif not isinstance(inner, CallCursor) or inner.subproc().name() not in ("matmul", "matmul_acc"):
            raise exo.SchedulingError(f"'{loop.name()}' holds more than one product, or none")
        elif len(inner.args()) != 3:
            raise exo.SchedulingError("weights are not kept for blocks that may reach past the edge")
        elif moves.position(inner.args()[1], loop) is not None:
            raise exo.SchedulingError(f"'{loop.name()}' changes the weights")
        if len(around.body()) > 1:
            raise exo.SchedulingError(f"'{loop.name()}' holds more than one product")


def _keep(proc, library, loop):
    inner = loop.body()[0]
    if len(loop.body()) > 1:
        raise exo.SchedulingError(f"'{loop.name()}' holds more than one product")
    if isinstance(inner, IfCursor):
        cases = [*inner.body(), *(inner.orelse() or [])]
        proc = exo.lift_scope(proc, inner)
        for case in cases:
            proc = _keep(proc, library, proc.forward(case).parent())
        return proc
    if not isinstance(inner, CallCursor) or inner.subproc().name() not in ("matmul", "matmul_acc"):
        raise exo.SchedulingError(f"'{loop.name()}' holds more than one product, or none")
    if len(inner.args()) != 3:
        raise exo.SchedulingError(f"blocks in '{loop.name()}' may reach past an edge; weights are kept for whole ones")
    a, b, c = inner.args()
    if moves.position(b, loop) is not None:
        raise exo.SchedulingError(f"'{loop.name()}' changes the weights")
    rows = [_rows_between(proc, window, loop) for window in (a, c)]
    kept = make_kept(library, sites.extent(loop), *rows, overwrite=inner.subproc().name() == "matmul")
    proc, _ = moves.inline(proc, inner)
    return exo.replace(proc, proc.forward(loop), kept)


def _rows_between(proc, window, loop) -> int:
    """Rows of local memory from what one iteration of the loop accesses to what the next does."""
    dimension = moves.position(window, loop)
    shape = next(alloc for alloc in sites.buffers(proc).values() if alloc.name() == window.name()).shape()
    if dimension is None:
        raise exo.SchedulingError(f"'{loop.name()}' does not step through the blocks of '{window.name()}'")
    rows = 1
    for extent in shape[dimension + 1 : -1]:
        if (length := sites.constant(extent)) is None:
            raise exo.SchedulingError(f"'{window.name()}' has a dimension that is not constant")
        rows *= length
    return rows
