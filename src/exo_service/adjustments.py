"""Adjustments to Exo 1.0.0, each with its reason. Importing this module makes them."""

import operator
import sys
from abc import ABCMeta
from collections import namedtuple
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace
from zlib import crc32

import exo.API_cursors as cursors
import exo.core.internal_cursors as internal_cursors
import exo.core.LoopIR_pprint as printing
import exo.frontend.parse_fragment as parse_fragment
import exo.frontend.pattern_match as pattern_match
import exo.rewrite.LoopIR_scheduling as scheduling
import exo.rewrite.LoopIR_unification as unification
import exo.rewrite.new_analysis_core as analysis
import exo.rewrite.new_eff as effects
import z3
from asdl_adt.adt import _AsdlAdtBase
from exo.backend.LoopIR_compiler import Compiler, op_prec, operations
from exo.core.LoopIR import CIR, PAST, UAST, LoopIR
from exo.core.prelude import Sym
from pysmt.environment import get_env
from pysmt.logics import QF_UFLIRA
from pysmt.solvers.z3 import Z3Solver

from . import unifying


def _stable_hash(sym: Sym) -> int:
    """Exo hashes a Sym by its address, so the order of its sets, and with it the text of some expressions, changes from
    process to process. Its name is the same everywhere; equality still tells Syms of one name apart."""
    try:
        return sym._hash
    except AttributeError:
        sym._hash = crc32(sym.name().encode())
        return sym._hash


Sym.__hash__ = _stable_hash

# Some questions keep z3 busy for ever, where no signal of ours reaches Python. It gives up after so many of its own
# units of work, about 4 s: unlike a time limit, at the same point on every machine. Exo then refuses the rewrite.
z3.set_param("rlimit", 20_000_000)

# Exo formats the text of every expression and statement with yapf, which takes most of the time of `simplify`: it
# compares expressions by their text. Plain text serves as well.
LoopIR.expr.__str__ = lambda expression: printing._print_expr(expression, printing.PrintEnv())
LoopIR.stmt.__str__ = lambda statement: "\n".join(printing._print_stmt(statement, printing.PrintEnv(), ""))

# Under a guard `k == 0`, `simplify` puts 0 for every k: also for one that is another loop of that name further inside.
scheduling.DoSimplify.add_fact = lambda self, condition: None

_commutes_fissioning = effects.Commutes_Fissioning


def _no_write_under_a_sum(a1, a2, *environments, **options):
    """Exo takes a first part that is the same in every iteration for free to run ahead of the second, though it resets
    what the second adds to: `y = 0` would be lifted out of a loop of `y = 0; y += x`, one sum for all iterations."""
    (writes,) = effects.getsets([effects.ES.WRITE_H], a1)
    (sums,) = effects.getsets([effects.ES.REDUCE], a2)
    apart = effects.ADef(effects.is_empty(effects.LIsct(writes, sums)))
    return effects.AAnd(_commutes_fissioning(a1, a2, *environments, **options), apart)


effects.Commutes_Fissioning = _no_write_under_a_sum

_comp_cir = Compiler.comp_cir


def _comp_product(compiler, expression, env, prec):
    """Exo writes `64 * (s % 4)` without the parentheses, which is another number in C."""
    if isinstance(expression, CIR.BinOp) and expression.op == "*":
        left = compiler.comp_cir(expression.lhs, env, op_prec["*"])
        text = f"{left} * {compiler.comp_cir(expression.rhs, env, op_prec['*'] + 1)}"
        return f"({text})" if op_prec["*"] < prec else text
    return _comp_cir(compiler, expression, env, prec)


Compiler.comp_cir = _comp_product

# In C, Exo folds a division of constants, as of a loop cut at its last full tile, into a number with a fraction.
operations["/"] = operator.floordiv


_reuse_buffer = scheduling.DoReuseBuffer


def _reuse_of_the_same_type(buffer, other):
    """Exo takes two types for different ones when they are written in different lines."""
    if str(buffer._node.type) != str(other._node.type):
        raise scheduling.SchedulingError("the buffers have different types")
    _, forward = other._child_node("type")._replace(buffer._node.type)
    ir, after = _reuse_buffer(forward(buffer), forward(other))
    return ir, lambda cursor: after(forward(cursor))


scheduling.DoReuseBuffer = _reuse_of_the_same_type


def _doubt(*_arguments):
    """Stands for a proof that fails."""
    raise scheduling.SchedulingError("not proven")


@contextmanager
def guarded_copies():
    """Within it, stage_mem guards every element that it copies by comparisons with both ends of every dimension,
    whether or not they can be proven to hold: what it makes is the same with checks deferred."""
    saved = scheduling.Check_ExprEqvInContext
    scheduling.Check_ExprEqvInContext = _doubt
    try:
        yield
    finally:
        scheduling.Check_ExprEqvInContext = saved


def _pass(*_arguments, **_options):
    """Stands for a check; those that report the configurations they touch report none."""
    return set()


# Check_Access_In_Window answers a question of stage_mem: it is no check.
_CHECKS = [name for name in dir(scheduling) if name.startswith("Check_") and name != "Check_Access_In_Window"]


_REAL = {name: getattr(scheduling, name) for name in _CHECKS}


