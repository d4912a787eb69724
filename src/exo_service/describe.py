"""What operators must know of a schedule to draw genes that fit it."""

from exo.API_cursors import CallCursor, ForCursor, InvalidCursor

from . import fits, forms, limits, moves, sites
from .primitives import configurations, memories_of
from .windows import accessed


MOST_TESTED = 150  # statements; the tests look at neighbours, and unrolled code has too many of them


def describe(proc, library) -> dict:
    """Every site with what is known of it (src/genome/sites.hpp); for a long schedule nothing that takes a test."""
    tested = limits.count_statements(proc._loopir_proc.body) <= MOST_TESTED

    def kinds(tests, cursor):
        return [kind for kind, test in tests.items() if test(proc, cursor)] if tested else []

    named = {
        "loop": sites.loops(proc),
        "buffer": sites.buffers(proc),
        "statement": sites.statements(proc),
    }
    name_of = {tuple(cursor._impl._path): name for name, cursor in named["loop"].items()}

    def around(cursor):
        return [name_of[tuple(loop._impl._path)] for loop in sites.enclosing(cursor)]

    calls = [c for c in sites.walk(proc.body()) if isinstance(c, CallCursor)]
    loads = sites.loads(proc)
    emptied = {list(c.args())[-2].name() for c in calls if c.subproc().name() in sites.STORES}
    arrays = {cursor._impl._node.name: name for name, cursor in sites.arrays(proc).items()}
    return {
        "tensorised": bool(calls),
        "loops": [
            {
                "name": name,
                "extent": sites.extent(cursor),
                "loops": around(cursor),
                "nest": len(cursor.body()) == 1 and isinstance(cursor.body()[0], ForCursor),
                "next": isinstance(behind := _behind(cursor), ForCursor) and _same_bounds(cursor, behind),
                "fits": kinds(fits.LOOPS, cursor),
            }
            for name, cursor in named["loop"].items()
        ],
        "buffers": [
            {
                "name": name,
                "shape": [getattr(size._impl._node, "val", 0) for size in cursor.shape()] if cursor.is_tensor() else [],
                "loops": around(cursor),
                "local": issubclass(cursor.mem(), (library.SCRATCHPAD, library.ACCUMULATOR)),
                "loaded": bool(own := [load for load in loads if load.args()[-1].name() == cursor.name()]),
                "stored": cursor.name() in emptied,
                "banks": next((len(banks) for memory, banks in library.BANKS.items() if issubclass(cursor.mem(), memory)), 0),
                "idle": [
                    name_of[tuple(loop._impl._path)]
                    for loop in sites.enclosing(cursor)
                    if own and not any(moves.depends(load, loop) for load in own)
                ],
                "memories": [name for name, memory in memories_of(cursor, library).items() if memory is not cursor.mem()],
                "fits": kinds(fits.BUFFERS, cursor),
            }
            for name, cursor in named["buffer"].items()
        ],
        "statements": [
            {
                "name": name,
                "loops": around(cursor),
                "next": _behind(cursor) is not None,
                "arrays": [arrays[symbol] for symbol in accessed(cursor) if symbol in arrays],
                "instructions": forms.candidates(proc, cursor, library) if tested else [],
                "fits": kinds(fits.STATEMENTS, cursor),
            }
            for name, cursor in named["statement"].items()
        ],
        "expressions": [
            {"name": f"{name}.{number}", "fits": kinds(fits.EXPRESSIONS, expression)}
            for name, cursor in named["statement"].items()
            for number, expression in enumerate(sites.numbers(cursor))
        ],
        "configurations": list(configurations(library)),
    }


def _behind(cursor):
    behind = cursor.next()
    return None if isinstance(behind, InvalidCursor) else behind


def _same_bounds(cursor, other):
    bounds = [(moves.text(c.lo()), moves.text(c.hi())) for c in (cursor, other)]
    return bounds[0] == bounds[1]
