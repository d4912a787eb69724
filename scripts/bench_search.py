"""Compares the search algorithms on equal numbers of evaluations, and prints a table for each kernel.

    bench_search [--seeds 5] [--evaluations 600] [--kernels matmul-128x128x128 ...] [-o FOLDER]

Every run is one of build/exogene for the fewest cycles, with its history in FOLDER; those that are there are not run
again, and what was stopped goes on. `best` is the median over seeds of the least cycles. `area` is the median of the
mean, over all evaluations, of the least cycles so far as a share of those of the best curated genome: how early a
search is good. A12 (analysis/measures.py) is the probability that a run of evolution is better than one of the other
algorithm: 0.5 is even, 0.56 a small effect, 0.64 a medium, 0.71 a large one. `exogene report` draws such histories.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from statistics import median

from analysis.history import read
from analysis.measures import a12, area, best_so_far

ROOT = Path(__file__).resolve().parents[1]
EVOLUTION = "generational"
SETTINGS = {
    EVOLUTION: "population: 32, elites: 2, tournament: 3, crossover: 0.3, retries: 8",
    "random": "batch: 16, genes: 12, retries: 8",
    "hill_climbing": "batch: 16, improvement: best, patience: 4, perturbation: 3, retries: 8",
    "mcts": "batch: 16, exploration: 0.3, widening: 1, widening_exponent: 0.5, rollout: 2, retries: 8",
}
SMALL_EFFECT = 0.56
CURATED = 2

EXPERIMENT = """\
name: bench-search
kernel: {root}/configs/kernels/{kernel}.yaml
accelerator: {root}/configs/accelerators/gemmini-16x16.yaml
initial: {{naive: {root}/populations/matmul/naive.yaml, baseline: {root}/populations/matmul/baseline.yaml}}
objectives: [cycles]
seed: {seed}
search: {{algorithm: {algorithm}, {settings}}}
budget: {{evaluations: {evaluations}}}
"""


def run(kernel: str, algorithm: str, seed: int, evaluations: int, folder: Path) -> Path:
    """The history of one run, which is made, or gone on with, unless it is complete."""
    history = folder / f"{kernel}-{algorithm}-{evaluations}-{seed}.h5"
    experiment = history.with_suffix(".yaml")
    experiment.write_text(
        EXPERIMENT.format(
            root=ROOT,
            kernel=kernel,
            seed=seed,
            algorithm=algorithm,
            settings=SETTINGS[algorithm],
            evaluations=evaluations,
        )
    )
    arguments = ["resume", history] if history.exists() else ["run", experiment, "-o", history]
    done = subprocess.run([ROOT / "build/exogene", *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr.strip())
    return history


def compare(kernel: str, seeds: int, evaluations: int, folder: Path) -> list[str]:
    """Prints the table of one kernel, and returns where evolution is not better."""
    best, areas = {}, {}
    for algorithm in SETTINGS:
        curves = []
        for seed in range(1, seeds + 1):
            curves.append(best_so_far(read(run(kernel, algorithm, seed, evaluations, folder))))
        best[algorithm] = [float(curve[-1]) for curve in curves]
        areas[algorithm] = [area(curve, CURATED) for curve in curves]
    print(f"{kernel}: {seeds} seeds, {evaluations} evaluations, best curated {curves[0][CURATED - 1]:,.0f} cycles")
    print(f"{'':<16}{'best':>10}{'A12':>8}{'area':>10}{'A12':>8}")
    unbeaten = []
    for algorithm in SETTINGS:
        row = f"{algorithm:<16}"
        for what, values, form in (("best", best, ",.0f"), ("area", areas, ".3f")):
            effect = a12(values[EVOLUTION], values[algorithm])
            row += f"{median(values[algorithm]):>10{form}}{'-' if algorithm == EVOLUTION else f'{effect:.2f}':>8}"
            if algorithm != EVOLUTION and effect < SMALL_EFFECT:
                unbeaten.append(f"{algorithm} on {kernel} in {what}: A12 {effect:.2f}")
        print(row)
    print(flush=True)
    return unbeaten


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5, help="runs of each algorithm, with the seeds 1, 2, ...")
    parser.add_argument("--evaluations", type=int, default=600, help="different genomes in each run")
    parser.add_argument("--kernels", nargs="+", default=["matmul-128x128x128", "matmul-256x256x256"])
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "runs/bench_search", help="histories")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)

    unbeaten = []
    for kernel in options.kernels:
        unbeaten += compare(kernel, options.seeds, options.evaluations, options.output)
    print(f"Evolution does not beat (A12 below {SMALL_EFFECT}):" if unbeaten else "Evolution beats all the others.")
    for line in unbeaten:
        print(f"  {line}")


if __name__ == "__main__":
    main()
