"""Whole runs: the same search at any number of threads, stopped, killed and resumed."""

import time

import h5py
import pytest
import yaml
from command_line import DOUBTFUL, environment, exogene, interrupt, same, start, write_experiment


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The experiment and the history of an uninterrupted run of it by one thread."""
    folder = tmp_path_factory.mktemp("whole")
    experiment = write_experiment(folder)
    history = folder / "whole.h5"
    done = exogene("run", experiment, "-o", history, env=environment(OMP_NUM_THREADS=1))
    assert "generation 6/6" in done.stdout
    assert "What next" in done.stdout
    return experiment, history


def test_two_threads_search_as_one(whole, tmp_path):
    experiment, history = whole
    exogene("run", experiment, "-o", tmp_path / "two.h5", env=environment(OMP_NUM_THREADS=2))
    assert same(history, tmp_path / "two.h5").stdout.startswith("The same search: 7 generations")
    with h5py.File(history) as one, h5py.File(tmp_path / "two.h5") as two:
        for column in ("genome/bytes", "parents", "metrics", "status", "c_hash", "operation/bytes"):
            assert (one["individuals"][column][:] == two["individuals"][column][:]).all(), column


def test_another_seed_is_another_search(whole, tmp_path):
    experiment, history = whole
    exogene("run", experiment, "--set", "seed=4", "-o", tmp_path / "other.h5")
    difference = same(history, tmp_path / "other.h5")
    assert difference.returncode == 1
    assert difference.stdout.startswith("individual ")


def test_half_and_resumed_is_the_whole(whole, tmp_path):
    experiment, history = whole
    half = tmp_path / "half.h5"
    exogene("run", experiment, "--set", "search.generations=3", "-o", half)
    assert "all 3 generations are there" in exogene("resume", half).stdout
    exogene("resume", half, "--generations", 3)
    assert same(history, half).returncode == 0


def test_an_interrupt_stops_cleanly(whole, tmp_path):
    experiment, history = whole
    path = tmp_path / "stopped.h5"
    process = start("run", experiment, "-o", path)
    while "generation 1/6" not in process.stdout.readline():
        assert process.poll() is None
    said = interrupt(process)
    assert process.returncode == 0
    assert "Stopped: " in said and "Traceback" not in said
    with h5py.File(path) as stopped:
        assert 2 <= stopped["committed"][1] < 7
    exogene("resume", path)
    assert same(history, path).returncode == 0


def test_killed_at_any_moment_it_can_be_read_and_goes_on(whole, tmp_path):
    experiment, history = whole
    path = tmp_path / "killed.h5"
    kills = 0
    process = start("run", experiment, "-o", path)
    for pause in (0.3, 0.7, 0.1, 0.5):
        while not path.exists() and process.poll() is None:
            time.sleep(0.01)
        line = process.stdout.readline()
        while "generation" not in line.split("|")[0].split("/")[0] or "|" not in line:
            if not line:
                break
            line = process.stdout.readline()
        time.sleep(pause)
        with h5py.File(path, "r", swmr=True) as running:
            before = int(running["committed"][1])
        process.kill()
        process.communicate()
        kills += process.returncode == -9
        with h5py.File(path, "r", swmr=True) as left:
            generations = int(left["committed"][1])
            assert generations >= before
            assert len(left["individuals/id"]) >= left["committed"][0]
        process = start("resume", path)
    said = process.communicate(timeout=300)[0]
    assert process.returncode == 0, said
    assert kills >= 1
    assert same(history, path).returncode == 0
    assert [entry.name for entry in tmp_path.iterdir()] == ["killed.h5"]


def test_required_proofs_decide_alike_and_outlive_a_stop(tmp_path):
    experiment = tmp_path / "proof.yaml"
    settings = yaml.safe_load(write_experiment(tmp_path).read_text())
    settings["initial"]["doubtful"] = yaml.safe_load(DOUBTFUL)
    settings["search"].update(generations=1, elites=6)
    experiment.write_text(yaml.safe_dump({**settings, "require_proof": True}, sort_keys=False))
    whole, half = tmp_path / "whole.h5", tmp_path / "half.h5"
    said = exogene("run", experiment, "-o", whole, env=environment(OMP_NUM_THREADS=2)).stdout
    assert "best proven" in said and "best proven" in exogene("show", whole, "best").stdout
    one = environment(OMP_NUM_THREADS=1)
    exogene("run", experiment, "--set", "search.generations=0", "-o", half, env=one)
    exogene("resume", half, "--generations", 1, env=one)
    assert same(whole, half).returncode == 0
    with h5py.File(whole) as first, h5py.File(half) as second:
        names = {value: name for name, value in h5py.check_enum_dtype(first["individuals/verdict"].dtype).items()}
        verdicts = [names[value] for value in first["individuals/verdict"][:]]
        assert verdicts == [names[value] for value in second["individuals/verdict"][:]]
        statuses = {name: value for name, value in h5py.check_enum_dtype(first["individuals/status"].dtype).items()}
        assert verdicts[2] == "not_proven" and first["individuals/status"][2] == statuses["not_proven"]
        offsets = first["individuals/doubt/offsets"]
        doubt = first["individuals/doubt/bytes"][offsets[2] : offsets[3]].tobytes().decode()
        assert doubt.startswith("decode_failed, gene 2 (reorder_loops")
        starts = first["generations/population/offsets"][:-1]
        elites = {int(first["generations/population/values"][start + place]) for start in starts for place in (0, 1)}
        assert {verdicts[elite] for elite in elites} == {"proven"}
