"""Evaluates the curated genomes of the reference kernels with build/exogene, and prints a table in Markdown.

    reference_table [KERNEL...]

A kernel is the name of a file in configs/kernels; by default all nine. Every genome is decoded twice, with Exo's checks
deferred and with all of them; the counts are the same. Exit code 1 when an evaluation is not ok. The naive schedules of
all kernels take some minutes.
"""

import argparse
import subprocess
import sys
from pathlib import Path

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
    "decode ms (all checks)",
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


def evaluate(kernel: str, genome: Path, checks: str = "deferred", accelerator: str = "gemmini-16x16") -> dict[str, str]:
    """What `exogene evaluate` prints, by name; numbers without separators, times in seconds."""
    command = [ROOT / "build/exogene", "evaluate", genome, "--checks", checks]
    command += ["--kernel", ROOT / f"configs/kernels/{kernel}.yaml"]
    command += ["--accelerator", ROOT / f"configs/accelerators/{accelerator}.yaml"]
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


def milliseconds(result: dict[str, str]) -> str:
    return f"{1000 * float(result['decode'].split()[0]):.0f}"


def row(kernel: str, name: str) -> tuple[bool, list[str]]:
    """Whether all evaluations are ok, and the cells of the table."""
    genome = curated(kernel, name)
    result = evaluate(kernel, genome)
    decode = milliseconds(result)
    if name != "naive":  # without genes there is nothing to check
        checked = evaluate(kernel, genome, "always")
        decode += f" ({milliseconds(checked) if checked['status'] == 'ok' else checked['reason']})"
        result["status"] = result["status"] if checked["status"] == "ok" else checked["status"]
    cells = [kernel, genome.stem, decode, result["status"]]
    if "cycles" not in result:
        return False, [*cells, *[""] * (len(COLUMNS) - len(cells))]
    read, written = (f"{int(result[f'dram_{way}_bytes']) / 1024:,.0f}" for way in ("read", "write"))
    counts = " / ".join(f"{count:,}" for count in commands(result))
    cells += [f"{int(result['instructions']):,}", counts, f"{read} / {written}", f"{int(result['cycles']):,}"]
    return result["status"] == "ok", cells


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kernels", nargs="*", metavar="KERNEL", help="by default the nine reference kernels")
    kernels = parser.parse_args().kernels or KERNELS
    for kernel in kernels:
        if not (ROOT / f"configs/kernels/{kernel}.yaml").is_file():
            print(f"reference_table: no file configs/kernels/{kernel}.yaml; expected a name like {KERNELS[0]}", file=sys.stderr)
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
