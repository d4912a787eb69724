"""A user's own kernel by the command line: evaluated, searched, and refused when it is none."""

import re

import pytest
from command_line import ROOT, exogene
from simulation import simulate

KERNEL = ROOT / "configs/kernels/batched_matmul-4x60x33x70.yaml"
POPULATION = ROOT / "populations/batched_matmul"
ADD = """from __future__ import annotations
from exo import DRAM, proc


@proc
def add(N: size, x: i32[N] @ DRAM, y: i8[N] @ DRAM, z: i32[N] @ DRAM):
    for i in seq(0, N):
        z[i] = x[i]
        z[i] += y[i]
"""


def write_kernel(folder, text=ADD):
    (folder / "add.py").write_text(text)
    path = folder / "add.yaml"
    path.write_text("kernel: add\nexo: add.py\nsizes: {N: 100}\n")
    return path


def write_genome(folder, *genes):
    path = folder / "genome.yaml"
    path.write_text("kernel: add\ngenes:" + ("".join(f"\n  - {gene}" for gene in genes) or " []") + "\n")
    return path


def metric(shown, name):
    return int(re.search(rf"^{name} +([\d,]+)$", shown, re.M).group(1).replace(",", ""))


@pytest.mark.parametrize("genome", ["naive", "baseline"])
def test_the_shipped_kernel_is_right(genome):
    shown = exogene("evaluate", POPULATION / f"{genome}.yaml", "--kernel", KERNEL).stdout
    assert re.search(r"^status +ok$", shown, re.M), shown
    assert metric(shown, "macs") == (4 * 60 * 33 * 70 if genome == "baseline" else 0)


def test_words_come_out_and_a_wrong_schedule_is_seen(tmp_path):
    kernel = write_kernel(tmp_path)
    unrolled = write_genome(tmp_path, "divide_loop: {loop: i, factor: 4, tail: perfect}", "unroll_loop: {loop: ii}")
    shown = exogene("evaluate", unrolled, "--kernel", kernel).stdout
    assert re.search(r"^status +ok$", shown, re.M), shown
    # Without checks, only one sum is taken.
    wrong = write_genome(tmp_path, "add_unsafe_guard: {statement: z+=, loop: i, iteration: 3}")
    shown = exogene("evaluate", wrong, "--kernel", kernel, "--checks", "deferred", check=False).stdout
    assert re.search(r"^status +wrong_result$", shown, re.M), shown
    assert re.search(r"^reason +\d+ of 100 elements differ, first at index", shown, re.M), shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ADD.replace("def add", "def plus"), "add.py: it defines no 'add'; expected an Exo proc of that name"),
        (ADD.replace("N: size, ", "N: size, M: size, "), "add.py: add has the sizes N, M; the kernel file gives N"),
        (ADD.replace("z[i] = x[i]\n        ", ""), "add.py: the naive kernel depends on what its output held before"),
        (ADD.replace("seq(0, N)", "seq(1, N)"), "add.py: the naive kernel depends on .* 1 of 100 elements differ"),
        (ADD.replace("from exo import", "from exo import nothing,"), "add.py: ImportError: .* 'nothing'"),
    ],
)
def test_what_is_no_kernel_is_one_line(tmp_path, text, expected):
    done = exogene("evaluate", write_genome(tmp_path), "--kernel", write_kernel(tmp_path, text), check=False)
    assert done.returncode == 2
    assert re.search(expected, done.stderr), done.stderr
    assert done.stderr.count("\n") == 1 and done.stdout == ""


def test_a_search_finds_a_faster_schedule_and_goes_on(tmp_path):
    kernel = write_kernel(tmp_path)
    experiment = tmp_path / "experiment.yaml"
    experiment.write_text(
        f"""name: own
kernel: {kernel.name}
accelerator: {ROOT}/configs/accelerators/gemmini-16x16.yaml
initial: {{naive: {{kernel: add, genes: []}}}}
objectives: [instructions]
seed: 1
search: {{algorithm: generational, population: 8, generations: 3, elites: 2, tournament: 2, crossover: 0.3, retries: 4}}
"""
    )
    history = tmp_path / "own.h5"
    exogene("run", experiment, "-o", history)
    shown = exogene("show", history, "best").stdout
    naive, best = re.search(r"^instructions +([\d,]+) +([\d,]+)", shown, re.M).groups()
    assert int(best.replace(",", "")) < int(naive.replace(",", "")), shown
    (tmp_path / "add.py").write_text(ADD + "\n# changed\n")
    resumed = exogene("resume", history, "--generations", 1)
    assert "Warning: kernel was " in resumed.stdout


def test_its_arrays_reach_every_accelerator(tmp_path):
    kernel = {"family": "batched_matmul", "exo": str(KERNEL.with_name("batched_matmul.py"))}
    kernel["sizes"] = {"G": 2, "N": 9, "K": 13, "M": 34}
    for dim in (4, 8, 32):
        result = simulate(tmp_path, kernel, [("tensorise", {"widths": [4, 2]})], dim, deferred=True)
        assert result["status"] == "ok", result
        assert result["metrics"]["macs"] == 2 * 9 * 13 * 34
