"""A search with all that decides by what came before, islands in lock step, NSGA-II, archive and adaptive operators: one
history by one thread or two, by two ranks, resumed behind any generation, or killed and resumed."""

import time

import h5py
import pytest
from command_line import environment, exogene, no_mpi, same, start, together, write_experiment

SETTINGS = [
    "--set", "objectives=[cycles, scratchpad_rows_used]",
    "--set", "search.population=5",
    "--set", "search.generations=4",
    "--set", "search.elites=1",
    "--set", "search.selection=nsga2",
    "--set", "search.archive=0.2",
    "--set", "search.operators={choice: adaptive_pursuit}",
    "--set", "search.islands={count: 2, migration_every: 2, migrants: 1, stagnation: 3}",
]  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The experiment and the history of an uninterrupted run of it by one thread."""
    folder = tmp_path_factory.mktemp("islands")
    experiment = write_experiment(folder)
    exogene("run", experiment, *SETTINGS, "-o", folder / "whole.h5", env=environment(OMP_NUM_THREADS=1))
    return experiment, folder / "whole.h5"


def test_two_threads_search_as_one(whole, tmp_path):
    experiment, history = whole
    exogene("run", experiment, *SETTINGS, "-o", tmp_path / "two.h5", env=environment(OMP_NUM_THREADS=2))
    assert same(history, tmp_path / "two.h5").stdout.startswith("The same search: 5 generations")


@no_mpi
def test_two_ranks_search_as_one(whole, tmp_path):
    experiment, history = whole
    code, said, errors = together(2, "run", experiment, *SETTINGS, "-o", tmp_path / "ranks.h5")
    assert code == 0, said + errors
    assert same(history, tmp_path / "ranks.h5").stdout.startswith("The same search: 5 generations")


def test_resumed_behind_every_generation_is_the_whole(whole, tmp_path):
    experiment, history = whole
    path = tmp_path / "steps.h5"
    exogene("run", experiment, *SETTINGS, "--set", "search.generations=0", "-o", path)
    for generation in range(1, 5):
        threads = environment(OMP_NUM_THREADS=1 + generation % 2)
        assert f"generation {generation}/{generation}" in exogene("resume", path, "--generations", 1, env=threads).stdout
    assert same(history, path).returncode == 0


def test_killed_and_resumed_is_the_whole(whole, tmp_path):
    experiment, history = whole
    path = tmp_path / "killed.h5"
    process = start("run", experiment, *SETTINGS, "-o", path, env=environment(OMP_NUM_THREADS=2))
    while "generation 1/4" not in process.stdout.readline():
        assert process.poll() is None
    time.sleep(0.2)
    process.kill()
    process.communicate()
    assert process.returncode == -9
    exogene("resume", path)
    assert same(history, path).returncode == 0


def test_the_history_tells_islands_fronts_and_operators(whole):
    _, history = whole
    with h5py.File(history) as file:
        individuals, generations = file["individuals"], file["generations"]
        islands = individuals["island"][:]
        ends = individuals["operation/offsets"][:]
        letters = individuals["operation/bytes"][:].tobytes().decode()
        operations = [letters[first:last] for first, last in zip(ends, ends[1:])]
        assert set(islands) == {0, 1}
        assert "migration" in operations
        for row, parents in enumerate(individuals["parents"][:]):
            for parent in parents[parents >= 0]:
                assert (islands[parent] == islands[row]) == (operations[row] != "migration")
        names = list(individuals["metrics"].attrs["names"])
        columns = [names.index("cycles"), names.index("scratchpad_rows_used")]
        metrics = individuals["metrics"][:][:, columns].astype(int)
        right = individuals["status"][:] == 0
        first, last = generations["front/offsets"][-2:]
        front = metrics[generations["front/values"][first:last]]
        assert len(front) >= 1
        for point in front:  # nobody is better in one objective and no worse in the other
            no_worse = (metrics <= point).all(axis=1) & right
            assert (metrics[no_worse] == point).all()
    assert f"{len(front)} schedules that no other beats" in exogene("show", history, "front").stdout
    table = exogene("show", history, "operators").stdout
    for name in ("insert", "duplicate", "graft", "macro", "crossover", "migration"):
        assert f"\n{name} " in table
    assert " of 512 niches" in exogene("show", history, "archive").stdout
