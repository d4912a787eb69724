"""A genome of composites as one of genes that are a single operator of Exo each, by what its decoding was seen to call."""

import re

from exo.API_cursors import Cursor, IfCursor
from exo.core.internal_cursors import GapType
from exo_service import sites
from exo_service.adjustments import deferred_checks
from exo_service.recording import Recorder

COMPOSITES = {"fuse", "fuse_guards", "alternate"}  # that are one operator


def calls_of(decoder, genes) -> list:
    """The operators that the genes come to; the decoder may know no prefix of them."""
    recorder = Recorder()
    decoder.functions = {kind: recorder.counted(function) for kind, function in decoder.functions.items()}
    with recorder.listening():
        schedule = decoder.decode(genes)
    return recorder.path(decoder.naive.proc, schedule.proc)


def genes_of(calls, naive, functions, library) -> list:
    """A gene for every call, addressed by the names of the schedule that the genes before it make. Genes choose names for
    what they make, so that those differ from names in the schedule that was recorded; where things stand does not.

    LookupError when no gene does what a call does.
    """
    genes, proc = [], naive
    with deferred_checks():
        for call in calls:
            if call.operator == "rewrite_expr":  # in front of unroll_loop, whose gene does that too
                continue
            kind, arguments = _gene(call, proc, library)
            proc = functions[kind](proc, **arguments)
            genes.append((kind, arguments))
    return genes


def _gene(call, proc, library):
    kind, options = call.operator, call.options
    target, *rest = call.arguments or [None]
    if target is not None and not isinstance(target, Cursor):
        target = _found(call.before, target)
    place = _path(target) if target is not None else None

    def named(of, place=place):
        for name, cursor in of(proc).items():
            if cursor._impl._path == place:
                return name
        raise LookupError(f"what {kind} is applied to has no name")

    def loop_called(name):
        around = [loop for loop in sites.enclosing(target) if loop.name() == name][-1]
        return named(sites.loops, around._impl._path)

    on_loop, on_buffer, on_statement = sites.loops, sites.buffers, sites.statements
    if kind == "simplify":
        return kind, {}
    if kind == "divide_loop":
        tail = "perfect" if options.get("perfect") else options["tail"]
        return kind, {"loop": named(on_loop), "factor": rest[0], "tail": tail}
    if kind in ("reorder_loops", "unroll_loop", "remove_loop", "mult_loops"):
        return kind, {"loop": named(on_loop)}
    if kind == "cut_loop":
        return kind, {"loop": named(on_loop), "at": rest[0]}
    if kind == "shift_loop":
        return kind, {"loop": named(on_loop), "to": rest[0]}
    if kind == "fuse" and not isinstance(target, IfCursor):
        return kind, {"loop": named(on_loop)}
    if kind == "fuse":
        return "fuse_guards", {"statement": named(on_statement)}
    if kind in ("lift_scope", "reorder_stmts", "inline", "inline_window"):
        return kind, {"statement": named(on_statement)}
    if kind == "fission":
        return kind, {"statement": named(on_statement), "lifts": options.get("n_lifts", 1)}
    if kind == "add_loop":
        guard = "first" if options.get("guard") else "none"
        return kind, {"statement": named(on_statement), "iterations": int(rest[1]), "guard": guard}
    if kind in ("specialize", "add_unsafe_guard"):
        name, iteration = rest[0].split(" == ")
        return kind, {"statement": named(on_statement), "loop": loop_called(name), "iteration": int(iteration)}
    if kind == "stage_mem":
        return kind, {"statement": named(on_statement), "array": rest[0].partition("[")[0], "how": "copy"}
    if kind == "replace":
        return kind, {"statement": named(on_statement), "instruction": rest[0].name()}
    if kind == "write_config":
        array = re.sub(r"stride\((\w+), \d\)", r"\1", rest[2]) if "stride" in rest[2] else "A"
        return kind, {"statement": named(on_statement), "configuration": rest[0].name(), "array": array}
    if kind == "lift_alloc":
        return kind, {"buffer": named(on_buffer), "lifts": options.get("n_lifts", 1)}
    if kind == "expand_dim":
        return kind, {"buffer": named(on_buffer), "loop": loop_called(rest[1])}
    if kind == "divide_dim":
        return kind, {"buffer": named(on_buffer), "dimension": rest[0], "quotient": rest[1]}
    if kind == "rearrange_dim":
        return kind, {"buffer": named(on_buffer), "order": rest[0]}
    if kind == "resize_dim":
        return kind, {"buffer": named(on_buffer), "dimension": rest[0], "size": rest[1], "offset": 0, "how": "fold"}
    if kind == "set_memory":
        for pair, memory in library.PAIRS.items():
            if memory is rest[0]:
                first, second = (int(bank.name()[-1]) for bank in pair)
                return "alternate", {"buffer": named(on_buffer), "first": first, "second": second}
        return kind, {"buffer": named(on_buffer), "memory": rest[0].name()}
    raise LookupError(f"no gene does what {kind} does")


def _found(proc, text):
    """What a pattern, or the name of a loop or a buffer, means in a proc."""
    if text.startswith("for "):
        return proc.find(text)
    return sites.loops(proc)[text] if text in sites.loops(proc) else sites.buffers(proc)[text]


def _path(cursor):
    """Where a statement is; of a gap the statement in front, or behind when nothing is in front; of a block the first."""
    place = cursor._impl
    if hasattr(place, "_range"):
        return [*place._anchor._path, (place._attr, place._range.start)]
    if hasattr(place, "_anchor"):
        *outer, (block, index) = place._anchor._path
        return [*outer, (block, max(0, index - (place._type == GapType.Before)))]
    return place._path


def without_names(c: str) -> list:
    """The words and signs of C, its loops and buffers numbered in the order of their declarations."""
    numbers, found, declared = {}, [], 0
    tokens = re.findall(r"\w+|[^\w\s]", c)
    for before, token in zip(["", *tokens], tokens):
        if before in ("int_fast32_t", "uint32_t"):
            declared += 1
            numbers[token] = f"#{declared}"
        found.append(numbers.get(token, token))
    return found
