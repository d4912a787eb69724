"""Composites that choose the banks of local buffers. A bank serves one of array, load and store at a time."""

import exo.stdlib.scheduling as exo

from . import moves, sites
from .memories import make_pair


def _banks(library, alloc, *wanted) -> list:
    """The wanted banks of the local memory that the buffer is in, as memory classes."""
    for memory, banks in library.BANKS.items():
        if issubclass(alloc.mem(), memory):
            if max(wanted) >= len(banks):
                raise exo.SchedulingError(f"{memory.name()} has {len(banks)} banks, numbered from 0")
            return [banks[bank] for bank in wanted]
    raise exo.SchedulingError(f"'{alloc.name()}' is in no local memory")


def place(proc, library, buffer, bank):
    """Keep a buffer in one bank of its local memory."""
    alloc = sites.find(sites.buffers(proc), buffer)
    return exo.set_memory(proc, alloc, *_banks(library, alloc, bank))


def alternate(proc, library, buffer, first, second):
    """Keep the entries of a buffer's outermost dimension in two banks in turn: both halves of a double buffer, say."""
    alloc = sites.find(sites.buffers(proc), buffer)
    pair = tuple(_banks(library, alloc, first, second))
    if len(alloc.shape()) < 3:
        raise exo.SchedulingError(f"'{buffer}' is one block: it has no entries to keep apart")
    if pair not in library.PAIRS:
        library.PAIRS[pair] = make_pair(*pair)
    proc = exo.set_memory(proc, alloc, library.PAIRS[pair])
    if (split := split_buffer(proc, library)) is not None:
        raise exo.SchedulingError(f"an instruction takes several entries of '{split}' at once")
    return proc


def split_buffer(proc, library) -> str | None:
    """The name of a buffer in two banks of which an instruction takes several entries, as if they were neighbours."""
    for alloc in sites.buffers(proc).values():
        if alloc.mem() in library.PAIRS.values():
            accesses = [window for top in proc.body() for _, window in moves.windows(top, alloc.name())]
            if any(isinstance(window.idx()[0], tuple) for window in accesses):
                return alloc.name()
    return None
