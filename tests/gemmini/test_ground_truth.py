"""The model against what the hardware's RTL did with the programs of tests/ground_truth."""

import csv
import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TRUTH = ROOT / "tests/ground_truth"
RUNTIME = ROOT / "src/gemmini/runtime"
GCC = (
    "riscv64-unknown-elf-gcc -O2 -ffreestanding -std=gnu11 -march=rv64gc -mabi=lp64d -mcmodel=medany "
    "-nostdlib -nostartfiles -static -Wl,--no-warn-rwx-segments"
).split()
ACCELERATOR = {
    "dim": 16,
    "scratchpad_rows": 16384,
    "scratchpad_banks": 4,
    "accumulator_rows": 1024,
    "accumulator_banks": 2,
    "dma_max_bytes": 64,
    "dma_bus_bytes": 16,
}
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


def kernel(source):
    """The kernel that a file's #defines describe, as the simulator's open request has it."""
    defined = dict(re.findall(r"#define (\w+) (\S+)", source))
    scale = float(defined["SCALE"].rstrip("f"))
    common = {"scale": scale, "relu": defined["RELU"] != "0"}
    if "IC" not in defined:
        return {"family": "matmul", "sizes": {name: int(defined[name]) for name in "NKM"}, **common}
    names = {"in_rows": "IH", "in_cols": "IW", "in_channels": "IC", "out_channels": "OC", "kernel": "KH"}
    sizes = {name: int(defined[short]) for name, short in names.items()}
    return {"family": "conv", "sizes": {"batch": 1, **sizes, "stride": 1, "padding": 0}, "bias": True, **common}


def run(simulator, row, folder):
    source = TRUTH / row["file"]
    elf = folder / "kernel.elf"
    command = [*GCC, "-I", TRUTH, "-T", RUNTIME / "link.ld", RUNTIME / "start.S", source, "-o", elf]
    subprocess.run(command, check=True)
    opened = simulator(
        {
            "op": "open",
            "accelerator": ACCELERATOR,
            "kernel": kernel(source.read_text()),
            "data_seed": 1,
            "limits": {"instructions": 100_000_000, "seconds": 60},
        }
    )
    assert opened == {"ok": True}
    return simulator({"op": "run", "elf": str(elf)})


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
