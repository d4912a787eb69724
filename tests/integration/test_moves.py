"""Moves of statements, loads and accumulators: each passes all of Exo's checks, leaves the program right and serves its
purpose."""

import pytest
from exo_service.decode import DecodeFailed
from test_evaluation import TENSORISE, evaluate
from test_tuning import HOISTED, TILED, metrics

NARROW = ("tensorise", {"widths": [1, 1]})
SPLIT = ("split_accumulator", {"buffer": "res"})
TWO_TILES = [  # of C an iteration, each with an accumulator of its own
    TENSORISE,
    ("unroll", {"loop": "joo", "factor": 2}),
    ("wide_stores", {"buffer": "res", "blocks": 4}),
    ("wide_stores", {"buffer": "res#1", "blocks": 4}),
]
MERGE = ("merge_accumulators", {"buffer": "res", "other": "res#1"})


def sink(*statements):
    return [("sink", {"statement": statement}) for statement in statements]


def test_a_load_that_sinks_to_its_use_takes_fewer_rows(tmp_path):
    early, late = metrics(tmp_path, HOISTED), metrics(tmp_path, [*HOISTED, *sink("mvin2")])
    assert (early["mvin2"], early["dma_read_bytes"]) == (late["mvin2"], late["dma_read_bytes"])
    assert early["scratchpad_rows_used"] - late["scratchpad_rows_used"] == 3 * 4 * 16  # one row of blocks of A, not four


def test_a_load_that_sinks_into_a_loop_it_ignores_is_done_again(tmp_path):
    hoisted = [TENSORISE, ("hoist", {"buffer": "a", "loops": 2})]
    once, again = metrics(tmp_path, hoisted), metrics(tmp_path, [*hoisted, *sink("mvin2")])
    assert (once["mvin2"], again["mvin2"]) == (16, 32)


def test_a_load_sinks_behind_what_does_not_need_it(tmp_path):
    first, second = metrics(tmp_path, HOISTED), metrics(tmp_path, [*HOISTED, *sink("mvin3")])
    assert first["mvin3"] == second["mvin3"]
    assert second["cycles"] < first["cycles"]  # the loads of A, which the first products need too, are under way


def test_clearing_sinks_into_the_first_step_over_k(tmp_path):
    cleared = metrics(tmp_path, [*TILED, *sink("zero_acc")])
    assert cleared["mvin"] == metrics(tmp_path, TILED)["mvin"]


def test_a_configuration_sinks_to_the_commands_that_go_by_it(tmp_path):
    sunk = metrics(tmp_path, [TENSORISE, *sink("config_ld0", "config_ld0", "config_ld0", "config_ld0")])
    assert sunk["config_ld"] - metrics(tmp_path, [TENSORISE])["config_ld"] == 8 * 2 - 1  # one for each tile of C
    with pytest.raises(DecodeFailed, match="right before its first use|several"):
        evaluate(tmp_path, [TENSORISE, *sink(*["config_ld0"] * 6)])


def test_a_load_is_done_once_in_the_loop_that_ignores_it(tmp_path):
    tiled = [*TILED, ("lift_alloc", {"buffer": "res", "lifts": 2})]
    again, once = metrics(tmp_path, tiled), metrics(tmp_path, [*tiled, ("load_once", {"buffer": "b", "loop": "ioo"})])
    assert (again["mvin3"], once["mvin3"]) == (128, 16)  # B is 16 wide loads
    assert once["dma_read_bytes"] < again["dma_read_bytes"]


def test_wide_loads_are_one_step_from_narrow_ones(tmp_path):
    narrow = metrics(tmp_path, [NARROW])
    for blocks in (2, 4):
        wide = metrics(tmp_path, [NARROW, ("wide_loads", {"buffer": "a", "blocks": blocks})])
        assert wide["mvin2"] == narrow["mvin2"] // blocks
        assert wide["dma_read_bytes"] == narrow["dma_read_bytes"]


def test_wide_loads_of_columns_side_by_side_are_faster(tmp_path):
    tiled = [NARROW, ("tile", {"loop": "joo", "factor": 4}), ("lift_loop", {"loop": "koo"})]
    narrow, wide = metrics(tmp_path, tiled), metrics(tmp_path, [*tiled, ("wide_loads", {"buffer": "b", "blocks": 4})])
    assert wide["mvin3"] == narrow["mvin3"] // 4
    assert wide["cycles"] < narrow["cycles"]


def test_blocks_that_are_left_over_are_loaded_one_by_one(tmp_path):
    genes = [NARROW, ("hoist", {"buffer": "a", "loops": 1}), ("wide_loads", {"buffer": "a", "blocks": 4})]
    assert metrics(tmp_path, genes, (20, 70, 16))["mvin2"] == 2 * 2  # 70 columns: four blocks and one


def test_an_accumulator_is_split_and_its_parts_are_placed_in_banks(tmp_path):
    banks = [("place", {"buffer": f"res_{row}", "bank": row % 2}) for row in range(4)]
    whole, parts, placed = (metrics(tmp_path, [*HOISTED, *more]) for more in ([], [SPLIT], [SPLIT, *banks]))
    assert whole["accumulator_rows_used"] == parts["accumulator_rows_used"]
    assert parts["instructions"] < whole["instructions"]
    assert placed["cycles"] < parts["cycles"]


def test_merged_accumulators_are_in_use_side_by_side(tmp_path):
    apart, merged, split = (metrics(tmp_path, [*TWO_TILES, *more]) for more in ([], [MERGE], [MERGE, SPLIT]))
    rows = [each["accumulator_rows_used"] for each in (apart, merged, split)]
    assert rows == [64, 128, 64]
    assert merged["cycles"] < apart["cycles"] == split["cycles"]  # a tile is stored while the next is computed
