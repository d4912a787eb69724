"""Systems of equations of Exo's unification: those that differ in their symbols alone are solved once.

A search unifies the same few nests of loops with the same instructions over and over, with fresh symbols each time.
"""

from collections import OrderedDict

import exo.rewrite.LoopIR_unification as unification
from exo.core.prelude import Sym
from pysmt.environment import Environment

UEq = unification.UEq
MOST_SOLVED = 1000

_solve = UEq.problem.solve
_solved = OrderedDict()  # form of a problem -> its symbols and what solves it, the oldest first


def solve(problem) -> dict | None:
    """What Exo's own `solve` gives: hole -> affine expression, and variable of cases -> number; None without a solution."""
    form, symbols = _form(problem)
    if form not in _solved:
        _solved[form] = symbols, _solve_apart(problem)
        if len(_solved) > MOST_SOLVED:
            _solved.popitem(last=False)
    known, solution = _solved[form]
    names = dict(zip(known, symbols))
    return None if solution is None else {names[symbol]: _renamed(part, names) for symbol, part in solution.items()}


def _solve_apart(problem):
    """pySMT keeps every formula for ever: those of one unification are of no use to another."""
    with Environment():
        return _solve(problem)


def _form(problem) -> tuple[tuple, list[Sym]]:
    """The problem with numbers for its symbols, and how these are ordered, by which Exo sorts terms; the symbols."""
    numbers = {}

    def form(part):
        if isinstance(part, Sym):
            return numbers.setdefault(part, len(numbers))
        if isinstance(part, list):
            return tuple(map(form, part))
        if isinstance(part, int):
            return part
        return type(part), *(form(getattr(part, field.name)) for field in part.__attrs_attrs__)

    numbered, symbols = form(problem), list(numbers)
    return (numbered, tuple(numbers[symbol] for symbol in sorted(symbols))), symbols


def _renamed(expression, names):
    if isinstance(expression, UEq.Var):
        return UEq.Var(names[expression.name])
    if isinstance(expression, UEq.Scale):
        return UEq.Scale(expression.coeff, _renamed(expression.e, names))
    if isinstance(expression, UEq.Add):
        return UEq.Add(_renamed(expression.lhs, names), _renamed(expression.rhs, names))
    return expression  # a constant, or the number of a case
