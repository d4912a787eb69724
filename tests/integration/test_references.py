"""The curated experts against schedules that people who know Gemmini wrote by hand in Exo for the same kernels.

Their figures are of a functional model, gcc -O2 and one call, on the default 16x16 accelerator.
"""

import pytest
from reference_table import commands, curated, description, genes_of, row
from simulation import simulate

# kernel: instructions, loads, stores, preloads, KB of DRAM read and written
BY_HAND = {
    "matmul-512x512x512": (344_413, 1_792, 1_024, 32_768, 768, 256),
    "matmul-12544x64x256": (656_435, 13_344, 12_544, 50_176, 800, 3_136),
    "matmul-12544x256x64": (515_879, 6_288, 3_136, 50_176, 3_152, 784),
    "matmul-3136x128x512": (609_024, 6_728, 6_272, 50_176, 456, 1_568),
    "matmul-3136x512x128": (525_592, 3_200, 1_568, 50_176, 1_632, 392),
    "matmul-784x256x1024": (575_286, 5_124, 3_136, 50_176, 1_988, 784),
}
CONVS_BY_HAND = {  # instructions, KB of DRAM read
    "conv2d-56x56x64": (1_470_244, 5_728),
    "conv2d-28x28x128": (1_408_470, 3_200),
    "conv2d-14x14x256": (1_150_667, 4_384),
}


def metrics(folder, kernel, name="expert", dim=16):
    result = simulate(folder, description(kernel), genes_of(curated(kernel, name)), dim, deferred=True)
    assert result["status"] == "ok", result
    return result["metrics"]


def check(counted, by_hand):
    for what, count in counted.items():
        assert count <= 1.1 * by_hand[what], what


@pytest.mark.parametrize("kernel", BY_HAND)
def test_matmul_experts_need_at_most_what_experts_need(tmp_path, kernel):
    measured = metrics(tmp_path, kernel)
    names = ("instructions", "loads", "stores", "preloads", "read", "written")
    configurations, loads, stores, preloads, computes = commands(measured)
    read, written = measured["dram_read_bytes"] / 1024, measured["dram_write_bytes"] / 1024
    counted = (measured["instructions"], loads, stores, preloads, read, written)
    check(dict(zip(names, counted)), dict(zip(names, BY_HAND[kernel])))
    assert (configurations, computes) == (5, preloads)


@pytest.mark.parametrize("kernel", CONVS_BY_HAND)
def test_conv_experts_need_at_most_what_experts_need(tmp_path, kernel):
    measured = metrics(tmp_path, kernel)
    names = ("instructions", "read")
    counted = (measured["instructions"], measured["dram_read_bytes"] / 1024)
    check(dict(zip(names, counted)), dict(zip(names, CONVS_BY_HAND[kernel])))


def test_the_table_says_so_too_and_all_checks_pass():
    proven, cells = row("matmul-512x512x512", "expert")
    assert proven and cells[:2] == ["matmul-512x512x512", "expert-512x512x512"], cells
    status, instructions, counts, traffic, cycles = (cell.replace(",", "") for cell in cells[3:])
    assert (status, traffic) == ("ok", "768 / 256")
    assert counts == "5 / 768 / 256 / 32768 / 32768"
    assert int(instructions) <= 1.1 * BY_HAND["matmul-512x512x512"][0]
    assert int(cycles) <= 1.1 * 512**3 / 256


@pytest.mark.parametrize("kernel", ["matmul-100x70x50", "matmul-1x768x768", "conv2d-small"])
def test_experts_of_odd_sizes_are_right_and_better_than_baselines(tmp_path, kernel):
    baseline, expert = metrics(tmp_path, kernel, "baseline"), metrics(tmp_path, kernel)
    assert expert["cycles"] < 0.7 * baseline["cycles"]
    assert expert["dram_bytes"] < baseline["dram_bytes"]


@pytest.mark.parametrize("dim", [8, 32])
@pytest.mark.parametrize("kernel", ["matmul-100x70x50", "conv2d-small"])
def test_experts_are_right_on_other_arrays(tmp_path, kernel, dim):
    assert metrics(tmp_path, kernel, dim=dim)["preload"] > 0
