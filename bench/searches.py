"""Compares searches on equal numbers of evaluations, and prints a table for each kernel.

    bench/search [algorithms|operators|surrogate] [--seeds 5] [--evaluations 300] [--kernels matmul-128x128x128 ...]

What is compared: evolution with the other algorithms; evolution by all operators, whose choice is adaptive, fixed or
uniform, and without a choice of them; or evolution with a surrogate with two without its predictions, one that takes any
of as many candidates, and one that has no candidates.

Every run is one of build/exogene for the fewest cycles, with its history in OUTPUT; those that are there are not run
again, and what was stopped goes on. `best` is the median over seeds of the least cycles. `area` is the median of the
mean, over all evaluations, of the least cycles so far as a share of those of the best curated genome: how early a
search is good. A12 (analysis/measures.py) is the probability that a run of the first search is better than one of the
other: 0.5 is even, 0.56 a small effect, 0.64 a medium, 0.71 a large one. `exogene report` draws such histories.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from statistics import median

from analysis.history import read
from analysis.measures import a12, area, best_so_far

ROOT = Path(__file__).resolve().parents[1]
EVOLUTION = "algorithm: generational, population: 16, elites: 4, tournament: 4, crossover: 0.3, retries: 8"
SEARCHES = {
    "algorithms": {
        "generational": EVOLUTION,
        "random": "algorithm: random, batch: 16, genes: 12, retries: 8",
        "hill_climbing": "algorithm: hill_climbing, batch: 16, improvement: best, patience: 4, perturbation: 3, retries: 8",
        "mcts": "algorithm: mcts, batch: 16, exploration: 0.3, widening: 1, widening_exponent: 0.5, rollout: 2, retries: 8",
    },
    "operators": {
        "adaptive_pursuit": EVOLUTION + ", operators: {choice: adaptive_pursuit}",
        "fixed": EVOLUTION + ", operators: {choice: fixed}",
        "uniform": EVOLUTION + ", operators: {choice: uniform}",
        "generational": EVOLUTION,
    },
    "surrogate": {
        "surrogate": EVOLUTION + ", surrogate: {candidates: 4}",
        "random_ranking": EVOLUTION + ", surrogate: {candidates: 4, ranking: random}",
        "generational": EVOLUTION,
    },
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
search: {{{settings}}}
budget: {{evaluations: {evaluations}}}
"""


def exogene(*arguments) -> str:
    """What the program says; ends this one when it fails."""
    done = subprocess.run([ROOT / "build/exogene", *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr.strip())
    return done.stdout


def run(kernel: str, search: str, settings: str, seed: int, evaluations: int, folder: Path) -> Path:
    """The history of one run, which is made, or gone on with, unless it is complete."""
    history = folder / f"{kernel}-{search}-{evaluations}-{seed}.h5"
    experiment = history.with_suffix(".yaml")
    experiment.write_text(
        EXPERIMENT.format(
            root=ROOT,
            kernel=kernel,
            seed=seed,
            settings=settings,
            evaluations=evaluations,
        )
    )
    exogene(*(["resume", history] if history.exists() else ["run", experiment, "-o", history]))
    return history


def rank_correlation(history: Path) -> float:
    """Spearman's, between what the surrogate of a run predicted and what was measured."""
    overall = next(line.split() for line in exogene("show", history, "surrogate").splitlines() if line.startswith("all"))
    return float(overall[4])


def compare(kernel: str, searches: dict[str, str], seeds: int, evaluations: int, folder: Path) -> list[str]:
    """Prints the table of one kernel, and returns where the first of the searches is not better."""
    ours = next(iter(searches))
    best, areas = {}, {}
    correlations = {}
    for algorithm, settings in searches.items():
        curves = []
        for seed in range(1, seeds + 1):
            path = run(kernel, algorithm, settings, seed, evaluations, folder)
            curves.append(best_so_far(read(path)))
            if "surrogate" in settings:
                correlations.setdefault(algorithm, []).append(rank_correlation(path))
        best[algorithm] = [float(curve[-1]) for curve in curves]
        areas[algorithm] = [area(curve, CURATED) for curve in curves]
    print(f"{kernel}: {seeds} seeds, {evaluations} evaluations, best curated {curves[0][CURATED - 1]:,.0f} cycles")
    print(f"{'':<16}{'best':>10}{'A12':>8}{'area':>10}{'A12':>8}")
    unbeaten = []
    for algorithm in searches:
        row = f"{algorithm:<16}"
        for what, values, form in (("best", best, ",.0f"), ("area", areas, ".3f")):
            effect = a12(values[ours], values[algorithm])
            row += f"{median(values[algorithm]):>10{form}}{'-' if algorithm == ours else f'{effect:.2f}':>8}"
            if algorithm != ours and effect < SMALL_EFFECT:
                unbeaten.append(f"{algorithm} on {kernel} in {what}: A12 {effect:.2f}")
        print(row)
    for algorithm, values in correlations.items():
        shown = ", ".join(f"{value:.2f}" for value in values)
        print(f"{algorithm}: rank correlation of predicted and measured cycles by seed {shown}")
    print(flush=True)
    return unbeaten


def main() -> None:
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="bench/search", description=__doc__, formatter_class=plain)
    parser.add_argument("what", nargs="?", choices=SEARCHES, default="algorithms", help="what is compared")
    parser.add_argument("--seeds", type=int, default=5, help="runs of each algorithm, with the seeds 1, 2, ...")
    parser.add_argument("--evaluations", type=int, default=300, help="different genomes in each run")
    parser.add_argument("--kernels", nargs="+", default=["matmul-128x128x128", "matmul-256x256x256"])
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "runs/bench", help="histories")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)

    unbeaten = []
    searches = SEARCHES[options.what]
    for kernel in options.kernels:
        unbeaten += compare(kernel, searches, options.seeds, options.evaluations, options.output)
    ours = next(iter(searches))
    print(f"{ours} does not beat (A12 below {SMALL_EFFECT}):" if unbeaten else f"{ours} beats all the others.")
    for line in unbeaten:
        print(f"  {line}")


if __name__ == "__main__":
    main()
