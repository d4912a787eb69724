"""One search by several ranks under a real mpirun: the history of one, also when a rank is killed or told to stop."""

import json
import os
import shutil
import signal
import time
from pathlib import Path

import h5py
import pytest
from command_line import environment, exogene, no_mpi, same, start_ranks, together, write_experiment

pytestmark = no_mpi

SETTINGS = [
    "--set", "search.population=5",
    "--set", "search.generations=2",
    "--set", "search.elites=1",
    "--set", "search.archive=0.2",
    "--set", "search.operators={choice: adaptive_pursuit}",
    "--set", "search.islands={count: 2, migration_every: 2, migrants: 1, stagnation: 3}",
]  # fmt: skip


def pid_of(rank, history):
    """Of the process that searches as that rank; its own children do not name the history."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (process / "cmdline").read_bytes().split(b"\0")
            variables = (process / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if os.fsencode(history) in arguments and b"OMPI_COMM_WORLD_RANK=%d" % rank in variables:
            return int(process.name)
    raise AssertionError(f"no rank {rank}")


def journal(history, rank):
    path = Path(f"{history}.journal" + (f".{rank}" if rank else ""))
    text = path.read_text() if path.exists() else ""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def under_way(history, rank):
    """What that rank has finished of a generation behind the first, which is too small, and no history holds yet."""
    with h5py.File(history, swmr=True, locking=False) as file:
        rows = int(file["committed"][0])
        if rows == 0:
            return []
        known = {"%016x%016x" % tuple(map(int, key)) for key in file["individuals/genome_hash"][:rows]}
    return [line for line in journal(history, rank) if line["genome"] not in known]


def wait_until(what, process):
    while not what():
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The experiment and the history of an uninterrupted run of it by one process and one thread."""
    folder = tmp_path_factory.mktemp("mpi")
    experiment = write_experiment(folder)
    exogene("run", experiment, *SETTINGS, "-o", folder / "whole.h5", env=environment(OMP_NUM_THREADS=1))
    return experiment, folder / "whole.h5"


def test_four_ranks_search_as_one(whole, tmp_path):
    experiment, history = whole
    code, said, errors = together(4, "run", experiment, *SETTINGS, "-o", tmp_path / "ranks.h5")
    assert code == 0, said + errors
    assert "4 ranks, 1 lanes on the first" in said
    assert said.count("Done: ") == 1
    assert same(history, tmp_path / "ranks.h5").stdout.startswith("The same search: 3 generations")
    assert [entry.name for entry in tmp_path.iterdir()] == ["ranks.h5"]
    with h5py.File(history) as one:
        evaluations = len({tuple(key) for key in one["individuals/genome_hash"][:]})
    assert f"Done: {evaluations} evaluations" in said


def test_a_killed_rank_loses_nothing_that_was_finished(whole, tmp_path):
    experiment, history = whole
    path = tmp_path / "killed.h5"
    process = start_ranks(2, "run", experiment, *SETTINGS, "-o", path)
    wait_until(path.exists, process)
    wait_until(lambda: under_way(path, 1), process)
    victim = pid_of(1, path)
    os.kill(victim, signal.SIGSTOP)
    while not 1 <= len(under_way(path, 1)) <= 2:  # of about four in its part of a generation
        os.kill(victim, signal.SIGCONT)
        wait_until(lambda: 1 <= len(under_way(path, 1)) <= 2, process)
        os.kill(victim, signal.SIGSTOP)
    wait_until(lambda: under_way(path, 0), process)  # the other one goes on, and then waits
    os.kill(victim, signal.SIGKILL)
    process.communicate(timeout=60)
    assert process.returncode != 0
    finished = {line["genome"]: line["seconds"] for rank in (0, 1) for line in under_way(path, rank)}
    assert len(finished) >= 2
    with h5py.File(path) as left:
        committed = int(left["committed"][0])
    alone = tmp_path / "alone"
    alone.mkdir()
    for file in tmp_path.glob("killed.h5*"):
        shutil.copy(file, alone)

    code, said, errors = together(2, "resume", path)
    assert code == 0, said + errors
    assert f"{len(finished)} evaluations of the next one" in said
    exogene("resume", alone / "killed.h5", env=environment(OMP_NUM_THREADS=1))
    for resumed in (path, alone / "killed.h5"):
        assert same(history, resumed).returncode == 0
        with h5py.File(resumed) as file:
            keys = ["%016x%016x" % tuple(map(int, key)) for key in file["individuals/genome_hash"][committed:]]
            seconds = file["individuals/seconds"][committed:].tolist()
        for genome, took in finished.items():  # another measurement would have taken another time
            assert seconds[keys.index(genome)] == took
    assert [entry.name for entry in alone.iterdir()] == ["killed.h5"]
    for rank in ("", ".1"):  # as if it had been killed at the very end
        (alone / f"killed.h5.journal{rank}").touch()
    assert "all 2 generations are there" in exogene("resume", alone / "killed.h5").stdout
    assert [entry.name for entry in alone.iterdir()] == ["killed.h5"]


@pytest.mark.parametrize("told", ["one rank", "mpirun"])
def test_told_to_stop_all_ranks_stop_in_the_same_generation(whole, tmp_path, told):
    experiment, history = whole
    path = tmp_path / "stopped.h5"
    process = start_ranks(2, "run", experiment, *SETTINGS, "-o", path)
    wait_until(lambda: journal(path, 0) and journal(path, 1), process)
    if told == "mpirun":
        process.send_signal(signal.SIGUSR1)  # which it passes on
    else:
        os.kill(pid_of(1, path), signal.SIGTERM)
    said, errors = process.communicate(timeout=60)
    assert process.returncode == 0, said + errors
    assert said.count("Stopped: ") == 1
    difference = same(history, path).stdout
    assert difference.startswith("histories: number of generations is 3, then "), difference


def test_what_is_wrong_is_said_once(whole, tmp_path):
    experiment, _ = whole
    for settings, complaint in [
        ("search.population=0", "population is '0'"),
        ("llm={share: 1, models: [{url: http://127.0.0.1:9/v1, model: none}]}", "key 'llm' takes one process"),
    ]:
        code, said, errors = together(3, "run", experiment, "--set", settings, "-o", tmp_path / "none.h5")
        assert code == 2, said + errors
        lines = [line for line in (said + errors).splitlines() if line.startswith("exogene")]
        assert len(lines) == 1 and complaint in lines[0], said + errors
    assert not list(tmp_path.iterdir())


def test_other_commands_are_done_once(whole):
    _, history = whole
    code, said, errors = together(2, "compare", history, history)
    assert code == 0, errors
    assert said.count("The same search") == 1
