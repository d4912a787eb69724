"""Numbers that tell how fast a schedule will be, read off its loops without compiling or running it.

Commands, bytes and rows are those of one call of the kernel: the bounds of loops multiplied, and the conditions of
guards looked at for every iteration. They are exact but where more iterations than MAX_POINTS meet a condition. MACs
for each loaded byte are no feature of their own: in logarithms they are a difference of two.
"""

import re
from functools import cache
from types import SimpleNamespace

import numpy
from exo.core.LoopIR import LoopIR

from .executions import Iterations, mentions, varying
from .limits import count_statements

# What the runtime's forms for blocks at an edge (src/gemmini/runtime) are made of.
COMMANDS = {
    "config_ex_strided": ("config_ex",),
    "mvout_wide": ("mvout",),
    "matmul": ("preload", "compute_preloaded"),
    "matmul_over": ("preload", "compute_preloaded"),
}
KINDS = (
    "config_ex config_ld config_st mvin mvin2 mvin3 mvout preload compute_preloaded compute_accumulated".split()
)
LOADS = ("mvin", "mvin2", "mvin3")
COUNTED = (
    *KINDS,
    *"macs loaded_bytes loaded_rows stored_bytes stored_rows iterations guards scalars mentions calls".split(),
    *"scratchpad_rows accumulator_rows banked_buffers clashes early_loads late_loads ahead_loads late_stores".split(),
    *"turns array_cycles dma_cycles store_cycles".split(),
)
# Cycles of the host for each, roughly; of the DMA: bytes that pass at once.
COMMAND, MENTION, ITERATION, SCALAR = 4, 2, 3, 6
DMA_BYTES = 16


def features(proc, library: SimpleNamespace) -> dict[str, float]:
    """Name -> number, the same names for every schedule, each number at least 0.

    - the commands of each of KINDS, and `macs`
    - `loaded_bytes` `loaded_rows` `stored_bytes` `stored_rows`: DRAM to or from local memory
    - `iterations` of loops, `guards` met, `scalars` executed: statements that are no commands; `mentions`: variables in
      the operands of commands, which the host computes
    - `statements` `calls`: the length of the code
    - `scratchpad_rows` `accumulator_rows`: most that are alive at once; `banked_buffers`: in banks of their own
    - `clashes`: products with both operands in one bank
    - `early_loads`: loads that no loop has products beside; `late_loads`: loads beside products into the same part of a
      buffer in every iteration, which wait for these; `ahead_loads`: into halves of a buffer in turn
    - `late_stores`: stores in no loop with products; `turns`: from loads, products or stores to another of them
    - `array_cycles` `dma_cycles` `store_cycles` `host_cycles`: what each would take alone; `slowest`: the most of these
    """
    found = _Features(library)
    block = proc._loopir_proc.body
    found.varies = varying(block)
    found.block(block, Iterations(), ())
    return found.result(block)


@cache
def _commands(text: str) -> tuple[str, ...]:
    names = re.findall(r"gemmini_(?:tail_|strip_)?(\w+)\(", text)
    return tuple(command for name in names for command in COMMANDS.get(name, (name,)))


