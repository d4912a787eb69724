"""The exogene program as a person runs it, on experiments small enough for a test."""

import os
import signal
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
EXOGENE = ROOT / "build/exogene"

EXPERIMENT = """\
name: small
kernel: {{kernel: matmul, sizes: {{N: 32, K: 64, M: 32}}, scale: 0.001, relu: false}}
accelerator: {root}/configs/accelerators/gemmini-16x16.yaml
initial:
  naive: {root}/populations/matmul/naive.yaml
  baseline: {{kernel: matmul, genes: [tensorise: {{widths: [2, 2]}}]}}
objectives: [dram_bytes, instructions]
seed: 3
search: {{algorithm: generational, population: 8, generations: 6, elites: 2, tournament: 2, crossover: 0.3, retries: 4}}
proof_seconds: 0
"""

# Right, for every tile clears its sums before it adds; Exo does not see that and refuses the order.
DOUBTFUL = """\
kernel: matmul
genes:
  - tensorise: {widths: [1, 2]}
  - lift_alloc: {buffer: res, lifts: 2}
  - reorder_loops: {loop: io}
  - hoist: {buffer: b, loops: 4}
"""


def write_experiment(folder):
    path = folder / "small.yaml"
    path.write_text(EXPERIMENT.format(root=ROOT))
    return path


def write_kernel(folder):
    """The kernel of the experiment, in a file of its own."""
    path = folder / "kernel.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(EXPERIMENT.format(root=ROOT))["kernel"]))
    return path


def environment(**changes):
    return {**os.environ, **{name: str(value) for name, value in changes.items()}}


def exogene(*arguments, check=True, env=None):
    done = subprocess.run(
        [EXOGENE, *map(str, arguments)], capture_output=True, text=True, timeout=300, env=env or environment()
    )
    if check:
        assert done.returncode == 0, done.stdout + done.stderr
    return done


def start(*arguments, env=None):
    return subprocess.Popen(
        [EXOGENE, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=env or environment(),
    )


# More ranks than cores, by root in a container, and none of them spins while it waits.
MPIRUN = ["mpirun", "--oversubscribe", "--bind-to", "none", "--mca", "mpi_yield_when_idle", "1"]
no_mpi = pytest.mark.skipif(
    not (ROOT / "build/exogene-mpi").exists(), reason="there is no build/exogene-mpi: scripts/setup --mpi builds it"
)


def start_ranks(ranks, *arguments):
    """That many processes of one thread each; standard output and standard error are apart."""
    return subprocess.Popen(
        [*MPIRUN, "-n", str(ranks), EXOGENE, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(OMP_NUM_THREADS=1, OMPI_ALLOW_RUN_AS_ROOT=1, OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1),
    )


def together(ranks, *arguments):
    """Exit code, standard output and standard error of a whole run by so many ranks."""
    process = start_ranks(ranks, *arguments)
    said, errors = process.communicate(timeout=300)
    return process.returncode, said, errors


def same(first, second):
    return exogene("compare", first, second, check=False)


def interrupt(process):
    process.send_signal(signal.SIGINT)
    return process.communicate(timeout=120)[0]
