"""The statistics of the comparison of search algorithms, on numbers worked out by hand."""

import bench_search
import h5py
import numpy as np
import pytest


@pytest.fixture
def history(tmp_path):
    """Seven complete individuals, of which one repeats the third and one failed, and one that is not complete."""
    with h5py.File(tmp_path / "h.h5", "w") as file:
        file["committed"] = np.array([7, 2], dtype=np.uint64)
        cycles = [900, 500, 0, 400, 0, 450, 300, 1]
        hashes = [1, 2, 3, 4, 3, 5, 6, 7]
        file["individuals/metrics"] = np.array([[7, c] for c in cycles], dtype=np.uint64)
        file["individuals/metrics"].attrs["names"] = ["instructions", "cycles"]
        file["individuals/has_metrics"] = np.array([c > 0 for c in cycles], dtype=np.int8)
        file["individuals/genome_hash"] = np.array([[9, h] for h in hashes], dtype=np.uint64)
        yield file


def test_the_best_so_far_counts_each_genome_once_and_no_failure(history):
    assert bench_search.best_so_far(history).tolist() == [900, 500, 500, 400, 400, 300]


def test_nothing_right_is_infinite(history):
    history["individuals/has_metrics"][:2] = 0
    assert bench_search.best_so_far(history).tolist() == [np.inf, np.inf, np.inf, 400, 400, 300]


def test_the_area_is_a_share_of_the_best_curated():
    assert bench_search.area(np.array([900, 500, 500, 400, 100]), 2) == pytest.approx(1500 / 4 / 500)
    assert bench_search.area(np.array([900, 500, 500]), 2) == 1


@pytest.mark.parametrize(
    ("ours", "others", "expected"),
    [([1, 2], [3, 4], 1), ([3, 4], [1, 2], 0), ([1, 2], [1, 2], 0.5), ([5], [5, 6, 4, 7], 0.625), ([1, 9], [5], 0.5)],
)
def test_a12_is_the_probability_of_fewer(ours, others, expected):
    assert bench_search.a12(ours, others) == expected
