"""Where a naive kernel multiplies matrices: its loops i, j and k, and the arrays that they index."""

import re
from dataclasses import dataclass

from exo.API_cursors import AssignCursor, BinaryOpCursor, ReadCursor, ReduceCursor
from exo.stdlib.scheduling import SchedulingError

from . import sites


@dataclass(frozen=True)
class Matrix:
    """An array as one statement indexes it: last by a loop of rows and by a loop of columns."""

    name: str
    index: tuple[str, ...]
    rows: str
    columns: str

    def __post_init__(self):
        if self.index[-2:] != (self.rows, self.columns) or re.search(r"\b[ijk]\b", " ".join(self.index[:-2])):
            raise SchedulingError(
                f"tensorise: {self.name}[{', '.join(self.index)}]; expected the indices {self.rows}, {self.columns} "
                "at the end and in front of them none of i, j and k"
            )

    @property
    def stride(self) -> str:
        """Exo's expression for the elements from row to row."""
        return f"stride({self.name}, {len(self.index) - 2})"

    def window(self, rows: str, columns: str) -> str:
        """Exo's text for the window of those rows and columns."""
        return f"{self.name}[{', '.join((*self.index[:-2], rows, columns))}]"


@dataclass(frozen=True)
class Product:
    """res = 0 or a bias; for k: res += a * b; c = requantise(res)."""

    a: Matrix
    b: Matrix
    c: Matrix
    biased: bool


def _matrix(access, rows, columns):
    return Matrix(access.name(), tuple(str(index._impl._node) for index in access.idx()), rows, columns)


def find_product(proc) -> Product:
    """The product of a naive kernel. SchedulingError says what of it is not as expected."""
    statements = list(sites.walk(proc.body()))
    starts = [s for s in statements if isinstance(s, AssignCursor) and s.name() == "res"]
    sums = [s for s in statements if isinstance(s, ReduceCursor) and s.name() == "res"]
    ends = [s for s in statements if isinstance(s, AssignCursor) and s.name() != "res"]
    if [len(found) for found in (starts, sums, ends)] != [1, 1, 1] or not {"i", "j", "k"} <= set(sites.loops(proc)):
        raise SchedulingError(
            "tensorise: expected loops i, j and k, and in them `res = ...`, `res += A[i, k] * B[k, j]`, one array set"
        )
    factors = sums[0].rhs()
    if not isinstance(factors, BinaryOpCursor) or factors.op() != "*" or not all(
        isinstance(factor, ReadCursor) for factor in (factors.lhs(), factors.rhs())
    ):
        raise SchedulingError("tensorise: res adds up something else than products of two elements")
    return Product(
        a=_matrix(factors.lhs(), "i", "k"),
        b=_matrix(factors.rhs(), "k", "j"),
        c=_matrix(ends[0], "i", "j"),
        biased=isinstance(starts[0].rhs(), ReadCursor),
    )
