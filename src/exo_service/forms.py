"""What statements look like apart from names and numbers: which instruction could take the place of which."""

from exo.API import Procedure
from exo.API_cursors import CallCursor
from exo.core.LoopIR import LoopIR
from exo.core.proc_eqv import check_eqv_proc

from . import sites


def form(node) -> str:
    """Alike for statements (nodes) of the same loops, guards and kinds of statements inside them."""
    if isinstance(node, LoopIR.For):
        return f"for({_forms(node.body)})"
    if isinstance(node, LoopIR.If):
        return f"if({_forms(node.body)};{_forms(node.orelse)})"
    if isinstance(node, LoopIR.WriteConfig):
        return f"{node.config.name()}.{node.field}"
    return type(node).__name__


def _forms(nodes) -> str:
    return ",".join(map(form, nodes))


_known = {}  # form of the body of instructions, by identity: they never change


def _form_of(instruction) -> str:
    body = instruction._loopir_proc
    if id(body) not in _known:
        _known[id(body)] = (body, _forms(body.body))
    return _known[id(body)][1]


def instructions(library) -> list:
    """(name, instruction) for every instruction of the library; those for tails and the like have the same names."""
    found = []
    for place in (library, library.tails, library.strips, library.adds):
        if place is not None:
            found += [(name, value) for name, value in vars(place).items() if isinstance(value, Procedure)]
    return [(name, instruction) for name, instruction in found if instruction.is_instr()]


def replacements(statement, library) -> list:
    """(name, instruction) of the instructions that have the form of a statement."""
    wanted = form(statement._impl._node)
    return [(name, instruction) for name, instruction in instructions(library) if _form_of(instruction) == wanted]


def equivalents(proc, call, library) -> list:
    """(name, instruction) of instructions of other names that Exo knows to do what the one called does.

    None that has the name of yet another procedure in use, nor a load by a channel that is configured for other rows.
    """
    called = call._impl._node.f
    calls = [c._impl._node for c in sites.walk(proc.body()) if isinstance(c, CallCursor)]
    used = {other.f.name: other.f for other in calls}
    return [
        (instruction.name(), instruction)
        for _, instruction in instructions(library)
        if instruction.name() != called.name
        and check_eqv_proc(instruction._loopir_proc, called)
        and used.get(instruction.name(), instruction._loopir_proc) is instruction._loopir_proc
        and len({_row(other) for other in (call._impl._node, *calls) if other.f.name in (called.name, instruction.name())}) == 1
    ]


def _row(load) -> str:
    """The elements of a row of what is loaded from, as text."""
    source = next(argument for argument in load.args if isinstance(argument, LoopIR.WindowExpr))
    return str(source.type.src_type.hi[-1])


def candidates(proc, statement, library) -> list:
    """Names of instructions that could take the place of a statement."""
    calls = isinstance(statement, CallCursor)
    found = equivalents(proc, statement, library) if calls else replacements(statement, library)
    return list(dict.fromkeys(name for name, _ in found))
