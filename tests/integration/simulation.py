"""Genome -> C -> ELF -> outputs and counts: the real Exo, the real RISC-V gcc, and our Gemmini in the real Spike."""

import json
import subprocess
from functools import cache
from pathlib import Path

from cycle_accuracy import accelerator
from exo_service.accelerator import read_accelerator
from exo_service.codegen import to_c
from exo_service.decode import Decoder
from exo_service.kernels import make_kernel
from exo_service.own import arguments

ROOT = Path(__file__).parents[2]
RUNTIME = ROOT / "src/gemmini/runtime"
GCC = (
    "riscv64-unknown-elf-gcc -O2 -std=gnu11 -ffreestanding -fno-tree-loop-distribute-patterns -ffp-contract=off "
    "-nostdlib -nostartfiles -static -mcmodel=medany -march=rv64gc -mabi=lp64d"
).split()


def compile_kernel(c, folder):
    source = folder / "kernel.c"
    source.write_text(c)
    elf = folder / "kernel.elf"
    command = [*GCC, "-I", RUNTIME, "-T", RUNTIME / "link.ld", RUNTIME / "start.S", source, "-o", elf]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return elf


@cache
def decoder_of(kernel, dim, deferred):
    """The decoder of a kernel, as JSON, and its library: what one test has decoded, the next need not."""
    naive, library = make_kernel(
        json.loads(kernel), read_accelerator(ROOT / f"configs/accelerators/gemmini-{dim}x{dim}.yaml")
    )
    return Decoder(naive, library, deferred=deferred), library


def simulate(folder, kernel, genes, dim=16, edit=lambda c: c, deferred=False):
    """Reply of gemmini-sim to the decoded, compiled genome; `edit` changes its C on the way."""
    decoder, library = decoder_of(json.dumps(kernel), dim, deferred)
    naive, schedule = decoder.naive.proc, decoder.decode(genes)
    if "exo" in kernel:  # right is what the naive kernel computes
        reference = compile_kernel(to_c(naive, library), folder).rename(folder / "reference.elf")
        kernel = {"family": "own", "arguments": arguments(naive), "reference": str(reference)}
    elf = compile_kernel(edit(to_c(schedule.proc, library)), folder)
    requests = [
        {
            "op": "open",
            "accelerator": accelerator(dim),
            "kernel": kernel,
            "data_seed": 1,
            "limits": {"instructions": 500_000_000, "seconds": 60},
        },
        {"op": "run", "elf": str(elf), "cycles": True},
    ]
    run = subprocess.run(
        [ROOT / "build/gemmini-sim"],
        input="".join(json.dumps(request) + "\n" for request in requests),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    opened, result = [json.loads(line) for line in run.stdout.splitlines()]
    assert opened == {"ok": True}
    return result
