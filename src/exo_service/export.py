"""A genome as a Python file of plain Exo calls.

The file needs exo-lang and, of this package, what instructions are made of: `accelerator`, `library`, `instructions`,
`memories`, `strips`, `add`, `adjustments`, `unifying` and `codegen`. It knows no genes.
"""

import json
from types import SimpleNamespace

from exo import Memory, Procedure
from exo.API_cursors import AllocCursor, Cursor, ForCursor
from exo.core.configs import Config
from exo.core.internal_cursors import Block, Gap, GapType
from exo.core.LoopIR import LoopIR

from . import sites
from .accelerator import Accelerator
from .decode import Decoder
from .library import Requantise
from .recording import Call, Recorder

class CannotExport(Exception):
    """What of a schedule has no text, in one line."""


def export(title: str, decoder: Decoder, library: SimpleNamespace, accelerator: Accelerator, genes) -> str:
    """The file for (kind, arguments) pairs, by a decoder that knows no prefix yet. DecodeFailed as Decoder.decode;
    CannotExport."""
    naive, deferred = decoder.naive.proc, decoder.deferred
    recorder = Recorder()
    decoder.functions = {kind: recorder.counted(function) for kind, function in decoder.functions.items()}
    with recorder.listening():
        schedule = decoder.decode(genes)
    try:
        calls = recorder.path(naive, schedule.proc)
    except LookupError as error:
        raise CannotExport(str(error)) from error
    names = _Names(library)
    steps = _steps(calls, genes, schedule.introns, names)
    kernel, requantisers, externs = _kernel_text(naive)
    return "\n".join(
        [
            f'"""{title}: its schedule in plain Exo calls. Run it to print the C.',
            "",
            "It needs exo-lang 1.0.0 and the instruction library of Exogene: put the folder that holds the package",
            'exo_service (src/ of Exogene) on PYTHONPATH."""',
            "",
            "from __future__ import annotations",
            "",
            "import sys",
            "",
            *_imports(calls, names, externs, library, deferred),
            "",
            *_library_text(library, accelerator, requantisers, names),
            "",
            "",
            kernel,
            "",
            "",
            "def schedule(p):",
            '    """The kernel, scheduled."""',
            *(f"    {line}" if line else "" for line in steps),
            "    return p",
            "",
            "",
            'if __name__ == "__main__":',
            *(
                [
                    "    # As in the search, Exo's safety analysis is left out: without this line it checks every call.",
                    "    with deferred_checks():",
                    "        scheduled = schedule(kernel)",
                ]
                if deferred
                else ["    scheduled = schedule(kernel)"]
            ),
            "    sys.stdout.write(to_c(scheduled, library))",
            "",
        ]
    )


def _imports(calls, names, externs, library, deferred) -> list[str]:
    operators = sorted({call.operator for call in calls})
    context = ["deferred_checks"] * deferred + ["guarded_copies"] * any(call.guarded_copies for call in calls)
    lines = ["from exo import DRAM, proc"]
    lines += [f"from exo.libs.externs import {', '.join(externs)}"] * bool(externs)
    lines += ["from exo.stdlib.scheduling import ("] + [f"    {name}," for name in operators] + [")"] if operators else []
    lines += ["from exo_service.accelerator import Accelerator"]
    lines += ["from exo_service.add import add_instructions"] * bool(library.adds)
    lines += [f"from exo_service.adjustments import {', '.join(context)}"] * bool(context)
    lines += ["from exo_service.codegen import to_c"]
    lines += ["from exo_service.instructions import make_kept"] * names.kept
    lines += ["from exo_service.library import Requantise, make_library"]
    lines += ["from exo_service.memories import make_pair"] * bool(names.pairs)
    lines += ["from exo_service.strips import strip_instructions"] * bool(library.strips)
    return lines


def _library_text(library, accelerator, requantisers, names) -> list[str]:
    if library.requantise not in requantisers:
        requantisers = {**requantisers, library.requantise: "stored"}
    lines = [f"{name} = Requantise({function.scale!r}, {function.relu!r})" for function, name in requantisers.items()]
    lines.append("accelerator = Accelerator(")
    lines += [f"    {name}={_literal(value)}," for name, value in vars(accelerator).items()]
    lines += [")", f"library = make_library(accelerator, {requantisers[library.requantise]})"]
    if library.strips:
        conv = library.conv
        lines.append(
            f"library.strips = strip_instructions(library, {conv.stride}, {conv.strip(library.DIM)}, {conv.in_channels})"
        )
    if library.adds:
        scales = [name for function, name in requantisers.items() if function is not library.requantise]
        lines.append(f"library.adds = add_instructions(library, {', '.join(scales)})")
    return lines + [f"{name} = make_pair({', '.join(banks)})" for name, banks in names.pairs.items()]


def _kernel_text(naive) -> tuple[str, dict, list[str]]:
    """The text of the naive proc, the names that the Requantise in it have there, and the other functions it calls."""
    functions = []

    def visit(node):
        if isinstance(node, LoopIR.Extern) and not any(node.f is function for function in functions):
            functions.append(node.f)
        for field in getattr(node, "__attrs_attrs__", ()):
            value = getattr(node, field.name)
            for child in value if isinstance(value, (list, tuple)) else [value]:
                if isinstance(child, (LoopIR.stmt, LoopIR.expr)):
                    visit(child)

    for statement in naive._loopir_proc.body:
        visit(statement)
    own = [function for function in functions if isinstance(function, Requantise)]
    names = {f: f"requantise{number}" if len(own) > 1 else "requantise" for number, f in enumerate(own)}
    saved = {function: function._name for function in own}
    try:
        for function, name in names.items():
            function._name = name
        text = str(naive)
    finally:
        for function, name in saved.items():
            function._name = name
    externs = sorted({function.name() for function in functions if function not in names})
    return "@proc\n" + text.rstrip(), names, externs


