"""What statements look like apart from names and numbers: which instruction could take the place of which."""

from exo.API import Procedure
from exo.API_cursors import AssignConfigCursor, AssignCursor, CallCursor, ForCursor, IfCursor, ReduceCursor
from exo.core.proc_eqv import check_eqv_proc


def form(statement) -> str:
    """Alike for statements of the same loops, guards and kinds of statements inside them."""
    if isinstance(statement, ForCursor):
        return f"for({_forms(statement.body())})"
    if isinstance(statement, IfCursor):
        return f"if({_forms(statement.body())};{_forms(statement.orelse() or [])})"
    if isinstance(statement, AssignConfigCursor):
        return f"{statement.config().name()}.{statement.field()}"
    if isinstance(statement, CallCursor):
        return statement.subproc().name()
    return {AssignCursor: "=", ReduceCursor: "+="}.get(type(statement), "?")


def _forms(statements) -> str:
    return ",".join(map(form, statements))


def instructions(library) -> list:
    """(name, instruction) for every instruction of the library; those for tails and the like have the same names."""
    found = []
    for place in (library, library.tails, library.strips, library.adds):
        if place is not None:
            found += [(name, value) for name, value in vars(place).items() if isinstance(value, Procedure)]
    return [(name, instruction) for name, instruction in found if instruction.is_instr()]


def replacements(statement, library) -> list:
    """(name, instruction) of the instructions that have the form of a statement."""
    return [
        (name, instruction)
        for name, instruction in instructions(library)
        if len(instruction.body()) == 1 and form(instruction.body()[0]) == form(statement)
    ]


def candidates(statement, library) -> list:
    """Names of instructions that could take the place of a statement."""
    if isinstance(statement, CallCursor):
        return list(dict.fromkeys(name for name, _ in equivalents(statement, library)))
    return list(dict.fromkeys(name for name, _ in replacements(statement, library)))


def equivalents(call, library) -> list:
    """(name, instruction) of other instructions that Exo knows to do what the one called does."""
    called = call.subproc()._loopir_proc
    return [
        (name, instruction)
        for name, instruction in instructions(library)
        if instruction._loopir_proc is not called and check_eqv_proc(instruction._loopir_proc, called)
    ]
