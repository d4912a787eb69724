"""Genes in order to a schedule."""

from dataclasses import dataclass, field
from types import SimpleNamespace

from . import sites
from .composites import COMPOSITES
from .primitives import PRIMITIVES
from .tensorise import tensorise

MAX_STATEMENTS = 20_000


class DecodeFailed(Exception):
    """Exo refused a gene; `gene` is its index from 0 and `reason` is one line."""

    def __init__(self, gene: int, kind: str, reason: str):
        super().__init__(f"gene {gene} ({kind}): {reason}")
        self.gene = gene
        self.kind = kind
        self.reason = reason


@dataclass
class Schedule:
    """A decoded proc, and the indices of the genes that addressed nothing living and were skipped."""

    proc: object
    introns: list[int] = field(default_factory=list)


def _apply(proc, library, kind, arguments):
    if kind == "tensorise":
        return tensorise(proc, library, *arguments["widths"])
    return {**PRIMITIVES, **COMPOSITES}[kind](proc, **arguments)


def decode(proc, genes: list[tuple[str, dict]], library: SimpleNamespace) -> Schedule:
    """Apply (kind, arguments) pairs in order with Exo's checks on.

    KeyError when a kind is none of ours. DecodeFailed for a gene that Exo refuses or that makes the proc longer than
    MAX_STATEMENTS statements.
    """
    schedule = Schedule(proc)
    for index, (kind, arguments) in enumerate(genes):
        try:
            schedule.proc = _apply(schedule.proc, library, kind, arguments)
        except sites.Unresolved:
            schedule.introns.append(index)
        except KeyError:
            raise
        except Exception as error:  # Exo reports a refusal by many types: SchedulingError, TypeError, AssertionError, ...
            reason = " ".join(str(error).split()).removeprefix("<<<unknown directive>>>: ") or type(error).__name__
            raise DecodeFailed(index, kind, reason) from error
        if sum(1 for _ in sites.walk(schedule.proc.body())) > MAX_STATEMENTS:
            raise DecodeFailed(index, kind, f"more than {MAX_STATEMENTS} statements")
    return schedule
