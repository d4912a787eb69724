"""How often each statement of a schedule is executed, counted without running it."""

from dataclasses import dataclass, field, replace
from math import prod

import numpy
from exo.core.LoopIR import LoopIR

MAX_POINTS = 1 << 18  # iterations that are looked at one by one; of what goes beyond, conditions count as true

OPERATORS = {
    "+": numpy.add,
    "-": numpy.subtract,
    "*": numpy.multiply,
    "/": numpy.floor_divide,
    "%": numpy.mod,
    "<": numpy.less,
    ">": numpy.greater,
    "<=": numpy.less_equal,
    ">=": numpy.greater_equal,
    "==": numpy.equal,
    "and": numpy.logical_and,
    "or": numpy.logical_or,
}


@dataclass(frozen=True)
class Iterations:
    """The iterations of the loops around a statement in which it is executed.

    Loops that something varies with have an axis each, the outermost is the last; the others are a mere factor.
    """

    values: dict = field(default_factory=dict)  # iterator -> its values, along its axis
    shape: tuple[int, ...] = ()
    mask: object = True  # broadcasts to the shape
    factor: int = 1

    def value(self, node):
        """Values of an index, a size or a condition, to be broadcast to the shape; None when they are not known."""
        if isinstance(node, LoopIR.Const):
            return node.val
        if isinstance(node, LoopIR.Read) and not node.idx:
            return self.values.get(node.name)
        if isinstance(node, LoopIR.USub):
            return None if (value := self.value(node.arg)) is None else -value
        if isinstance(node, LoopIR.BinOp):
            left, right = self.value(node.lhs), self.value(node.rhs)
            return None if left is None or right is None else OPERATORS[node.op](left, right)
        return None

    def sum(self, values) -> int:
        """The sum of values over all executions."""
        found = numpy.asarray(numpy.multiply(values, self.mask))
        return int(found.sum()) * (prod(self.shape) // found.size) * self.factor

    def count(self) -> int:
        return self.sum(1)

    def where(self, condition, holds: bool = True):
        """Those in which a condition holds, or does not; one that is not known holds always and never holds not."""
        if condition is None:
            return self if holds else replace(self, mask=False)
        return replace(self, mask=numpy.logical_and(self.mask, numpy.equal(condition, holds)))

    def inside(self, loop, varies: set):
        """Those of the body of a loop; one of unknown bounds has one iteration. It gets an axis if it `varies`."""
        low, high = self.value(loop.lo), self.value(loop.hi)
        if low is None or high is None:
            return self
        constant = isinstance(low, int) and isinstance(high, int)
        first, last = int(numpy.min(low)), int(numpy.max(high))
        length = max(last - first, 0)
        if constant and (loop.iter not in varies or length * prod(self.shape) > MAX_POINTS):
            return replace(self, factor=self.factor * length)
        if not length:
            return replace(self, mask=False)
        values = numpy.arange(first, last).reshape(-1, *[1] * len(self.shape))
        longer = replace(self, values={**self.values, loop.iter: values}, shape=(length, *self.shape))
        return longer if constant else longer.where(numpy.logical_and(values >= low, values < high))


def varying(body) -> set:
    """Symbols in the conditions and the bounds of loops, and in the numbers that are passed to instructions."""
    found = set()
    for node in body:
        if isinstance(node, LoopIR.If):
            found |= symbols(node.cond) | varying(node.body) | varying(node.orelse)
        elif isinstance(node, LoopIR.For):
            found |= symbols(node.lo) | symbols(node.hi) | varying(node.body)
        elif isinstance(node, LoopIR.Call):
            for argument in node.args:
                if not isinstance(argument, (LoopIR.WindowExpr, LoopIR.Const)):
                    found |= symbols(argument)
    return found


def symbols(node) -> set:
    """Symbols of variables in an expression; in a window, of its indices."""
    return set(mentions(node))


def mentions(node) -> list:
    """Every mention of a variable in an expression; in a window, in its indices."""
    if isinstance(node, LoopIR.Read):
        return [node.name] if not node.idx else [name for index in node.idx for name in mentions(index)]
    if isinstance(node, LoopIR.WindowExpr):
        return [name for access in node.idx for name in mentions(access)]
    parts = [getattr(node, part) for part in ("lhs", "rhs", "arg", "lo", "hi", "pt") if hasattr(node, part)]
    return [name for part in parts for name in mentions(part)]
