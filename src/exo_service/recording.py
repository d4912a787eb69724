"""Records the scheduling operators of Exo that a genome comes to, whoever calls them."""

from contextlib import contextmanager
from dataclasses import dataclass

import exo.rewrite.LoopIR_scheduling as scheduling
from exo.API_cursors import Cursor
from exo.API_scheduling import AtomicSchedulingOp

from . import adjustments


@dataclass(frozen=True)
class Call:
    """One operator that made `after` of `before`; cursors among its arguments are those of `before`."""

    operator: str
    before: object
    after: object
    arguments: tuple
    options: dict
    gene: int
    guarded_copies: bool


class Recorder:
    """Give it a decoder's functions, and decode one genome within `listening`."""

    def __init__(self):
        self.calls: dict[int, Call] = {}  # by the identity of what they made, which they keep alive
        self.gene = -1
        self._busy = False

    def counted(self, function):
        """A gene's function that tells the recorder when it is called."""

        def call(proc, **arguments):
            self.gene += 1
            return function(proc, **arguments)

        return call

    @contextmanager
    def listening(self):
        """Within it, every call of an operator is recorded."""
        original = AtomicSchedulingOp.__call__

        def recorded(operator, proc, *arguments, **options):
            if self._busy:  # operators that others call are their own business
                return original(operator, proc, *arguments, **options)
            given = tuple(_here(proc, argument) for argument in arguments)
            named = {name: _here(proc, argument) for name, argument in options.items()}
            self._busy = True
            try:
                made = original(operator, proc, *arguments, **options)
            finally:
                self._busy = False
            if made is not proc:
                guarded = scheduling.Check_ExprEqvInContext is adjustments._doubt
                self.calls[id(made)] = Call(operator.__name__, proc, made, given, named, self.gene, guarded)
            return made

        AtomicSchedulingOp.__call__ = recorded
        try:
            yield
        finally:
            AtomicSchedulingOp.__call__ = original

    def path(self, start, end) -> list[Call]:
        """The calls that led from one proc to another; LookupError when something else had a hand in it."""
        calls = []
        while end is not start:
            if id(end) not in self.calls:
                raise LookupError(f"a proc that no scheduling operator made, after gene {self.gene}")
            calls.insert(0, self.calls[id(end)])
            end = calls[0].before
        return calls


def _here(proc, argument):
    return proc.forward(argument) if isinstance(argument, Cursor) else argument
