"""Evaluates the curated genomes of the reference kernels with build/exogene, and prints a table in Markdown.

    reference_table [KERNEL...]

A kernel is the name of a file in configs/kernels; by default all nine. Decoding is timed in a process that has decoded
before, in CPU time, with Exo's checks deferred and (in brackets) with all of them, which must give the same C. Exit
code 1 when an evaluation is not ok or a check fails. The naive schedules take some minutes.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from time import process_time

import yaml
from exo_service.accelerator import read_accelerator
from exo_service.codegen import to_c
from exo_service.decode import DecodeFailed, Decoder
from exo_service.kernels import make_kernel

ROOT = Path(__file__).resolve().parents[1]
GENOMES = ("naive", "baseline", "expert")
KERNELS = (
    "matmul-512x512x512",
    "matmul-12544x64x256",
    "matmul-12544x256x64",
    "matmul-3136x128x512",
    "matmul-3136x512x128",
    "matmul-784x256x1024",
    "conv2d-56x56x64",
    "conv2d-28x28x128",
    "conv2d-14x14x256",
)
COLUMNS = (
    "kernel",
    "genome",
    "decode ms (with all checks)",
    "status",
    "instructions",
    "config / mvin / mvout / preload / compute",
    "DRAM KB read / written",
    "cycles",
)


def curated(kernel: str, name: str) -> Path:
    """The genome of that name for a kernel: its own, if it has one, else the one of its family."""
    family, _, sizes = kernel.partition("-")
    own = ROOT / f"populations/{family}/{name}-{sizes}.yaml"
    return own if own.is_file() else ROOT / f"populations/{family}/{name}.yaml"


def genes_of(genome: Path) -> list[tuple[str, dict]]:
    return [pair for gene in yaml.safe_load(genome.read_text())["genes"] for pair in gene.items()]


def description(kernel: str) -> dict:
    """The kernel as the Exo service and gemmini-sim are told it."""
    file = yaml.safe_load((ROOT / f"configs/kernels/{kernel}.yaml").read_text())
    return {("family" if key == "kernel" else key): value for key, value in file.items()}


def evaluate(kernel: str, genome: Path, checks: str = "deferred") -> dict[str, str]:
    """What `exogene evaluate` prints, by name; numbers without separators."""
    command = [ROOT / "build/exogene", "evaluate", genome, "--checks", checks]
    command += ["--kernel", ROOT / f"configs/kernels/{kernel}.yaml"]
    run = subprocess.run(command, capture_output=True, text=True)
    result = dict(line.split(None, 1) for line in run.stdout.splitlines() if len(line.split(None, 1)) == 2)
    if "status" not in result:
        raise RuntimeError(run.stderr.strip())
    return {name: value.strip().replace(",", "") for name, value in result.items()}


def commands(result: dict[str, str]) -> list[int]:
    """RoCC commands: configurations, loads of all channels, stores, preloads, computes."""
    kinds = (
        ("config_ex", "config_ld", "config_st"),
        ("mvin", "mvin2", "mvin3"),
        ("mvout",),
        ("preload",),
        ("compute_preloaded", "compute_accumulated"),
    )
    return [sum(int(result[name]) for name in names) for names in kinds]


def decode(kernel: str, genome: Path, deferred: bool) -> tuple[str, int]:
    """The C, and the milliseconds of CPU time that decoding took. DecodeFailed when a gene is refused."""
    accelerator = read_accelerator(ROOT / "configs/accelerators/gemmini-16x16.yaml")
    naive, library = make_kernel(description(kernel), accelerator)
    decoder = Decoder(naive, library, deferred=deferred, gene_seconds=600)
    genes = genes_of(genome)
    start = process_time()
    schedule = decoder.decode(genes)
    return to_c(schedule.proc, library), round(1000 * (process_time() - start))


def row(kernel: str, name: str) -> tuple[bool, list[str]]:
    """Whether the evaluation is ok and all checks pass, and the cells of the table."""
    genome = curated(kernel, name)
    result = evaluate(kernel, genome)
    if result["status"] != "ok":
        return False, [kernel, genome.stem, "", result["status"], *[""] * (len(COLUMNS) - 4)]
    decode(kernel, genome, deferred=True)  # what Exo does once in a process is not part of it
    c, deferred = decode(kernel, genome, deferred=True)
    try:
        checked_c, checked = decode(kernel, genome, deferred=False)
        proven = checked_c == c
    except DecodeFailed as failure:
        proven, checked = False, failure
    cells = [kernel, genome.stem, f"{deferred} ({checked if proven else f'not proven: {checked}'})", result["status"]]
    read, written = (f"{int(result[f'dram_{way}_bytes']) / 1024:,.0f}" for way in ("read", "write"))
    counts = " / ".join(f"{count:,}" for count in commands(result))
    cells += [f"{int(result['instructions']):,}", counts, f"{read} / {written}", f"{int(result['cycles']):,}"]
    return proven, cells


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kernels", nargs="*", metavar="KERNEL", help="by default the nine reference kernels")
    kernels = parser.parse_args().kernels or KERNELS
    for kernel in kernels:
        if not (ROOT / f"configs/kernels/{kernel}.yaml").is_file():
            message = f"no file configs/kernels/{kernel}.yaml; expected a name like {KERNELS[0]}"
            print(f"reference_table: {message}", file=sys.stderr)
            return 2
    print("| " + " | ".join(COLUMNS) + " |\n|" + " --- |" * len(COLUMNS), flush=True)
    all_ok = True
    for kernel in kernels:
        for name in GENOMES:
            ok, cells = row(kernel, name)
            all_ok &= ok
            print("| " + " | ".join(cells) + " |", flush=True)
    return 0 if all_ok else 1


if __name__ == "__main__":
    sys.exit(main())
