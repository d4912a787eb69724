"""The model against what the hardware's RTL did with the programs of tests/ground_truth."""

import csv
import json
import subprocess
from pathlib import Path

import pytest
from cycle_accuracy import accelerator, compile_kernel, defines, kernel

ROOT = Path(__file__).parents[2]
TRUTH = ROOT / "tests/ground_truth"
# Addresses beyond the capacity wrap on the hardware. No schedule means that, so here it is an error all the same.
WRAPS = {"acc_straddle", "acc_wrap", "sp_wrap"}


def rows(table):
    with open(TRUTH / table, newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


PROBES = rows("invalid.tsv")
KERNELS = rows("calib.tsv")


@pytest.fixture(scope="module")
def simulator():
    command = [ROOT / "build/gemmini-sim"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def ask(request):
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield ask
        process.stdin.close()


def run(simulator, row, folder):
    source = TRUTH / row["file"]
    opened = simulator(
        {
            "op": "open",
            "accelerator": accelerator(),
            "kernel": kernel(defines(source.read_text())),
            "data_seed": 1,
            "limits": {"instructions": 100_000_000, "seconds": 60},
        }
    )
    assert opened == {"ok": True}
    return simulator({"op": "run", "elf": str(compile_kernel(source, folder))})


@pytest.mark.parametrize("name", PROBES)
def test_probes_end_as_on_the_hardware(simulator, tmp_path, name):
    reply = run(simulator, PROBES[name], tmp_path)
    if name in WRAPS:
        assert "run out of the" in reply["reason"]
    elif PROBES[name]["rtl"] == "right":
        assert (reply["status"], reply["reason"]) == ("ok", "")
    elif PROBES[name]["rtl"] == "wrong result":
        assert reply["status"] in ("wrong_result", "invalid_on_hardware")
    else:
        assert PROBES[name]["rtl"] in ("assertion", "hang")
        assert reply["status"] == "invalid_on_hardware"


@pytest.mark.parametrize("name", KERNELS)
def test_measured_kernels_are_right_and_send_as_many_commands(simulator, tmp_path, name):
    row = KERNELS[name]
    reply = run(simulator, row, tmp_path)
    assert (reply["status"], reply["reason"]) == ("ok", "")
    metrics = reply["metrics"]
    if int(row["pairs"]) > 0:  # those of hardware loops are not counted in the table
        assert metrics["preload"] == int(row["pairs"])
        assert metrics["mvin"] + metrics["mvin2"] + metrics["mvin3"] == int(row["mvin"])
        assert metrics["mvout"] == int(row["mvout"])
