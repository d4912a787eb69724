"""Every algorithm on the real parts: the same history by one thread and by two, and never more than its budget."""

import h5py
import pytest
from analysis.history import read
from analysis.measures import best_so_far
from command_line import environment, exogene, same, write_experiment

SETTINGS = {
    "steady": "population: 5, batch: 2, tournament: 2, crossover: 0.3, retries: 4",
    "random": "batch: 3, genes: 3, retries: 4",
    "hill_climbing": "batch: 3, improvement: first, patience: 1, perturbation: 2, retries: 4",
    "mcts": "batch: 3, exploration: 0.3, widening: 1, widening_exponent: 0.5, rollout: 1, retries: 4",
}
EVALUATIONS = 10


@pytest.mark.parametrize("algorithm", SETTINGS)
def test_an_algorithm_searches_alike_in_one_and_two_threads(algorithm, tmp_path):
    experiment = write_experiment(tmp_path)
    settings = ["--set", f"search={{algorithm: {algorithm}, {SETTINGS[algorithm]}}}"]
    settings += ["--set", f"budget.evaluations={EVALUATIONS}"]
    one, two = tmp_path / "one.h5", tmp_path / "two.h5"
    done = exogene("run", experiment, *settings, "-o", one, env=environment(OMP_NUM_THREADS=1))
    assert f"budget {EVALUATIONS}/{EVALUATIONS} evaluations" in done.stdout
    assert f"The search ends: the budget of {EVALUATIONS} evaluations is spent" in done.stdout
    exogene("run", experiment, *settings, "-o", two, env=environment(OMP_NUM_THREADS=2))
    assert same(one, two).returncode == 0
    with h5py.File(one) as history:
        hashes = {tuple(row) for row in history["individuals/genome_hash"][:]}
        assert len(hashes) == EVALUATIONS
    assert len(best_so_far(read(one))) == EVALUATIONS
    assert f"{EVALUATIONS} evaluations is spent" in exogene("resume", one).stdout


def test_a_search_that_its_budget_ended_goes_on_when_asked(tmp_path):
    experiment = write_experiment(tmp_path)
    settings = ["--set", f"search={{algorithm: hill_climbing, {SETTINGS['hill_climbing']}}}"]
    half, whole = tmp_path / "half.h5", tmp_path / "whole.h5"
    exogene("run", experiment, *settings, "--set", "budget.instructions=1", "-o", half)
    assert "1 complete generations" in exogene("resume", half, "--generations", 2).stdout
    exogene("run", experiment, *settings, "--set", "search.generations=2", "-o", whole)
    assert same(half, whole).returncode == 0
