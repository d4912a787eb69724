"""Names of the places in a proc that genes address: loops, buffers, statements and expressions.

A name is what the proc prints; the n-th later copy in program order carries `#n`, as in Exo's own patterns. Statements are
named by the instruction they call, by what they assign (`C=`, `C+=`; of a configuration or a window likewise), or as `if`
and `pass`; a loop is a statement too. The n-th number that a statement computes, from 0 and from the outside in, is
`C+=.n`.
"""

import operator

from exo.API_cursors import (
    AllocCursor,
    AssignConfigCursor,
    AssignCursor,
    BinaryOpCursor,
    CallCursor,
    ExternFunctionCursor,
    ForCursor,
    IfCursor,
    InvalidCursor,
    LiteralCursor,
    PassCursor,
    ReduceCursor,
    UnaryMinusCursor,
    WindowStmtCursor,
)

STORES = ("mvout", "mvout_wide")


class Unresolved(Exception):
    """No living place has the name, nor is one derived from it: the gene is an intron."""


def walk(block):
    """All statements below `block` in program order, as Exo cursors."""
    for statement in block:
        yield statement
        if isinstance(statement, (ForCursor, IfCursor)):
            yield from walk(statement.body())
        if isinstance(statement, IfCursor) and statement.orelse():
            yield from walk(statement.orelse())


def _statement_name(cursor):
    if isinstance(cursor, ForCursor):
        return cursor.name()
    if isinstance(cursor, CallCursor):
        return cursor.subproc().name()
    if isinstance(cursor, (AssignCursor, WindowStmtCursor)):
        return cursor.name() + "="
    if isinstance(cursor, AssignConfigCursor):
        return cursor.config().name() + "="
    if isinstance(cursor, ReduceCursor):
        return cursor.name() + "+="
    if isinstance(cursor, IfCursor):
        return "if"
    if isinstance(cursor, PassCursor):
        return "pass"
    return None


def _numbered(named):
    sites = {}
    copies = {}
    for name, cursor in named:
        copy = copies.get(name, 0)
        copies[name] = copy + 1
        sites[f"{name}#{copy}" if copy else name] = cursor
    return sites


def loops(proc) -> dict:
    """Loop name -> ForCursor."""
    return _numbered((c.name(), c) for c in walk(proc.body()) if isinstance(c, ForCursor))


def buffers(proc) -> dict:
    """Buffer name -> AllocCursor; arguments of the proc are not among them."""
    return _numbered((c.name(), c) for c in walk(proc.body()) if isinstance(c, AllocCursor))


def arrays(proc) -> dict:
    """Name -> ArgCursor or AllocCursor, of everything that elements are read from or written to."""
    arguments = [c for c in proc.args() if c.is_tensor() or not c._impl._node.type.is_indexable()]
    return _numbered([(c.name(), c) for c in arguments] + [(c.name(), c) for c in buffers(proc).values()])


def statements(proc) -> dict:
    """Statement name -> cursor."""
    return _numbered((name, c) for c in walk(proc.body()) if (name := _statement_name(c)) is not None)


def numbers(statement) -> list:
    """The expressions whose numbers a statement computes with, from the outside in; no constants among them."""
    found = []

    def visit(expression):
        if isinstance(expression, LiteralCursor):
            return
        found.append(expression)
        if isinstance(expression, BinaryOpCursor):
            visit(expression.lhs())
            visit(expression.rhs())
        elif isinstance(expression, UnaryMinusCursor):
            visit(expression.arg())
        elif isinstance(expression, ExternFunctionCursor):
            for argument in expression.args():
                visit(argument)

    if isinstance(statement, (AssignCursor, ReduceCursor)):
        visit(statement.rhs())
    return found


def find_number(proc, name: str):
    """The expression `STATEMENT.n`; Unresolved when the statement or the number is no more."""
    statement, _, number = name.rpartition(".")
    found = numbers(find(statements(proc), statement))
    if not number.isdigit() or int(number) >= len(found):
        raise Unresolved(f"nothing is called '{name}' any more")
    return found[int(number)]


def find(sites: dict, name: str):
    """The site of that name; failing that its nearest living relative. Unresolved when there is none.

    Relatives, nearest first: the last living copy with a lower number; what dividing the loop made of it (`io` from `i`);
    what it was divided from (`i` of `io`).
    """
    if name in sites:
        return sites[name]
    stem, _, copy = name.partition("#")
    for lower in range(int(copy or 0) - 1, -1, -1):
        candidate = f"{stem}#{lower}" if lower else stem
        if candidate in sites:
            return sites[candidate]
    derived = [s for s in sites if s.startswith(stem) and s != stem and set(s[len(stem) :]) <= {"o", "i"}]
    if derived:
        return sites[min(derived, key=len)]
    while stem and stem[-1] in "oi":
        stem = stem[:-1]
        if stem in sites:
            return sites[stem]
    raise Unresolved(f"nothing is called '{name}' any more")


OPERATORS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.floordiv}


def _value(node):
    """The value of an expression of literals, else None."""
    if getattr(node, "op", None) in OPERATORS:
        left, right = _value(node.lhs), _value(node.rhs)
        return None if left is None or right is None else OPERATORS[node.op](left, right)
    return getattr(node, "val", None)


def constant(expression) -> int | None:
    """The value of an expression; None when it is not constant."""
    return _value(expression._impl._node)


def start(loop) -> int | None:
    """The first iteration of a loop; None when it is not constant."""
    return constant(loop.lo())


def extent(loop) -> int:
    """Iterations of a loop; 0 when they are not constant."""
    low, high = constant(loop.lo()), constant(loop.hi())
    return 0 if low is None or high is None else high - low


def enclosing(cursor) -> list:
    """The loops around a statement, outermost first."""
    around = []
    while not isinstance(cursor := cursor.parent(), InvalidCursor):
        if isinstance(cursor, ForCursor):
            around.insert(0, cursor)
    return around


def loads(proc, buffer: str | None = None) -> list:
    """The calls that load from DRAM into the scratchpad, in program order; only those into `buffer` when it is given."""
    calls = [c for c in walk(proc.body()) if isinstance(c, CallCursor) and c.subproc().name() in ("mvin2", "mvin3")]
    return [call for call in calls if buffer in (None, call.args()[-1].name())]
