"""Searches from the naive kernel alone and prints after how many evaluations the first right schedule uses the array.

    from_naive [--seeds N] [--evaluations E] [--kernel FILE]

The last line is `reached A of N seeds within E evaluations`.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py

ROOT = Path(__file__).resolve().parents[1]
POPULATION = 20
ELITES = 2
EXPERIMENT = """\
name: from-naive
kernel: {kernel}
accelerator: {root}/configs/accelerators/gemmini-16x16.yaml
initial: {{naive: {root}/populations/matmul/naive.yaml}}
objectives: [cycles]
seed: {seed}
search: {{algorithm: generational, population: {population}, generations: {generations}, elites: {elites}, tournament: 3,
         crossover: 0.3, retries: 8}}
"""


def first_on_the_array(history: Path) -> int | None:
    """The number, from 1, of the first individual that is right and issues a matrix product; None when none does."""
    with h5py.File(history) as file:
        products = list(file["individuals/metrics"].attrs["names"]).index("preload")
        for number, (status, metrics) in enumerate(zip(file["individuals/status"], file["individuals/metrics"]), 1):
            if status == 0 and metrics[products] > 0:
                return number
    return None


def reached(kernel: Path, seed: int, evaluations: int, folder: Path) -> int | None:
    """As first_on_the_array, of a run with so many evaluations at most."""
    generations = (evaluations - POPULATION) // (POPULATION - ELITES)
    experiment, history = folder / f"{seed}.yaml", folder / f"{seed}.h5"
    experiment.write_text(
        EXPERIMENT.format(
            kernel=kernel, root=ROOT, seed=seed, population=POPULATION, elites=ELITES, generations=generations
        )
    )
    done = subprocess.run([ROOT / "build/exogene", "run", experiment, "-o", history], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr.strip())
    return first_on_the_array(history)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--evaluations", type=int, default=200)
    parser.add_argument("--kernel", type=Path, default=ROOT / "configs/kernels/matmul-128x128x128.yaml")
    options = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(1, options.seeds + 1):
            number = reached(options.kernel.resolve(), seed, options.evaluations, Path(folder))
            print(f"seed {seed}: {'not reached' if number is None else f'evaluation {number}'}", flush=True)
            found.append(number)
    count = sum(number is not None for number in found)
    print(f"reached {count} of {options.seeds} seeds within {options.evaluations} evaluations")


if __name__ == "__main__":
    main()
