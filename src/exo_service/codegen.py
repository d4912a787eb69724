"""From a schedule to C."""

import re
from types import SimpleNamespace

from exo import compile_procs_to_strings
from exo.core.memory import MemGenError

from .placement import split_buffer

HEADER = '#include <stdint.h>\n#include "exogene_gemmini.h"\n'


def to_c(proc, library: SimpleNamespace) -> str:
    """The C of `proc`, to be compiled with exogene_gemmini.h.

    CapacityExceeded when its buffers do not fit, another MemGenError or TypeError when Exo cannot generate it.
    """
    if (split := split_buffer(proc, library)) is not None:
        raise MemGenError(f"an instruction takes several entries of '{split}' at once, which are in two banks")
    for memory in (library.SCRATCHPAD, library.ACCUMULATOR):
        memory.reset()
    try:
        body, _ = compile_procs_to_strings([proc], "kernel.h")
    except KeyError as error:  # Exo looks a name up and does not say more
        raise MemGenError(f"'{error.args[0]!s}' is used where it does not exist") from error
    kept = re.sub(r"/\* relying on the following instruction.*?\*/\n", "", body, flags=re.DOTALL)
    unwanted = ('#include "kernel.h"', "#include <stdio.h>", "#include <stdlib.h>")
    lines = [line for line in kept.splitlines() if line and line not in unwanted]
    # Exo passes a context to every proc; no configuration of ours lives in it, so kernels do without.
    c, contexts = re.subn(r"\( (void|\w+_Context) \*ctxt, |\(ctxt,", "(", "\n".join(lines) + "\n")
    if not contexts:
        raise ValueError("expected a function with a context in Exo's C")
    if "ctxt->" in c:
        raise MemGenError("a configuration is set, or read, by no instruction")
    heap = '#include "exogene_heap.h"\n' if "malloc(" in c else ""
    assume = "#define EXO_ASSUME(known) ((void)0)\n" if "EXO_ASSUME(" in c else ""
    return HEADER + heap + assume + c