class _Features:
    """The counts so far, and which buffers are alive where the walk through the schedule is."""

    def __init__(self, library):
        self.library = library
        self.counts = dict.fromkeys(COUNTED, 0)
        self.alive = {"scratchpad": 0, "accumulator": 0}
        self.banks = {}  # buffer -> numbers of the banks it lies in
        self.varies = set()

    def add(self, name, number):
        self.counts[name] += number

    def result(self, block):
        counts = dict(self.counts, statements=count_statements(block))
        commands = sum(counts[kind] for kind in KINDS)
        counts["host_cycles"] = (
            COMMAND * commands
            + MENTION * counts["mentions"]
            + ITERATION * (counts["iterations"] + counts["guards"])
            + SCALAR * counts["scalars"]
        )
        counts["slowest"] = max(counts[f"{engine}_cycles"] for engine in ("array", "dma", "store", "host"))
        return {name: float(number) for name, number in counts.items()}

    def block(self, block, at: Iterations, loops: tuple) -> list[str]:
        """Counts a block inside loops (nodes, outermost first); the first and the last engine that it keeps busy."""
        alive = dict(self.alive)
        engines = []
        for node in block:
            if isinstance(node, LoopIR.For):
                within = at.inside(node, self.varies)
                self.add("iterations", within.count())
                own = self.block(node.body, within, (*loops, node))
                if own and own[0] != own[-1]:
                    self.add("turns", max(within.count() - at.count(), 0))
            elif isinstance(node, LoopIR.If):
                self.add("guards", at.count())
                condition = at.value(node.cond)
                own = self.block(node.body, at.where(condition), loops)
                own += self.block(node.orelse, at.where(condition, False), loops)
            elif isinstance(node, LoopIR.Call):
                own = self.call(node, at, loops)
            else:
                own = []
                if isinstance(node, LoopIR.Alloc):
                    self.alloc(node)
                elif not isinstance(node, (LoopIR.Free, LoopIR.Pass, LoopIR.WindowStmt)):
                    self.add("scalars", at.count())
            if own and engines and engines[-1] != own[0]:
                self.add("turns", at.count())
            engines += own
        self.alive = alive
        return engines[:1] + engines[-1:]

    def alloc(self, node):
        for name, memory in (("scratchpad", self.library.SCRATCHPAD), ("accumulator", self.library.ACCUMULATOR)):
            if not issubclass(node.mem, memory):
                continue
            rows = 1
            for extent in node.type.hi[:-1]:
                rows *= getattr(extent, "val", 1)
            first = self.alive[name]
            self.alive[name] += rows
            self.counts[f"{name}_rows"] = max(self.counts[f"{name}_rows"], self.alive[name])
            size = memory.high // len(self.library.BANKS[memory])
            self.banks[node.name] = set(range(first // size, (first + max(rows, 1) - 1) // size + 1))
            if node.mem is not memory:
                self.add("banked_buffers", 1)
                pair = next((pair for pair, made in self.library.PAIRS.items() if made is node.mem), (node.mem,))
                self.banks[node.name] = {bank.low // size for bank in pair}

    def call(self, node, at: Iterations, loops: tuple) -> list[str]:
        if node.f.instr is None:
            self.varies |= varying(node.f.body)
            return self.block(node.f.body, Iterations(factor=at.count()), loops)
        commands = _commands(node.f.instr.c_instr)
        arguments = {argument.name.name(): value for argument, value in zip(node.f.args, node.args)}
        at, rows, columns, depth = self.extents(node, arguments, at)
        times = at.count()
        self.add("calls", 1)
        self.add("mentions", times * sum(len(mentions(argument)) for argument in node.args))
        for command in commands:
            self.add(command, times)
        windows = [argument for argument in node.args if isinstance(argument, LoopIR.WindowExpr)]
        if "preload" in commands:
            products = commands.count("preload")
            clash = len({w.name for w in windows[:2]}) == 1 or self.lies(windows[0]) & self.lies(windows[1])
            self.add("macs", products * at.sum(rows * columns * depth))
            self.add("array_cycles", times * self.library.DIM * (products + (1 if clash else 0)))
            self.add("clashes", times if clash else 0)
            return ["array"]
        if set(commands) & set(LOADS):
            source = windows[0] if len(windows) > 1 else None  # zeros have none
            if source is not None:
                size = 4 if isinstance(source.type.src_type.type, LoopIR.INT32) else 1
                self.add("loaded_bytes", at.sum(rows * columns) * size)
                self.add("loaded_rows", at.sum(rows))
                self.add("dma_cycles", at.sum(rows * -(-columns * size // DMA_BYTES)))
            self.beside(windows[-1], times, loops)
            return ["load"]
        if "mvout" in commands:
            self.add("stored_bytes", at.sum(rows * columns))
            self.add("stored_rows", at.sum(rows))
            self.add("store_cycles", at.sum(rows * (2 * -(-columns // self.library.DIM) - 1)))
            self.add("late_stores", 0 if _with_products(loops) else times)
            return ["store"]
        return []

    def lies(self, window) -> set:
        return self.banks.get(window.name, set())

    def extents(self, node, arguments, at: Iterations):
        """Where the call issues its commands, and the rows, the columns and the depth of these."""
        dim = self.library.DIM
        text = node.f.instr.c_instr

        def given(name, most):
            number = at.value(arguments[name]) if f"{{{name}}}" in text else None
            return most if number is None else number

        rows = numpy.minimum(given("rows", dim), dim)
        columns = numpy.minimum(given("cols", dim * self.blocks(arguments)), dim * self.blocks(arguments))
        depth = numpy.minimum(given("depth", dim), dim)
        width = given("width", None)
        if width is not None and (top := given("top", None)) is not None:  # as gemmini_strip_mvin2
            rows = numpy.minimum(rows, width - top) - numpy.maximum(-top, 0)
        elif width is not None and (left := given("left", None)) is not None:  # as gemmini_strip_matmul
            stride = self.library.conv.stride
            first = numpy.where(left < 0, (stride - 1 - left) // stride, 0)
            rows = numpy.minimum(rows, numpy.maximum(width - left + stride - 1, 0) // stride) - first
        for condition in (given("inside", True), rows > 0, columns > 0, depth > 0):
            at = at.where(condition)
        return at, rows, columns, depth

    def blocks(self, arguments) -> int:
        return getattr(arguments.get("blocks"), "val", 1)

    def beside(self, window, times, loops):
        loop = _with_products(loops)
        if loop is None:
            self.add("early_loads", times)
        elif loop.iter not in mentions(window):
            self.add("late_loads", times)
        elif any(_turns(access) for access in window.idx):
            self.add("ahead_loads", times)


def _with_products(loops):
    """The innermost of the loops that has products inside, or None."""
    return next((loop for loop in reversed(loops) if _computes(loop.body)), None)


def _computes(block) -> bool:
    return any(
        node.f.name.startswith("matmul")
        if isinstance(node, LoopIR.Call) and node.f.instr
        else _computes(getattr(getattr(node, "f", node), "body", ())) or _computes(getattr(node, "orelse", ()))
        for node in block
    )


def _turns(access) -> bool:
    """Whether an index takes a remainder: it goes round in a buffer that was folded."""
    return "%" in str(access)