@contextmanager
def real_checks():
    """Within it Exo checks also while checks are deferred: for rewrites that ask by a check which way to go, and for
    those whose check is cheap beside the run of a program that is wrong."""
    saved = {name: getattr(scheduling, name) for name in _CHECKS}
    for name, check in _REAL.items():
        setattr(scheduling, name, check)
    try:
        yield
    finally:
        for name, check in saved.items():
            setattr(scheduling, name, check)


@contextmanager
def deferred_checks():
    """Within it, Exo applies rewrites without its safety analysis, which takes 85 % of the time of a schedule: for
    programs that are run and compared anyway."""
    saved = {name: getattr(scheduling, name) for name in _CHECKS}
    for name in _CHECKS:
        setattr(scheduling, name, _pass)
    try:
        yield
    finally:
        for name, check in saved.items():
            setattr(scheduling, name, check)


# What follows makes Exo quicker and changes none of its results.

PLAIN = []  # (owner, name, what Exo has there) of every speed-up, for tests that take it away


def _quicken(owner, name, ours):
    PLAIN.append((owner, name, getattr(owner, name)))
    setattr(owner, name, ours)


_Place = namedtuple("_Place", "frame function")


def _stack(most=10):
    """The innermost frames, as many as Exo looks at."""
    frames, frame = [], sys._getframe(1)
    while frame is not None and len(frames) < most:
        frames.append(_Place(frame, frame.f_code.co_name))
        frame = frame.f_back
    return frames


def _caller(frame):
    return SimpleNamespace(filename=frame.f_code.co_filename, lineno=frame.f_lineno)


# To parse a pattern, Exo asks for the caller's variables, and `inspect` finds and reads the source file of every frame.
for _module in (pattern_match, parse_fragment):
    _quicken(_module, "inspect", SimpleNamespace(stack=_stack, getframeinfo=_caller, FrameInfo=_Place))

# So does each refusal, to say which operator it comes from.
_quicken(effects, "inspect", SimpleNamespace(stack=lambda: _stack(sys.maxsize)))


# Where the nodes have others inside, in the order in which Exo looks for a pattern.
_INSIDE = {
    LoopIR.proc: ("body",),
    LoopIR.Assign: ("idx", "rhs"),
    LoopIR.Reduce: ("idx", "rhs"),
    LoopIR.WriteConfig: ("rhs",),
    LoopIR.WindowStmt: ("rhs",),
    LoopIR.If: ("cond", "body", "orelse"),
    LoopIR.For: ("lo", "hi", "body"),
    LoopIR.Call: ("args",),
    LoopIR.Read: ("idx",),
    LoopIR.WindowExpr: ("idx",),
    LoopIR.Interval: ("lo", "hi"),
    LoopIR.Point: ("pt",),
    LoopIR.USub: ("arg",),
    LoopIR.BinOp: ("lhs", "rhs"),
    LoopIR.Extern: ("args",),
}


def _find_expr(search, pattern, cursor):
    """Exo makes a cursor for every node on its way; here only what matches gets one."""

    def visit(node, path):
        if isinstance(node, LoopIR.expr) and search.match_e(pattern, node):
            search._add_result(internal_cursors.Node(cursor._root, list(path)))
        for name in _INSIDE.get(type(node), ()):
            inside = getattr(node, name)
            for index, child in enumerate(inside) if isinstance(inside, list) else ((None, inside),):
                path.append((name, index))
                visit(child, path)
                path.pop()

    visit(cursor._node, list(cursor._path))


_quicken(pattern_match.PatternMatch, "find_expr", _find_expr)


class _Solver(Z3Solver):
    def __init__(self):
        super().__init__(get_env(), QF_UFLIRA)

    def get_py_values(self, formulae):
        """Integers, read off one model; pySMT makes a model and formulae of its own for each."""
        model = self.z3.model()
        return {f: model.eval(self.converter.convert(f), model_completion=True).as_long() for f in formulae}


# To get a solver, Exo has pySMT look each time which solvers are installed: it tries to import all that it knows.
for _module in (unification, analysis):
    _quicken(_module, "_get_smt_solver", _Solver)

_quicken(unification.UEq.problem, "solve", unifying.solve)


@cache
def _fields(node_type):
    return [field.name for field in node_type.__attrs_attrs__]


def _updated(node, **changes):
    kept = {name: getattr(node, name) for name in _fields(type(node)) if name not in changes}
    return type(node)(**kept, **changes)


# attrs looks the fields of a node up anew, one by one, for each copy of it with other values.
_quicken(_AsdlAdtBase, "update", _updated)


class _Nominal(ABCMeta):
    """Of classes of which nothing is an instance but those of its subclasses."""


# Exo's programs and cursors are of abstract classes, which a class may join without inheriting: none does, but each of
# the 20 million questions of a small search goes through the machinery for it.
_quicken(_Nominal, "__instancecheck__", type.__instancecheck__)
for _module in (LoopIR, UAST, PAST, CIR, unification.UEq, cursors, internal_cursors):
    for _class in vars(_module).values():
        if type(_class) is ABCMeta:
            _class.__class__ = _Nominal


_format_code = printing._format_code


def _print_proc(proc):
    return _format_code("\n".join(printing._print_proc(proc, printing.PrintEnv(), "")))


# In what it says when it refuses a rewrite, Exo formats the text of the whole proc with yapf: 0.1 s for an expert
# schedule. The text of a proc alone, which people read, stays formatted.
_quicken(printing, "_format_code", lambda code: code)
LoopIR.proc.__str__ = _print_proc
