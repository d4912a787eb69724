"""The limit of statements, and genes that would pass it: they are refused before they are applied."""

import exo.stdlib.scheduling as exo

MAX_STATEMENTS = 20_000


def count_statements(block) -> int:
    """Statements of a block of Exo's own nodes, with those inside them."""
    return sum(1 + count_statements(getattr(s, "body", ())) + count_statements(getattr(s, "orelse", ())) for s in block)


def refuse_copies(proc, statement, copies: int) -> None:
    """SchedulingError when so many copies of a statement, instead of one, would make the proc too long."""
    would_be = count_statements(proc._loopir_proc.body) + (copies - 1) * count_statements([statement._impl._node])
    if would_be > MAX_STATEMENTS:
        raise exo.SchedulingError(f"{would_be} statements; the limit is {MAX_STATEMENTS}")
