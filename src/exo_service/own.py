"""Kernels that users write: a proc in a Python file of theirs."""

import importlib.util
from pathlib import Path

from exo import Procedure
from exo.API_cursors import AssignCursor, ReduceCursor
from exo.stdlib.scheduling import rename

from . import sites
from .library import Requantise

MOST_ARGUMENTS = 8  # that a kernel gets in registers
MOST_BYTES = 1 << 28
BYTES = {"i8": 1, "i32": 4}


class OwnKernelError(Exception):
    """What is wrong with a user's file, in one line."""


def read_own_kernel(path: Path, name: str, sizes: dict[str, int]):
    """The proc `name` of the file, its sizes bound, as `kernel`. The file is imported: it is code that its user runs.

    OwnKernelError when it does not define the proc, when the sizes are not the proc's, and for other arguments than a
    kernel has.
    """
    proc = getattr(_module(path), name, None)
    if not isinstance(proc, Procedure):
        raise OwnKernelError(f"it defines no '{name}'; expected an Exo proc of that name")
    wanted = [argument.name() for argument in proc.args() if _type(argument) in ("size", "index")]
    if sorted(sizes) != sorted(wanted):
        raise OwnKernelError(
            f"{name} has the sizes {', '.join(wanted) or 'none'}; the kernel file gives {', '.join(sizes) or 'none'}"
        )
    bound = rename(proc.partial_eval(**sizes) if sizes else proc, "kernel")
    try:
        arguments(bound)
    except ValueError as error:
        raise OwnKernelError(f"{name}: {error}") from error
    return bound


def _module(path):
    spec = importlib.util.spec_from_file_location("own_kernel", path)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # whatever the user's code raises
        raise OwnKernelError(f"{type(error).__name__}: {' '.join(str(error).split())}") from error
    return module


def _type(argument):
    return str(argument._impl._node.type.basetype())


def arguments(kernel) -> list[dict]:
    """Name, type (i8 or i32) and elements of every array that the kernel takes; the last is the one that it sets.

    ValueError when it takes or sets anything else.
    """
    found = []
    for argument in kernel.args():
        name, kind = argument.name(), _type(argument)
        if kind not in BYTES or not argument.is_tensor():
            raise ValueError(f"argument {name} is {argument._impl._node.type}; expected an array of i8 or i32")
        elements = 1
        for extent in argument.shape():
            elements *= extent.value()
        if elements * BYTES[kind] > MOST_BYTES:
            raise ValueError(f"{name} takes {elements * BYTES[kind]} bytes; expected at most {MOST_BYTES} an array")
        found.append({"name": name, "type": kind, "elements": elements})
    if not 2 <= len(found) <= MOST_ARGUMENTS:
        raise ValueError(f"it takes {len(found)} arrays; expected from 2 to {MOST_ARGUMENTS}")
    names = [argument["name"] for argument in found]
    changed = {s.name() for s in sites.walk(kernel.body()) if isinstance(s, (AssignCursor, ReduceCursor))} & set(names)
    if changed != {names[-1]}:
        found_changed = " and ".join(sorted(changed)) or "no argument"
        raise ValueError(f"it sets {found_changed}; expected {names[-1]}, its last, alone")
    return found


def output_requantise(kernel) -> Requantise:
    """How the kernel makes its output of sums, as a store from the accumulator has to; 1:1 when it does not say."""
    output = kernel.args()[-1].name()
    for statement in sites.walk(kernel.body()):
        if isinstance(statement, AssignCursor) and statement.name() == output:
            function = getattr(statement.rhs()._impl._node, "f", None)
            if isinstance(function, Requantise):
                return function
    return Requantise(1.0)
