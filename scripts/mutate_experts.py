"""Mutates curated genomes as a search does, evaluates the mutants, and prints how many decode and how many are right.

    mutate_experts [--count N] [--seed S] [--no-repair] [GENOME KERNEL]...

GENOME KERNEL are files; by default the tuned and the expert genomes of populations/ on kernels that they are for. The last
line is `decoded A % right B % hung C crashed D` over all mutants: B is of those that decode.
"""

import argparse
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KERNELS = ROOT / "configs/kernels"
TUNED = ROOT / "populations/matmul/tuned.yaml"


def default_pairs() -> list[tuple[Path, Path]]:
    """The tuned genome on three kernels, and every expert genome on the kernel of its name."""
    pairs = [(TUNED, KERNELS / f"matmul-{size}.yaml") for size in ("128x128x128", "192x128x192", "256x256x256")]
    for genome in sorted((ROOT / "populations").glob("*/expert*.yaml")):
        kernel = KERNELS / f"{genome.parent.name}{genome.stem.removeprefix('expert')}.yaml"
        if kernel.exists():
            pairs.append((genome, kernel))
    return pairs


def mutants(genome: Path, kernel: Path, count: int, seed: int, repair: bool) -> list[dict]:
    """`count` mutants with their evaluations, as `exogene mutants` prints them."""
    command = [ROOT / "build/exogene", "mutants", genome, "--kernel", kernel, "--count", str(count), "--seed", str(seed)]
    done = subprocess.run([*command, *([] if repair else ["--no-repair"])], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr.strip())
    return [json.loads(line) for line in done.stdout.splitlines()]


def summary(lines: list[dict]) -> tuple[float, float, int, int]:
    """Percent that decode, percent of those that are right, how many met a deadline, how many ended a process."""
    decoded = [line for line in lines if line["status"] != "decode_failed"]
    right = [line for line in decoded if line["status"] == "ok"]
    hung = sum(not line["reproducible"] and line["status"] != "crashed" for line in lines)
    crashed = sum(line["status"] == "crashed" for line in lines)
    return 100 * len(decoded) / max(1, len(lines)), 100 * len(right) / max(1, len(decoded)), hung, crashed


def print_counts(title: str, lines: list[dict], key) -> None:
    print(f"\n{title}")
    for what, count in Counter(map(key, lines)).most_common(20):
        print(f"{count:6} {what}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, metavar="GENOME KERNEL", help="pairs of files")
    parser.add_argument("--count", type=int, default=1000, help="mutants in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-repair", action="store_true", help="keep genes that are refused")
    options = parser.parse_args()
    if len(options.files) % 2:
        parser.error("a kernel file behind every genome file")
    pairs = list(zip(options.files[::2], options.files[1::2])) or default_pairs()
    lines = []
    for number, (genome, kernel) in enumerate(pairs):
        count = options.count * (number + 1) // len(pairs) - options.count * number // len(pairs)
        found = mutants(genome, kernel, count, options.seed + number, not options.no_repair)
        decoded, right, _, _ = summary(found)
        name = f"{genome.parent.name}/{genome.stem} on {kernel.stem}"
        print(f"{name:50} {len(found):5} mutants  decoded {decoded:5.1f} %  right {right:5.1f} %", flush=True)
        lines += found
    for operator in sorted({line["operator"] for line in lines}):
        own = [line for line in lines if line["operator"] == operator]
        decoded, right, _, _ = summary(own)
        print(f"{operator:50} {len(own):5} mutants  decoded {decoded:5.1f} %  right {right:5.1f} %")
    failed = [line for line in lines if line["status"] != "ok"]
    print_counts("Statuses", lines, lambda line: line["status"])
    print_counts("Reasons", failed, lambda line: f"{line['status']} {line['gene']} {line['reason'][:90]}")
    print_counts("Genomes drawn until one was new and could be repaired", lines, lambda line: line["attempts"])
    print_counts("Genes dropped by repairs", lines, lambda line: line["dropped"])
    slowest = max(lines, key=lambda line: sum(line["seconds"]))
    print(f"\nslowest {sum(slowest['seconds']):.2f} s, slowest decode {max(line['seconds'][0] for line in lines):.2f} s")
    decoded, right, hung, crashed = summary(lines)
    print(f"decoded {decoded:.1f} % right {right:.1f} % hung {hung} crashed {crashed}")


if __name__ == "__main__":
    main()