def _steps(calls: list[Call], genes, introns, names) -> list[str]:
    """The lines of the schedule: for each gene a comment, and the calls that it came to."""
    lines = []
    for index, gene in enumerate(genes):
        own = [call for call in calls if call.gene == index]
        effect = " (skipped: what it names is gone)" if index in introns else "" if own else " (changes nothing)"
        lines += [""] * (index > 0) + [f"# {_gene_text(*gene)}{effect}"]
        for call in own:
            lines += _call_text(call, names)
    return lines


def _gene_text(kind, arguments) -> str:
    def value(argument):
        return f"[{', '.join(map(str, argument))}]" if isinstance(argument, list) else str(argument)

    text = f"{kind}: {{{', '.join(f'{name}: {value(argument)}' for name, argument in arguments.items())}}}"
    return " ".join(text.split())  # one line, whatever it holds


def _call_text(call: Call, names) -> list[str]:
    given = [names.text(call.before, argument) for argument in call.arguments]
    given += [f"{name}={names.text(call.before, argument)}" for name, argument in call.options.items()]
    text = f"p = {call.operator}({', '.join(['p', *given])})"
    return ["with guarded_copies():", f"    {text}"] if call.guarded_copies else [text]


class _Names:
    """What arguments of operators are called in the file."""

    def __init__(self, library):
        self.kept = False  # whether products that keep weights are used
        self.pairs: dict[str, list[str]] = {}  # name -> names of the two banks, of those used
        self._library = library
        self._known = {}
        for prefix, part in [("library", library)] + [
            (f"library.{name}", part) for name, part in vars(library).items() if isinstance(part, SimpleNamespace)
        ]:
            for name, value in vars(part).items():
                if isinstance(value, (Procedure, Config)) or _is_memory(value):
                    self._known[id(value)] = f"{prefix}.{name}"
        for memory, banks in library.BANKS.items():
            for number, bank in enumerate(banks):
                self._known[id(bank)] = f"library.BANKS[{self._known[id(memory)]}][{number}]"

    def text(self, proc, value) -> str:
        """Python's text for an argument of an operator that is applied to `proc`, there called p."""
        if isinstance(value, Cursor):
            return _cursor_text(proc, value)
        if id(value) in self._known:
            return self._known[id(value)]
        if isinstance(value, Procedure):
            return self._kept_text(value)
        if _is_memory(value):
            return self._pair_text(value)
        if isinstance(value, (list, tuple)):
            return f"[{', '.join(self.text(proc, item) for item in value)}]"
        if value is None or isinstance(value, (bool, int, str)):
            return _literal(value)
        raise CannotExport(f"an argument that is a {type(value).__name__}")

    def _kept_text(self, instruction):
        for (tiles, a_rows, c_rows, overwrite), kept in self._library.KEPT.items():
            if kept is instruction:
                self.kept = True
                return f"make_kept(library, {tiles}, {a_rows}, {c_rows}, overwrite={overwrite})"
        raise CannotExport(f"the instruction {instruction.name()} is none of the library")

    def _pair_text(self, memory):
        for banks, pair in self._library.PAIRS.items():
            if pair is memory:
                name = memory.name()
                self.pairs[name] = [self._known[id(bank)] for bank in banks]
                return name
        raise CannotExport(f"the memory {memory.name()} is none of the library")


def _literal(value) -> str:
    return json.dumps(value) if isinstance(value, str) else repr(value)


def _is_memory(value) -> bool:
    return isinstance(value, type) and issubclass(value, Memory)


def _cursor_text(proc, cursor) -> str:
    place = cursor._impl
    if isinstance(place, Gap):
        side = {GapType.Before: "before", GapType.After: "after"}[place._type]
        return f"{_node_text(proc, place._anchor._path)}.{side}()"
    if isinstance(place, Block):
        block, count = place._range, len(place._range)
        first = _node_text(proc, [*place._anchor._path, (place._attr, block.start)])
        return f"{first}.expand(0, {count - 1})" if count > 1 else first
    return _node_text(proc, place._path)


def _node_text(proc, path) -> str:
    """The shortest way to a node: a loop or a buffer by its name, all else by its place below the nearest of them."""
    if not path:
        return "p"
    if (named := _named_text(proc, path)) is not None:
        return named
    attribute, index = path[-1]
    step = f".{attribute}()" if index is None else f".{attribute}()[{index}]"
    return _node_text(proc, path[:-1]) + step


def _named_text(proc, path):
    cursor = proc
    for attribute, index in path:
        found = getattr(cursor, attribute)()
        cursor = found if index is None else found[index]
    if isinstance(cursor, ForCursor):
        named, find, form = sites.loops(proc), "find_loop", "{}"
    elif isinstance(cursor, AllocCursor):
        named, find, form = sites.buffers(proc), "find", "{}: _"
    else:
        return None
    for name, other in named.items():
        if other._impl._path == cursor._impl._path:
            stem, _, copy = name.partition("#")
            pattern = form.format(stem) + (f" #{copy}" if copy else "")
            try:
                if getattr(proc, find)(pattern)._impl._path == cursor._impl._path:
                    return f'p.{find}("{pattern}")'
            except Exception:  # Exo's patterns do not reach everything
                return None
    return None
