"""Whole bare-metal programs on the stock simulator with our extension, and on gemmini-sim."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
RUNTIME = ROOT / "src/gemmini/runtime"
PROGRAMS = Path(__file__).parent / "programs"
FLAGS = (
    "-O2 -std=gnu11 -ffreestanding -fno-builtin -ffp-contract=off -nostdlib -nostartfiles -static -mcmodel=medany "
    "-march=rv64gc -mabi=lp64d -Wall -Wextra -Werror -Wl,--no-warn-rwx-segments"
).split()
SIMULATORS = {
    "gemmini-sim": [ROOT / "build/gemmini-sim"],
    "spike": [
        ROOT / ".venv/bin/spike",
        f"--extlib={ROOT}/build/libgemmini.so",
        "--extension=gemmini",
    ],
}


def run(simulator, *arguments):
    return subprocess.run(
        [*SIMULATORS[simulator], *arguments], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL
    )


def build(output, *arguments):
    command = ["riscv64-unknown-elf-gcc", *FLAGS, "-I", RUNTIME, *arguments, "-o", output]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return output


def make(folder, *arguments):
    done = subprocess.run(["make", "-C", EXAMPLES, f"OUT={folder}", *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    return make(tmp_path_factory.mktemp("examples"))


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    return make(tmp_path_factory.mktemp("broken"), "DEFINES=-DBREAK=1")


def ends(tmp_path, *defines):
    start = ["-T", RUNTIME / "link.ld", RUNTIME / "start.S"]
    return build(tmp_path / "program", *start, PROGRAMS / "ends.c", *(f"-D{define}" for define in defines))


@pytest.mark.parametrize("simulator", SIMULATORS)
@pytest.mark.parametrize("name", ["matmul", "conv"])
def test_examples_are_right(examples, simulator, name):
    done = run(simulator, examples / name)
    assert done.returncode == 0, done.stdout
    assert re.fullmatch(rf"{name} .*: 0 of \d+ elements wrong, \d+ cycles\n", done.stdout)


@pytest.mark.parametrize("simulator", SIMULATORS)
@pytest.mark.parametrize("name", ["matmul", "conv"])
def test_examples_can_fail(broken, simulator, name):
    done = run(simulator, broken / name)
    assert done.returncode == 1
    assert re.search(r" is -?\d+, should be -?\d+\n.* (\d+) of \1 elements wrong", done.stdout)


def test_gemmini_sim_counts_and_its_cycle_counter_is_the_modelled_one(examples):
    done = run("gemmini-sim", examples / "matmul")
    counts = {name: int(value) for name, value in re.findall(r"^(\w+) +(\d+)$", done.stderr, re.M)}
    assert counts["macs"] == 100 * 150 * 70
    assert counts["mvin3"] == 7 * 5  # the bias of each tile of C
    measured = int(re.search(r"(\d+) cycles", done.stdout)[1])
    assert counts["macs"] / 256 < measured < counts["cycles"]


@pytest.mark.parametrize("simulator", SIMULATORS)
def test_a_program_with_a_start_of_its_own_runs(tmp_path, simulator):
    sources = [PROGRAMS / "foreign.S", PROGRAMS / "foreign.c"]
    done = run(simulator, build(tmp_path / "program", "-T", PROGRAMS / "foreign.ld", *sources))
    lines = done.stdout.splitlines()
    assert lines[0] == "characters"
    assert len(lines) == 8
    assert all(line.endswith(": right") for line in lines[1:]), done.stdout
    assert done.returncode == 42


@pytest.mark.parametrize("simulator", SIMULATORS)
def test_layers_written_by_hand_are_right(tmp_path, simulator):
    sources = [PROGRAMS / "foreign.S", PROGRAMS / "layers.c"]
    done = run(simulator, build(tmp_path / "program", "-T", PROGRAMS / "foreign.ld", *sources))
    lines = done.stdout.splitlines()
    assert len(lines) == 6
    assert all(re.fullmatch(r"[a-z ]+: 0 of [1-9]\d+ wrong", line) for line in lines), done.stdout
    assert done.returncode == 0


@pytest.mark.parametrize("simulator", SIMULATORS)
def test_the_examples_start_code_reports_traps(tmp_path, simulator):
    sources = [EXAMPLES / "start.S", EXAMPLES / "host.c", PROGRAMS / "traps.c"]
    done = run(simulator, build(tmp_path / "program", "-T", RUNTIME / "link.ld", *sources))
    assert done.returncode == 1
    assert re.fullmatch(r"trap: cause 2 at pc 0x8000[0-9a-f]+, address or instruction 0x0\n", done.stdout)


@pytest.mark.parametrize(
    ("define", "reason"),
    [
        ("ILLEGAL", r"illegal instruction at pc 0x8000\w+, address or instruction 0x0"),
        ("OUTSIDE", r"store access fault at pc 0x8000\w+, address or instruction 0x10"),
        ("NO_COMMAND", r"illegal instruction at pc 0x8000\w+, address or instruction 0xc6\w+"),
        ("TALL_LOAD", r"command 2 \(MVIN\): load of 17 rows is taller than the array's 16"),
        ("DMA_OUTSIDE", r"command 2 \(MVIN\): .*0x10.*"),
        ("HANDLER_TRAPS", r"in the trap handler: instruction access fault at pc 0x1000, .* 0x1000"),
        ("STANDS", r"the program goes round in circles at pc 0x8000\w+ for ever"),
        ("POLLS", r"the program goes round in circles at pc 0x8000\w+ for ever"),
        ("SLEEPS", r"the program waits at pc 0x8000\w+ for an interrupt, which never comes"),
        ("ASKS", r"tohost 0x200000000000000 asks for command 0 of device 2, which is not served"),
        ("CODE=1337", r"exit code 1337"),
        ("CODE=256", r"exit code 256"),
    ],
)
def test_gemmini_sim_says_why_a_program_failed(tmp_path, define, reason):
    program = ends(tmp_path, define)
    done = run("gemmini-sim", program)
    assert done.returncode == (1337 % 256 if define == "CODE=1337" else 1)
    assert re.fullmatch(rf"gemmini-sim: {program}: {reason}", done.stderr.splitlines()[-1])


def test_a_program_that_does_not_end_is_stopped(tmp_path):
    program = ends(tmp_path, "SPINS")
    done = run("gemmini-sim", program, "--instructions", "100000")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == f"gemmini-sim: {program}: instruction limit of 100000"


def test_what_is_no_program_is_bad_input(tmp_path):
    text = tmp_path / "text"
    text.write_text("no program, but as long as the header of one, which has sixty-four bytes\n")
    kernel = ROOT / "tests/gemmini/kernels/counted.S"
    elf = build(tmp_path / "kernel", "-T", RUNTIME / "link.ld", RUNTIME / "start.S", kernel)
    for path, reason in [(text, "not an ELF file"), (elf, "no symbol 'tohost'"), (tmp_path, "cannot be opened")]:
        done = run("gemmini-sim", path)
        assert (done.returncode, done.stderr) == (2, f"gemmini-sim: {path}: {reason}\n")
