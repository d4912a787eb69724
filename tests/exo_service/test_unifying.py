"""Problems of unification that are alike but for their symbols are solved once."""

import pytest
from exo.core.prelude import Sym
from exo_service import unifying
from exo_service.unifying import UEq


@pytest.fixture
def asked(monkeypatch):
    """The problems that reach Exo's own solver, from an empty memory on."""
    problems = []
    plain = unifying._solve
    monkeypatch.setattr(unifying, "_solved", type(unifying._solved)())
    monkeypatch.setattr(unifying, "_solve", lambda problem: problems.append(problem) or plain(problem))
    return problems


def cases(offset):
    """A hole that is 2 * x + offset, or 3 * y in the other of two cases, where it must be 3 * y; and its symbols."""
    hole, other, x, y, case = (Sym(name) for name in ("hole", "other", "x", "y", "case"))
    sum_ = UEq.Add(UEq.Scale(2, UEq.Var(x)), UEq.Const(offset))
    product = UEq.Scale(3, UEq.Var(y))
    either = UEq.Cases(case, [UEq.Eq(UEq.Var(hole), sum_), UEq.Eq(UEq.Var(hole), product)])
    preds = [either, UEq.Eq(UEq.Var(hole), product), UEq.Eq(UEq.Var(other), sum_)]
    return UEq.problem([hole, other], [x, y], preds), (hole, other, x, y, case)


def test_each_problem_gets_the_solution_in_its_own_symbols(asked):
    for _ in range(3):
        problem, (hole, other, x, y, case) = cases(5)
        assert unifying.solve(problem) == {
            hole: UEq.Add(UEq.Scale(3, UEq.Var(y)), UEq.Const(0)),
            other: UEq.Add(UEq.Scale(2, UEq.Var(x)), UEq.Const(5)),
            case: 1,
        }
    assert len(asked) == 1


def test_other_numbers_and_another_order_of_symbols_are_another_problem(asked):
    for offset in (5, 6):
        problem, (_, other, x, _, _) = cases(offset)
        assert unifying.solve(problem)[other] == UEq.Add(UEq.Scale(2, UEq.Var(x)), UEq.Const(offset))
    assert len(asked) == 2
    y, x = Sym("y"), Sym("x")
    for first, second in ((x, y), (y, x)):
        hole = Sym("hole")
        sum_ = UEq.Add(UEq.Var(first), UEq.Var(second))
        unifying.solve(UEq.problem([hole], [first, second], [UEq.Eq(UEq.Var(hole), sum_)]))
    assert len(asked) == 4


def test_that_there_is_no_solution_is_remembered_too(asked):
    for _ in range(2):
        hole, x = Sym("hole"), Sym("x")
        twice = [UEq.Eq(UEq.Var(hole), UEq.Const(number)) for number in (1, 2)]
        assert unifying.solve(UEq.problem([hole], [x], twice)) is None
    assert len(asked) == 1


def test_the_oldest_is_forgotten(asked, monkeypatch):
    monkeypatch.setattr(unifying, "MOST_SOLVED", 2)
    for offset in (1, 2, 3, 3, 1):
        unifying.solve(cases(offset)[0])
    assert len(asked) == 4 and len(unifying._solved) == 2
