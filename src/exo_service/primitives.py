"""What each gene kind does to a proc: Exo's scheduling operators, addressed by the names of `sites`."""

import exo.stdlib.scheduling as exo

from . import sites


def _loop(proc, name):
    return sites.find(sites.loops(proc), name)


def _buffer(proc, name):
    return sites.find(sites.buffers(proc), name)


def _statement(proc, name):
    return sites.find(sites.statements(proc), name)


def divide_loop(proc, loop, factor, tail):
    cursor = _loop(proc, loop)
    name = cursor.name()
    extent = sites.extent(cursor)
    if tail == "perfect" and extent and extent % factor:  # also without checks: known at once
        raise exo.SchedulingError(f"{extent} iterations of {name} are not a multiple of {factor}")
    how = {"perfect": True} if tail == "perfect" else {"tail": tail}
    return exo.divide_loop(proc, cursor, factor, [name + "o", name + "i"], **how)


def mult_loops(proc, loop):
    outer = _loop(proc, loop)
    inner = outer.body()[0]
    stem = outer.name()[:-1]
    parts = (outer.name(), inner.name() if isinstance(inner, type(outer)) else "")
    return exo.mult_loops(proc, outer, stem if stem and parts == (stem + "o", stem + "i") else "".join(parts))


def join_loops(proc, loop):
    cursor = _loop(proc, loop)
    return exo.join_loops(proc, cursor, cursor.next())


def fission(proc, statement, lifts):
    return exo.fission(proc, _statement(proc, statement).after(), n_lifts=lifts)


def expand_dim(proc, buffer, loop):
    cursor = _loop(proc, loop)
    extent = cursor.hi()
    return exo.expand_dim(proc, _buffer(proc, buffer), str(extent._impl._node), cursor.name())


# name -> function(proc, **arguments); the catalogue says what the arguments are.
PRIMITIVES = {
    "divide_loop": divide_loop,
    "reorder_loops": lambda proc, loop: exo.reorder_loops(proc, _loop(proc, loop)),
    "mult_loops": mult_loops,
    "unroll_loop": lambda proc, loop: exo.unroll_loop(proc, _loop(proc, loop)),
    "remove_loop": lambda proc, loop: exo.remove_loop(proc, _loop(proc, loop)),
    "join_loops": join_loops,
    "cut_loop": lambda proc, loop, at: exo.cut_loop(proc, _loop(proc, loop), at),
    "shift_loop": lambda proc, loop, to: exo.shift_loop(proc, _loop(proc, loop), to),
    "fission": fission,
    "reorder_stmts": lambda proc, statement: exo.reorder_stmts(proc, _statement(proc, statement).expand(0, 1)),
    "lift_alloc": lambda proc, buffer, lifts: exo.lift_alloc(proc, _buffer(proc, buffer), n_lifts=lifts),
    "sink_alloc": lambda proc, buffer: exo.sink_alloc(proc, _buffer(proc, buffer)),
    "expand_dim": expand_dim,
    "rearrange_dim": lambda proc, buffer, order: exo.rearrange_dim(proc, _buffer(proc, buffer), order),
    "divide_dim": lambda proc, buffer, dimension, quotient: exo.divide_dim(
        proc, _buffer(proc, buffer), dimension, quotient
    ),
    "mult_dim": lambda proc, buffer, high, low: exo.mult_dim(proc, _buffer(proc, buffer), high, low),
    "unroll_buffer": lambda proc, buffer, dimension: exo.unroll_buffer(proc, _buffer(proc, buffer), dimension),
    "reuse_buffer": lambda proc, buffer, other: exo.reuse_buffer(proc, _buffer(proc, buffer), _buffer(proc, other)),
    "delete_buffer": lambda proc, buffer: exo.delete_buffer(proc, _buffer(proc, buffer)),
    "simplify": lambda proc: exo.simplify(proc),
}
