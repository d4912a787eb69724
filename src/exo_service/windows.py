"""The window of an array that a statement touches, from the indices of its accesses."""

import exo.stdlib.scheduling as exo
from exo.core.LoopIR import LoopIR
from exo.core.LoopIR_pprint import PrintEnv, _print_expr
from exo.API_cursors import ForCursor

from . import sites


def touched_window(proc, statement, array: str) -> tuple[str, str]:
    """Exo's text for the smallest window that holds all accesses of a statement to an array, and the array's name.

    Known are accesses by sums and differences of loops and of constants times them. SchedulingError for others, when
    the accesses of one dimension differ by more than the loops inside the statement, and when there are none.
    """
    name = sites.find(sites.arrays(proc), array)._impl._node.name
    found = [(node.idx, loops) for node, loops in _accesses(statement, name)]
    if not found:
        raise exo.SchedulingError(f"the statement does not access '{array}' element by element")
    if not found[0][0]:
        return str(name), str(name)
    boxes = {tuple(_side(index, loops) for index in indices) for indices, loops in found}
    if len(boxes) > 1:
        raise exo.SchedulingError(f"the statement accesses several windows of '{array}'")
    return f"{name}[{', '.join(boxes.pop())}]", str(name)


def accessed(statement) -> list:
    """Symbols of the arrays that a statement accesses element by element."""
    return list(dict.fromkeys(node.name for cursor in sites.walk([statement]) for node in _elements(cursor)))


def _elements(cursor) -> list:
    node = cursor._impl._node
    return [node, *_reads(node.rhs)] if isinstance(node, (LoopIR.Assign, LoopIR.Reduce)) else []


def _accesses(statement, name) -> list:
    """(access, loops of the statement around it) of every read and write of an array."""
    found = []
    for cursor in sites.walk([statement]):
        depth = len(statement._impl._path)
        loops = [l for l in sites.enclosing(cursor) if len(l._impl._path) >= depth]
        found += [(access, loops) for access in _elements(cursor) if access.name is name]
    return found


def _reads(node) -> list:
    if isinstance(node, LoopIR.Read):
        return [node]
    parts = [getattr(node, part) for part in ("lhs", "rhs", "arg") if hasattr(node, part)]
    return [read for part in [*parts, *getattr(node, "args", [])] for read in _reads(part)]


def _side(index, loops: list[ForCursor]) -> str:
    """The indices from the least to the greatest while the loops run, as Exo's text."""
    inner = {loop._impl._node.iter: loop for loop in loops}
    steps, rest = {}, []
    _take_apart(index, 1, inner, steps, rest)
    low = high = 0
    for iterator, step in steps.items():
        first, count = sites.start(inner[iterator]), sites.extent(inner[iterator])
        if first is None or not count:
            raise exo.SchedulingError(f"'{iterator}' does not have constant bounds")
        ends = (step * first, step * (first + count - 1))
        low, high = low + min(ends), high + max(ends)
    return " : ".join(_sum([*rest, (1, str(low)), (1, str(extra))]) for extra in (0, high - low + 1))


def _sum(terms) -> str:
    """Exo's text for the sum of (factor, text) terms."""
    parts = [f"{factor} * {text}" if factor != 1 else text for factor, text in terms if text != "0"]
    return " + ".join(parts) or "0"


def _take_apart(node, factor, inner, steps, rest):
    """A sum into multiples of the inner loops, in `steps`, and (factor, text) of all else, in `rest`."""
    if isinstance(node, LoopIR.BinOp) and node.op in "+-":
        _take_apart(node.lhs, factor, inner, steps, rest)
        _take_apart(node.rhs, factor if node.op == "+" else -factor, inner, steps, rest)
    elif isinstance(node, LoopIR.BinOp) and node.op == "*" and isinstance(node.lhs, LoopIR.Const):
        _take_apart(node.rhs, factor * node.lhs.val, inner, steps, rest)
    elif isinstance(node, LoopIR.BinOp) and node.op == "*" and isinstance(node.rhs, LoopIR.Const):
        _take_apart(node.lhs, factor * node.rhs.val, inner, steps, rest)
    elif isinstance(node, LoopIR.Read) and not node.idx and node.name in inner:
        steps[node.name] = steps.get(node.name, 0) + factor
    elif isinstance(node, (LoopIR.Read, LoopIR.Const)):
        rest.append((factor, _print_expr(node, PrintEnv())))
    else:
        raise exo.SchedulingError("an index is no sum of multiples of loops")
