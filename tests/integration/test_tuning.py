"""Composites on the way from the baseline to the array's peak: each leaves the program right and serves its purpose."""

import pytest
from test_evaluation import TENSORISE, curated, evaluate

TUNED = curated("tuned")


def named(kind):
    """The gene of that kind of the tuned genome; the first of several."""
    return next(gene for gene in TUNED if gene[0] == kind)


TILED = TUNED[:3]  # tensorise, tile, lift_loop
HOISTED = [*TILED, ("hoist", {"buffer": "b", "loops": 2}), ("hoist", {"buffer": "a", "loops": 1})]


def metrics(folder, genes, sizes=(128, 128, 128)):
    result = evaluate(folder, genes, sizes)
    assert result["status"] == "ok", result
    return result["metrics"]


@pytest.mark.parametrize(
    ("sizes", "most"), [((128, 128, 128), 1.2), ((192, 128, 192), 1.1), ((256, 256, 256), 1.03), ((64, 256, 128), 1.21)]
)
def test_the_tuned_genome_passes_every_check_and_comes_near_the_peak(tmp_path, sizes, most):
    ideal = sizes[0] * sizes[1] * sizes[2] / 256
    assert metrics(tmp_path, TUNED, sizes)["cycles"] <= most * ideal


@pytest.mark.parametrize("length", range(1, len(TUNED)))
def test_every_prefix_of_the_tuned_genome_is_right(tmp_path, length):
    metrics(tmp_path, TUNED[:length])


@pytest.mark.parametrize("dim", [4, 8, 32])
def test_the_tuned_genome_is_right_on_other_arrays(tmp_path, dim):
    result = evaluate(tmp_path, TUNED, (8 * dim, 8 * dim, 4 * dim), dim)
    assert result["status"] == "ok", result


def test_loads_spread_over_more_rows_than_there_are_loads(tmp_path):
    sizes = (224, 128, 128)
    genes = [(kind, {"loop": "io", "factor": 7} if kind == "tile" else arguments) for kind, arguments in TUNED]
    assert metrics(tmp_path, genes, sizes)["cycles"] <= 1.15 * sizes[0] * sizes[1] * sizes[2] / 256


def test_overwriting_clears_nothing(tmp_path):
    cleared, overwritten = metrics(tmp_path, TILED), metrics(tmp_path, [*TILED, named("overwrite")])
    assert (cleared["mvin"], overwritten["mvin"]) == (64, 0)
    assert overwritten["cycles"] < cleared["cycles"]


def test_wide_stores_are_fewer_and_faster(tmp_path):
    narrow = metrics(tmp_path, HOISTED)
    for blocks in (2, 4):
        wide = metrics(tmp_path, [*HOISTED, ("wide_stores", {"buffer": "res", "blocks": blocks})])
        assert wide["mvout"] == narrow["mvout"] // blocks
        assert wide["dma_write_bytes"] == narrow["dma_write_bytes"]
        assert wide["cycles"] < narrow["cycles"]


def test_interleaved_stores_run_beside_the_computation(tmp_path):
    burst = metrics(tmp_path, HOISTED)
    interleaved = metrics(tmp_path, [*HOISTED, named("interleave_stores")])
    assert interleaved["mvout"] == burst["mvout"]
    assert interleaved["cycles"] < burst["cycles"]
    assert interleaved["cycles_stores"] < burst["cycles_stores"]


def test_stores_are_interleaved_block_by_block_too(tmp_path):
    genes = [TENSORISE, ("hoist", {"buffer": "b", "loops": 1}), ("permute", {"loops": ["joi#1", "koi#1"]})]
    burst, interleaved = metrics(tmp_path, genes), metrics(tmp_path, [*genes, named("interleave_stores")])
    assert interleaved["cycles"] < burst["cycles"]


def test_prefetching_in_banks_of_its_own_hides_the_loads(tmp_path):
    pipelined = [gene for gene in TUNED if gene[0] not in ("spread", "alternate")]
    merged = TUNED[: TUNED.index(named("prefetch"))]
    inner = [("permute", {"loops": ["joi", "koi#1"]}), ("unroll_loop", {"loop": "koi#1"})]
    unhidden = metrics(tmp_path, [*merged, *HOISTED[3:], *inner])
    one_bank = metrics(tmp_path, pipelined)
    apart = metrics(tmp_path, [*pipelined, *(gene for gene in TUNED if gene[0] == "alternate")])
    assert one_bank["dma_read_bytes"] == 8 * 8 * 1024  # eight loads of 1 KiB in each of eight steps
    assert one_bank["cycles"] < unhidden["cycles"]  # loads and array take turns at the bank
    assert apart["cycles"] < 0.5 * one_bank["cycles"]


def test_delayed_loads_come_later_in_the_same_step(tmp_path):
    delays = [("delay", {"buffer": buffer, "iterations": 2}) for buffer in "ab"]
    now, later = metrics(tmp_path, TUNED), metrics(tmp_path, [*TUNED, *delays])
    for command in ("mvin2", "mvin3", "preload", "mvout"):
        assert now[command] == later[command]
    assert later["instructions"] > now["instructions"]


def test_kept_weights_are_preloaded_once_for_four_tiles(tmp_path):
    genes = [*HOISTED, ("permute", {"loops": ["joi#1", "koi#1", "ioi#2"]})]
    new = metrics(tmp_path, genes)
    for start, loop in ([], "ioi#2"), ([named("overwrite")], "ioi#1"):
        kept = metrics(tmp_path, [*genes, *start, ("keep_weights", {"loop": loop})])
        assert kept["macs"] == new["macs"]
        assert (kept["compute_preloaded"], kept["compute_accumulated"]) == (128, 384)
        assert kept["cycles"] < 0.85 * new["cycles"]


def test_accumulators_in_turn(tmp_path):
    stored = [*HOISTED, ("wide_stores", {"buffer": "res", "blocks": 4})]
    halves = ("double_buffer", {"buffer": "res", "loop": "joo"})
    apart = ("alternate", {"buffer": "res", "first": 0, "second": 1})
    one, two = metrics(tmp_path, stored), metrics(tmp_path, [*stored, halves, apart])
    assert two["accumulator_rows_used"] == 2 * one["accumulator_rows_used"]
    assert two["cycles"] < one["cycles"]


@pytest.mark.parametrize(
    "gene",
    [
        ("spread", {"buffer": "a"}),  # every row of A just before it is multiplied
        ("peel", {"loop": "koo", "end": "first"}),
        ("peel", {"loop": "koo", "end": "last"}),
        ("unroll_and_jam", {"loop": "ioi#2", "factor": 2}),
        ("double_buffer", {"buffer": "b", "loop": "koo"}),
    ],
)
def test_other_moves_are_right(tmp_path, gene):
    assert metrics(tmp_path, [*HOISTED, gene])["preload"] == 512
