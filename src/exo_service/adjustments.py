"""Adjustments to Exo 1.0.0, each with its reason. Importing this module makes them."""

import operator
from contextlib import contextmanager
from zlib import crc32

import exo.core.LoopIR_pprint as printing
import exo.rewrite.LoopIR_scheduling as scheduling
import exo.rewrite.new_eff as effects
import z3
from exo.backend.LoopIR_compiler import Compiler, op_prec, operations
from exo.core.LoopIR import CIR, LoopIR
from exo.core.prelude import Sym


def _stable_hash(sym: Sym) -> int:
    """Exo hashes a Sym by its address, so the order of its sets, and with it the text of some expressions, changes from
    process to process. Its name is the same everywhere; equality still tells Syms of one name apart."""
    return crc32(sym.name().encode())


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
