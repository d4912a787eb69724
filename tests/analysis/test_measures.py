"""What is computed of histories, on numbers worked out by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from analysis.history import History
from analysis.measures import a12, area, best_so_far, curated_evaluations, front, ideal, reported


@pytest.fixture
def history():
    """Seven individuals, of which the fifth repeats the third, which failed."""
    cycles = [900, 500, np.nan, 400, np.nan, 450, 300]
    individuals = pd.DataFrame(
        {
            "status": ["ok" if count == count else "timeout" for count in cycles],
            "verdict": ["untried", "proven", "untried", "untried", "untried", "proven", "not_proven"],
            "new": [True, True, True, True, False, True, True],
            "genes": [0, 1, 2, 3, 2, 4, 5],
        }
    )
    rows, utilisation = [0, 8, np.nan, 8, np.nan, 8, 16], np.arange(7) * 1e5
    metrics = pd.DataFrame({"cycles": cycles, "rows": rows, "utilisation": utilisation})
    experiment = {
        "objectives": ["cycles", "rows"],
        "initial": {"naive": {}, "baseline": {}},
        "kernel": {"kernel": "matmul", "sizes": {"N": "8"}},
        "accelerator": {"name": "small", "dim": "4"},
    }
    more, generations = np.empty((7, 0, 3)), pd.DataFrame({"seconds": [1.0]})
    population, none = [np.array([6, 3, 5])], pd.DataFrame()
    return History(Path("h.h5"), experiment, {}, individuals, metrics, more, generations, none, population, none)


def test_the_best_so_far_counts_each_genome_once_and_no_failure(history):
    assert best_so_far(history).tolist() == [900, 500, 500, 400, 400, 300]
    assert curated_evaluations(history) == 2


def test_nothing_right_is_infinite(history):
    history.individuals.loc[:1, "status"] = "crashed"
    assert best_so_far(history).tolist() == [np.inf, np.inf, np.inf, 400, 400, 300]


def test_more_utilisation_is_better(history):
    assert best_so_far(history, "utilisation").tolist() == [0, 1e5, 1e5, 3e5, 5e5, 6e5]


def test_the_front_has_the_shorter_of_equal_schedules_and_the_best_first(history):
    assert front(history).tolist() == [6, 3, 0]
    history.metrics.loc[5, "cycles"] = 400
    history.individuals.loc[5, "genes"] = 2
    assert front(replace(history)).tolist() == [6, 5, 0]


def test_the_best_proven_one_is_reported_else_the_first_of_the_population(history):
    assert reported(history) == 5
    history.individuals["verdict"] = "untried"
    assert reported(history) == 6


def test_several_cases_count_alike(history):
    more = np.zeros((7, 1, 3))
    more[:, 0, 0] = 100
    experiment = {**history.experiment, "accelerators": [{"name": "a", "dim": "4"}, {"name": "b", "dim": "8"}]}
    both = replace(history, more_cases=more, experiment=experiment)
    assert both.values("cycles")[[0, 3]].tolist() == pytest.approx([300, 200])
    assert np.isnan(both.values("cycles")[2])
    assert both.values("rows")[0] == 1  # 0 counts as 1


def test_ideal_cycles_are_those_of_a_busy_array(history):
    for macs, expected in ((1600, 100), (0, None)):
        counted = replace(history, metrics=history.metrics.assign(macs=macs), more_cases=np.empty((7, 0, 4)))
        assert ideal(counted, 1) == expected


def test_the_area_is_a_share_of_the_best_curated():
    assert area(np.array([900, 500, 500, 400, 100]), 2) == pytest.approx(1500 / 4 / 500)
    assert area(np.array([900, 500, 500]), 2) == 1


@pytest.mark.parametrize(
    ("ours", "others", "expected"),
    [([1, 2], [3, 4], 1), ([3, 4], [1, 2], 0), ([1, 2], [1, 2], 0.5), ([5], [5, 6, 4, 7], 0.625), ([1, 9], [5], 0.5)],
)
def test_a12_is_the_probability_of_fewer(ours, others, expected):
    assert a12(ours, others) == expected
