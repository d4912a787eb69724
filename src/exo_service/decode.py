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


def one_line(error: Exception) -> str:
    """What the error says, without line breaks; its type when it says nothing."""
    return " ".join(str(error).split()) or type(error).__name__


@dataclass
class Schedule:
    """A decoded proc, and the indices of the genes that addressed nothing living and were skipped."""

    proc: object
    introns: list[int] = field(default_factory=list)


def decode(proc, genes: list[tuple[str, dict]], library: SimpleNamespace) -> Schedule:
    """Apply (kind, arguments) pairs in order with Exo's checks on.

    KeyError when a kind is none of ours. DecodeFailed for a gene that Exo refuses or that makes the proc longer than
    MAX_STATEMENTS statements.
    """
    functions = {**PRIMITIVES, **COMPOSITES, "tensorise": lambda p, widths: tensorise(p, library, *widths)}
    schedule = Schedule(proc)
    for index, (kind, arguments) in enumerate(genes):
        function = functions[kind]
        try:
            schedule.proc = function(schedule.proc, **arguments)
        except sites.Unresolved:
            schedule.introns.append(index)
        except Exception as error:  # Exo reports a refusal by many types: SchedulingError, TypeError, AssertionError, ...
            raise DecodeFailed(index, kind, one_line(error).removeprefix("<<<unknown directive>>>: ")) from error
        if sum(1 for _ in sites.walk(schedule.proc.body())) > MAX_STATEMENTS:
            raise DecodeFailed(index, kind, f"more than {MAX_STATEMENTS} statements")
    return schedule
