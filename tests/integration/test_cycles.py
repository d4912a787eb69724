"""The cycle model against kernels measured on the hardware simulation, run by the real Spike."""

import re
import subprocess
from pathlib import Path
from statistics import median

import pytest
from command_line import exogene

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def table():
    """Lines of scripts/cycle_accuracy for the measured kernels."""
    run = subprocess.run(
        [ROOT / "scripts/cycle_accuracy", ROOT / "tests/ground_truth"], capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


def errors(table, column, families):
    rows = [line.split() for line in table if re.match(r"\w+_\w+|[a-z]\d+x", line)]
    chosen = [row for row in rows if len(row) == 7 and re.match(families, row[0])]
    return [abs(float(row[column])) for row in chosen]


@pytest.mark.parametrize(("column", "worst"), [(3, 12), (6, 15)], ids=["cold", "warm"])
def test_command_by_command_kernels_are_within_bounds(table, column, worst):
    found = errors(table, column, "[cdeghptw]")
    assert len(found) == 66
    assert median(found) <= 4
    assert max(found) <= worst


def test_the_order_of_kernels_is_right(table):
    cold = table[next(i for i, line in enumerate(table) if line.startswith("cold by family")) :]
    correlation = {line.split()[0]: float(line.split()[-1]) for line in cold if line.startswith(("128x", "all"))}
    assert correlation["all"] >= 0.985
    assert correlation["128x128x128"] >= 0.95
    assert re.fullmatch(r"median [\d.]+ % worst [\d.]+ % spearman [\d.]+", table[-1])


def test_a_directory_without_a_table_is_one_line(tmp_path):
    run = subprocess.run([ROOT / "scripts/cycle_accuracy", tmp_path], capture_output=True, text=True)
    assert run.returncode == 2
    assert run.stderr.count("\n") == 1 and "calib.tsv: missing" in run.stderr


def test_the_accelerator_file_sets_timing_and_rounding(tmp_path):
    shipped = (ROOT / "configs/accelerators/gemmini-16x16.yaml").read_text()
    slow = tmp_path / "slow.yaml"
    slow.write_text(shipped.replace("dram_latency: 33", "dram_latency: 93").replace("rounding: c_interface", "rounding: rne"))

    def metrics(accelerator, genome):
        said = exogene("evaluate", ROOT / f"populations/matmul/{genome}.yaml", "--accelerator", accelerator).stdout
        return dict(re.findall(r"^(\w+) +([\d,]+|ok)(?: %)?$", said, re.M))

    fast = metrics(ROOT / "configs/accelerators/gemmini-16x16.yaml", "baseline")
    slower = metrics(slow, "baseline")
    assert fast["status"] == slower["status"] == metrics(slow, "naive")["status"] == "ok"
    assert fast["instructions"] == slower["instructions"]
    assert int(slower["cycles"].replace(",", "")) > int(fast["cycles"].replace(",", ""))
