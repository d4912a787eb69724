"""Names of the places in a proc that genes address: loops, buffers and statements.

A name is what the proc prints; the n-th later copy in program order carries `#n`, as in Exo's own patterns. Statements are
named by the instruction they call, by what they assign (`C=`, `C+=`), or as `if` and `pass`; a loop is a statement too.
"""

import operator

from exo.API_cursors import AllocCursor, AssignCursor, CallCursor, ForCursor, IfCursor, InvalidCursor, PassCursor, ReduceCursor

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
    if isinstance(cursor, AssignCursor):
        return cursor.name() + "="
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


def statements(proc) -> dict:
    """Statement name -> cursor."""
    return _numbered((name, c) for c in walk(proc.body()) if (name := _statement_name(c)) is not None)


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


def _constant(expression):
    return _value(expression._impl._node)


def start(loop) -> int | None:
    """The first iteration of a loop; None when it is not constant."""
    return _constant(loop.lo())


def extent(loop) -> int:
    """Iterations of a loop; 0 when they are not constant."""
    low, high = _constant(loop.lo()), _constant(loop.hi())
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


def describe(proc, library) -> dict:
    """Every site with what an operator must know to draw a gene that fits it (src/genome/sites.hpp)."""
    named = loops(proc)
    name_of = {tuple(cursor._impl._path): name for name, cursor in named.items()}

    def around(cursor):
        return [name_of[tuple(loop._impl._path)] for loop in enclosing(cursor)]

    def follower(cursor):
        behind = cursor.next()
        return None if isinstance(behind, InvalidCursor) else behind

    def same_bounds(cursor, other):
        bounds = [(str(c.lo()._impl._node), str(c.hi()._impl._node)) for c in (cursor, other)]
        return bounds[0] == bounds[1]

    filled = {call.args()[-1].name() for call in loads(proc)}
    instructions = [c for c in walk(proc.body()) if isinstance(c, CallCursor)]
    emptied = {list(c.args())[-2].name() for c in instructions if c.subproc().name() in STORES}
    return {
        "tensorised": bool(instructions),
        "loops": [
            {
                "name": name,
                "extent": extent(cursor),
                "loops": around(cursor),
                "nest": len(cursor.body()) == 1 and isinstance(cursor.body()[0], ForCursor),
                "next": isinstance(behind := follower(cursor), ForCursor) and same_bounds(cursor, behind),
            }
            for name, cursor in named.items()
        ],
        "buffers": [
            {
                "name": name,
                "shape": [getattr(size._impl._node, "val", 0) for size in cursor.shape()] if cursor.is_tensor() else [],
                "loops": around(cursor),
                "local": issubclass(cursor.mem(), (library.SCRATCHPAD, library.ACCUMULATOR)),
                "loaded": cursor.name() in filled,
                "stored": cursor.name() in emptied,
                "banks": next((len(banks) for memory, banks in library.BANKS.items() if issubclass(cursor.mem(), memory)), 0),
            }
            for name, cursor in buffers(proc).items()
        ],
        "statements": [
            {"name": name, "loops": around(cursor), "next": follower(cursor) is not None}
            for name, cursor in statements(proc).items()
        ],
    }
