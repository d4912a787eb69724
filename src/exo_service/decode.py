"""Genes in order to a schedule."""

import json
import re
import signal
from collections import OrderedDict
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

from . import sites
from .adjustments import deferred_checks
from .composites import composites
from .limits import MAX_STATEMENTS, count_statements
from .primitives import primitives

# Schedules are kept up to so many statements in all, of 1 to 3 KB each with what Exo remembers of how it made them.
MAX_KEPT_STATEMENTS = 60_000
GENE_SECONDS = 10.0


class DecodeFailed(Exception):
    """A gene was refused; `gene` is its index from 0 and `reason` is one line. `reproducible` is false when time ran out."""

    def __init__(self, gene: int, kind: str, reason: str, reproducible: bool = True):
        super().__init__(f"gene {gene} ({kind}): {reason}")
        self.gene = gene
        self.kind = kind
        self.reason = reason
        self.reproducible = reproducible


class _TimeIsUp(BaseException):
    """Not an Exception: Exo must not take it for a refusal of its own."""


def one_line(error: Exception) -> str:
    """What the error says, without line breaks; its type when it says nothing."""
    return " ".join(str(error).split()) or type(error).__name__


def refusal(error: Exception) -> str:
    """What Exo says, without where in its own or our sources: the same wherever those are."""
    return re.sub(r" at \S+:\d+:\d+", "", one_line(error).removeprefix("<<<unknown directive>>>: "))


@contextmanager
def _within(seconds: float):
    """Raises _TimeIsUp in the block after `seconds` of wall clock."""

    def strike(_signal, _frame):
        raise _TimeIsUp

    previous = signal.signal(signal.SIGALRM, strike)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


@dataclass(frozen=True)
class Schedule:
    """A decoded proc, its length, and the indices of the genes that addressed nothing living and were skipped. Its sites
    (describe.describe) are kept here once they are asked for: most parents are mutated many times."""

    proc: object
    statements: int
    introns: tuple[int, ...] = ()
    sites: dict = field(default_factory=dict, compare=False)


class Decoder:
    """Decodes genomes of one kernel; keeps the schedules of prefixes that it has seen, the oldest use goes first."""

    def __init__(
        self,
        proc,
        library: SimpleNamespace,
        deferred: bool = False,
        gene_seconds: float = GENE_SECONDS,
        max_kept: int = MAX_KEPT_STATEMENTS,
    ):
        self.naive = Schedule(proc, count_statements(proc._loopir_proc.body))
        self.functions = {**primitives(library), **composites(library)}
        self.deferred = deferred
        self.gene_seconds = gene_seconds
        self.max_kept = max_kept
        self.kept = 0
        self.prefixes: OrderedDict[tuple[str, ...], Schedule] = OrderedDict()

    def decode(self, genes: list[tuple[str, dict]]) -> Schedule:
        """Apply (kind, arguments) pairs in order.

        KeyError when a kind is none of ours. DecodeFailed for a gene that Exo refuses, that makes the proc longer than
        MAX_STATEMENTS statements, or that takes longer than `gene_seconds`.
        """
        keys = tuple(json.dumps(gene, sort_keys=True) for gene in genes)
        start, schedule = self._longest_known(keys)
        with deferred_checks() if self.deferred else nullcontext():
            for index in range(start, len(genes)):
                schedule = self._apply(schedule, index, *genes[index])
                self._keep(keys[: index + 1], schedule)
        return schedule

    def _longest_known(self, keys):
        for length in range(len(keys), 0, -1):
            if keys[:length] in self.prefixes:
                self.prefixes.move_to_end(keys[:length])
                return length, self.prefixes[keys[:length]]
        return 0, self.naive

    def _keep(self, keys, schedule):
        self.prefixes[keys] = schedule
        self.kept += schedule.statements
        while self.kept > self.max_kept:
            self.kept -= self.prefixes.popitem(last=False)[1].statements

    def _apply(self, schedule: Schedule, index: int, kind: str, arguments: dict) -> Schedule:
        function = self.functions[kind]
        try:
            with _within(self.gene_seconds):
                proc = function(schedule.proc, **arguments)
        except sites.Unresolved:
            return replace(schedule, introns=(*schedule.introns, index))
        except _TimeIsUp:
            raise DecodeFailed(index, kind, f"not done after {self.gene_seconds:g} s", reproducible=False) from None
        except Exception as error:  # Exo reports a refusal by many types: SchedulingError, TypeError, AssertionError, ...
            raise DecodeFailed(index, kind, refusal(error)) from error
        statements = count_statements(proc._loopir_proc.body)
        if statements > MAX_STATEMENTS:
            raise DecodeFailed(index, kind, f"more than {MAX_STATEMENTS} statements")
        return Schedule(proc, statements, schedule.introns)


def decode(proc, genes: list[tuple[str, dict]], library: SimpleNamespace) -> Schedule:
    """One genome with all of Exo's checks, as Decoder.decode."""
    return Decoder(proc, library).decode(genes)
