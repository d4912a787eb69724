"""Cheap tests of what statements touch: enough to say that an exchange or a repetition is safe while checks are deferred.

Windows that have a name of their own are not followed to the buffer that they show.
"""

from exo.core.LoopIR import LoopIR


class Touched:
    """Symbols that statements read, write, add to and allocate; a configuration counts by its name."""

    def __init__(self, statements):
        self.reads, self.writes, self.adds, self.allocates = set(), set(), set(), set()
        for statement in statements:
            self._take(statement)

    @property
    def everything(self) -> set:
        return self.reads | self.writes | self.adds

    def _take(self, node):
        if isinstance(node, LoopIR.Alloc):
            self.allocates.add(node.name)
        elif isinstance(node, (LoopIR.Assign, LoopIR.Reduce)):
            (self.adds if isinstance(node, LoopIR.Reduce) else self.writes).add(node.name)
            self.reads |= _read_by(node.rhs)
        elif isinstance(node, LoopIR.WriteConfig):
            self.writes.add(node.config.name())
        elif isinstance(node, LoopIR.WindowStmt):
            self.allocates.add(node.name)
            self.reads |= _read_by(node.rhs)
        elif isinstance(node, LoopIR.Call):
            self._take_call(node)
        elif isinstance(node, LoopIR.If):
            self.reads |= _read_by(node.cond)
        for inside in [*getattr(node, "body", []), *getattr(node, "orelse", [])]:
            self._take(inside)

    def _take_call(self, node):
        """By the body of what is called: which arguments it reads, writes and adds to."""
        done = _of_procedure(node.f)
        self.writes |= {config for config in done.writes if isinstance(config, str)}
        for formal, actual in zip(node.f.args, node.args):
            names = _read_by(actual)
            for mine, theirs in ((self.reads, done.reads), (self.writes, done.writes), (self.adds, done.adds)):
                if formal.name in theirs:
                    mine |= names


def _read_by(node) -> set:
    """Symbols in an expression, without those in indices; the name of a configuration that it reads."""
    if isinstance(node, (LoopIR.Read, LoopIR.WindowExpr, LoopIR.StrideExpr)):
        return {node.name}
    if isinstance(node, LoopIR.ReadConfig):
        return {node.config.name()}
    parts = [getattr(node, part) for part in ("lhs", "rhs", "arg") if hasattr(node, part)]
    return set().union(*(_read_by(part) for part in [*parts, *getattr(node, "args", [])]))


_known = {}  # procedures by identity: they never change


def _of_procedure(called) -> Touched:
    if id(called) not in _known:
        _known[id(called)] = (called, Touched(called.body))
    return _known[id(called)][1]


def touched(*statements) -> Touched:
    """What the statements at some cursors touch, taken together."""
    return Touched(statement._impl._node for statement in statements)


def commute(first, second) -> bool:
    """Whether two statements may change places: neither writes what the other touches, but both may add to the same."""
    return independent(touched(first), touched(second))


def _leaves_alone(one: Touched, other: Touched) -> bool:
    return not ((one.writes | one.allocates) & other.everything or one.adds & other.reads)


def independent(one: Touched, other: Touched) -> bool:
    """Whether two statements may be done in any order, and interleaved, any number of times each."""
    return _leaves_alone(one, other) and _leaves_alone(other, one)


def iterations_apart(one: list, other: list, loop) -> bool:
    """Whether no iteration of what is done in one part of a loop touches what another iteration of the other part writes:
    what both touch they index alike by the loop."""
    first, second = touched(*one), touched(*other)
    shared = first.everything & second.everything & (first.writes | first.adds | second.writes | second.adds)
    nodes = [statement._impl._node for statement in (*one, *other)]
    iterator = loop._impl._node.iter
    return all(_stepped(nodes, symbol, iterator) for symbol in shared - first.allocates)


def _stepped(nodes, symbol, iterator) -> bool:
    """Whether all accesses to a symbol have the iterator, alone, as their index of one and the same dimension."""
    found = [index for node in nodes for index in _indices(node, symbol)]
    alone = [{d for d, part in enumerate(index) if _is_iterator(part, iterator)} for index in found]
    return bool(alone) and bool(set.intersection(*alone))


def _is_iterator(part, iterator) -> bool:
    part = getattr(part, "pt", part)  # of a window
    if isinstance(part, LoopIR.BinOp) and part.op == "+" and getattr(part.rhs, "val", None) == 0:
        part = part.lhs
    return isinstance(part, LoopIR.Read) and part.name is iterator


def _indices(node, symbol) -> list:
    """The indices of every access to a symbol in a statement or an expression."""
    own = [node.idx] if getattr(node, "name", None) is symbol and hasattr(node, "idx") else []
    parts = [getattr(node, part) for part in ("lhs", "rhs", "arg", "cond") if hasattr(node, part)]
    parts += [*getattr(node, "args", []), *getattr(node, "body", []), *getattr(node, "orelse", [])]
    return own + [index for part in parts for index in _indices(part, symbol)]


def indices(statement, symbol) -> list:
    """The indices (nodes) of every access to a symbol in and below the statement at a cursor."""
    return _indices(statement._impl._node, symbol)


def is_constant(part) -> bool:
    """Whether an index is a number, or the point of a window that is one."""
    return isinstance(getattr(part, "pt", part), LoopIR.Const)


def repeatable(statement) -> bool:
    """Whether doing a statement twice is doing it once: it reads nothing that it writes, and adds only to its own."""
    done = touched(statement)
    return not (done.reads & done.writes | done.adds) - done.allocates
