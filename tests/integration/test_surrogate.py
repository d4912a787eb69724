"""Whole runs with a surrogate: the same search at any number of threads and resumed, and how well it predicted."""

import re

import h5py
import numpy as np
import pytest
from command_line import environment, exogene, same, write_experiment
from searches import rank_correlation
from test_features import features_of

SEARCH = "algorithm: generational, population: 36, elites: 2, tournament: 2, crossover: 0.3, retries: 4"
SETTINGS = ["--set", "objectives=[cycles]"]


def search(generations):
    return ["--set", f"search={{{SEARCH}, generations: {generations}, surrogate: {{candidates: 3}}}}"]


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    folder = tmp_path_factory.mktemp("surrogate")
    path = folder / "one.h5"
    exogene("run", write_experiment(folder), *SETTINGS, *search(3), "-o", path, env=environment(OMP_NUM_THREADS=1))
    return path


def test_two_threads_and_a_resumed_run_search_alike(history, tmp_path):
    path = tmp_path / "two.h5"
    experiment = write_experiment(tmp_path)
    exogene("run", experiment, *SETTINGS, *search(2), "-o", path, env=environment(OMP_NUM_THREADS=2))
    exogene("resume", path, "--generations", 1, env=environment(OMP_NUM_THREADS=2))
    assert same(history, path).returncode == 0


def test_the_history_has_features_and_predictions(history):
    with h5py.File(history) as file:
        individuals = file["individuals"]
        names = list(individuals["features/values"].attrs["names"])
        baseline = {"family": "matmul", "sizes": {"N": 32, "K": 64, "M": 32}, "bias": False, "scale": 0.001, "relu": False}
        told = features_of(baseline, [["tensorise", {"widths": [2, 2]}]])
        assert set(names) == set(told)
        start, end = individuals["features/offsets"][1:3]
        assert individuals["features/values"][start:end].tolist() == [told[name] for name in names]
        predicted = ~np.isnan(individuals["prediction"][:, 0])
        assert predicted.any()
        assert set(individuals["generation"][:][predicted]) == {3}


def test_how_well_it_predicted_is_shown(history):
    said = exogene("show", history, "surrogate").stdout
    generation, overall = (re.search(rf"^{row} +(\d+) +(\d+) .* (-?[01]\.\d+) +[\d.]+ %$", said, re.M) for row in ("3", "all"))
    assert generation.groups() == overall.groups()
    assert 10 < int(overall[1]) <= 34
    assert -1 <= float(overall[3]) <= 1
    assert rank_correlation(history) == float(overall[3])


def test_a_search_without_a_surrogate_shows_none(tmp_path):
    path = tmp_path / "plain.h5"
    exogene("run", write_experiment(tmp_path), "--set", "search.generations=0", "-o", path)
    assert "No individual was chosen by a surrogate." in exogene("show", path, "surrogate").stdout
