"""The limit of statements, and genes that would pass it: they are refused before they are applied."""

import exo.stdlib.scheduling as exo

from . import sites

MAX_STATEMENTS = 20_000


def count(statements) -> int:
    """Statements in and below those of a list."""
    return sum(1 for _ in sites.walk(statements))


def refuse_copies(proc, statement, copies: int) -> None:
    """SchedulingError when so many copies of a statement, instead of one, would make the proc too long."""
    would_be = count(proc.body()) + (copies - 1) * count([statement])
    if would_be > MAX_STATEMENTS:
        raise exo.SchedulingError(f"{would_be} statements; the limit is {MAX_STATEMENTS}")
