"""What composites refuse, with Exo's checks deferred as in a search: they are right by themselves."""

from pathlib import Path

import pytest
from exo.core.memory import MemGenError
from exo_service import sites
from exo_service.accelerator import read_accelerator
from exo_service.codegen import to_c
from exo_service.decode import DecodeFailed, Decoder
from exo_service.describe import describe
from exo_service.kernels import naive_matmul
from exo_service.library import Requantise, make_library

ROOT = Path(__file__).parents[2]
REQUANTISE = Requantise(0.0007, False)
LIBRARY = make_library(read_accelerator(ROOT / "configs/accelerators/gemmini-16x16.yaml"), REQUANTISE)
DECODER = Decoder(naive_matmul(128, 128, 128, REQUANTISE), LIBRARY, deferred=True)

TENSORISE = ("tensorise", {"widths": [4, 4]})
SHIFTED = [("tensorise", {"widths": [2, 4]}), ("shift_loop", {"loop": "joo", "to": 5})]
TILE = ("tile", {"loop": "io", "factor": 4})
TILED = [TENSORISE, TILE, ("lift_loop", {"loop": "koo"})]
HOISTED = [*TILED, ("hoist", {"buffer": "b", "loops": 2}), ("hoist", {"buffer": "a", "loops": 1})]
PERMUTED = [*HOISTED, ("permute", {"loops": ["koi#1", "ioi#2"]})]
SHARED = [TENSORISE, TILE, ("lift_alloc", {"buffer": "res", "lifts": 1})]
AHEAD = [TENSORISE, ("prefetch", {"buffer": "a", "loop": "io"})]
ONE = [("divide_loop", {"loop": "k", "factor": 128, "tail": "perfect"})]
PREFETCHED = [*TILED, ("prefetch", {"buffer": "b", "loop": "koo"})]
WIDE = ("wide_stores", {"buffer": "res", "blocks": 4})
INTERLEAVE = ("interleave_stores", {"buffer": "res"})
OVERWRITE = ("overwrite", {"buffer": "res"})
ALTERNATE_RES = ("alternate", {"buffer": "res", "first": 0, "second": 1})
NARROW = ("tensorise", {"widths": [1, 1]})
WIDE_A = ("wide_loads", {"buffer": "a", "blocks": 4})
SPLIT = ("split_accumulator", {"buffer": "res"})


def sink(statement):
    return ("sink", {"statement": statement})


@pytest.mark.parametrize(
    ("genes", "gene", "reason"),
    [
        ([("tensorise", {"widths": [1, 4]})], WIDE, "the 1 blocks of 'joi' do not make stores of equal width"),
        (TILED, ("interleave_stores", {"buffer": "a"}), "no store empties 'a'"),
        ([*TILED, WIDE, INTERLEAVE], INTERLEAVE, "no loop of the statement runs over dimension 1 of 'res'"),
        (PREFETCHED, ("hoist", {"buffer": "b", "loops": 1}), "several places of 'joo'"),
        (AHEAD, ("lift_loop", {"loop": "joo"}), "'io' does not step through 'a' entry by entry"),
        (TILED, ("prefetch", {"buffer": "b", "loop": "joi"}), "the loop 'joi' does not enclose 'b'"),
        (PREFETCHED, PREFETCHED[-1], "the loop 'koo' does not enclose 'b'"),
        (HOISTED, ("spread", {"buffer": "b"}), "'ioi' reads of 'b' what is not loaded yet"),
        (HOISTED, ("delay", {"buffer": "a", "iterations": 2}), "'ioi' reads of 'a' what is not loaded yet"),
        (TILED, ("spread", {"buffer": "res"}), "no computing loop follows a load of 'res'"),
        (TILED, ("double_buffer", {"buffer": "res", "loop": "ioo"}), "not allocated directly in the loop 'ioo'"),
        (TILED, ("keep_weights", {"loop": "joi#1"}), "'joi' changes the weights"),
        (TILED, ("keep_weights", {"loop": "koo"}), "'koo' holds more than one product"),
        (PERMUTED, ("fuse", {"loop": "ioi#1"}), "iterations of 'ioi' and 'koi' share 'a'"),
        (TILED, ("lift_loop", {"loop": "ioo"}), "'ioo' is inside no loop"),
        (SHARED, ("lift_loop", {"loop": "koo"}), "all iterations of 'ioi' write the same of 'res'"),
        (TILED, ("alternate", {"buffer": "b", "first": 0, "second": 4}), "scratchpad has 4 banks"),
        ([TENSORISE], ("alternate", {"buffer": "a", "first": 0, "second": 1}), "takes several entries of 'a' at once"),
        (ONE, ("peel", {"loop": "ko", "end": "last"}), "'ko' has 1 iterations"),
        (TILED, sink("mvout"), "nothing that the statement can sink to uses what it does"),
        (PREFETCHED, sink("koo"), "the statement does more than fill one buffer"),
        (PREFETCHED, sink("koi"), "'koo' does not step through 'b' entry by entry"),
        ([NARROW], ("wide_loads", {"buffer": "b", "blocks": 4}), "do not follow each other in 'b'"),
        ([*TILED, WIDE], ("split_accumulator", {"buffer": "a"}), "'a' is no accumulator"),
        ([TENSORISE, WIDE], SPLIT, "an instruction takes several blocks of 'res' at once"),
        ([TENSORISE, ALTERNATE_RES], SPLIT, "'res' is no accumulator, or in two banks"),
        ([NARROW], SPLIT, "'res' is one block"),
        (TILED, ("fuse_guards", {"statement": "koo"}), "are not guards of one condition"),
        (TILED, ("merge_accumulators", {"buffer": "res", "other": "a"}), "are not two accumulators of one type"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason(genes, gene, reason):
    DECODER.decode(genes)
    with pytest.raises(DecodeFailed, match=reason) as caught:
        DECODER.decode([*genes, gene])
    assert caught.value.gene == len(genes)


@pytest.mark.parametrize(("genes", "gene"), [(TILED, WIDE), (TILED, OVERWRITE), ([NARROW], WIDE_A)])
def test_what_is_done_already_is_an_intron(genes, gene):
    assert DECODER.decode([*genes, gene, gene]).introns == (len(genes) + 1,)


def test_a_nest_that_is_none_any_more_is_an_intron():
    assert DECODER.decode([*TILED, ("permute", {"loops": ["joi#1", "koi"]})]).introns == (len(TILED),)


def test_a_load_waits_for_the_last_iteration_at_most():
    texts = {
        to_c(DECODER.decode([*PREFETCHED, ("delay", {"buffer": "b", "iterations": wait})]).proc, LIBRARY) for wait in (3, 7)
    }
    assert len(texts) == 1


def test_simplify_tells_loops_of_one_name_apart():
    genes = [TENSORISE, PREFETCHED[-1], ("delay", {"buffer": "b", "iterations": 3}), ("simplify", {})]
    c = to_c(DECODER.decode(genes).proc, LIBRARY)  # the load has a loop koi, inside the loop koi that it waits for
    assert "if (koi == 3)" in c and "(koi_1) * 64" in c


def test_entries_in_two_banks_are_not_accessed_as_neighbours():
    genes = [TENSORISE, ALTERNATE_RES]
    assert "const uint32_t res" in to_c(DECODER.decode(genes).proc, LIBRARY)
    with pytest.raises(MemGenError, match="several entries of 'res' at once"):
        to_c(DECODER.decode([*genes, WIDE]).proc, LIBRARY)


def test_entries_alternate_between_the_banks():
    c = to_c(DECODER.decode([*TILED, ALTERNATE_RES]).proc, LIBRARY)
    assert "const uint32_t res = 0x80000000u;" in c
    assert "% 2) * 512 + ((ioi) / 2) * 64)" in c


def test_prefetch_hoists_doubles_and_guards():
    proc = DECODER.decode(PREFETCHED).proc
    (b,) = [alloc for name, alloc in sites.buffers(proc).items() if name == "b"]
    assert [size._impl._node.val for size in b.shape()] == [2, 4, 4, 16, 16]
    first, others = sites.loads(proc, "b")
    assert [loop.name() for loop in sites.enclosing(first)] == ["ioo", "joo", "koi"]
    assert [loop.name() for loop in sites.enclosing(others)] == ["ioo", "joo", "koo", "koi"]
    assert "if (koo < 1)" in to_c(proc, LIBRARY)


def test_what_sinks_stops_in_front_of_its_first_use_and_then_enters_it():
    def first(*genes):
        return list(sites.statements(DECODER.decode([TENSORISE, *genes]).proc))[:6]

    others = ["config_ld0", "config_ld1", "config_ld2", "config_st"]
    assert first() == ["config_ex", *others, "io"]
    assert first(sink("config_ex")) == [*others, "config_ex", "io"]
    assert first(sink("config_ex"), sink("config_ex")) == [*others, "io", "config_ex"]


def test_a_load_sinks_into_the_loop_that_steps_through_its_buffer_and_takes_it_along():
    text = str(DECODER.decode([*HOISTED, sink("mvin2")]).proc)
    assert "for ioi in seq(0, 4):\n                    a: i8[1, 4, 16, 16] @ scratchpad\n                    mvin2(" in text


def test_what_a_loop_goes_on_with_sinks_into_its_first_iteration():
    assert "for koo in seq(0, 2):\n                if koo == 0:" in str(DECODER.decode([*TILED, sink("zero_acc")]).proc)


def test_a_load_sinks_into_a_loop_that_it_ignores():
    hoisted = [TENSORISE, ("hoist", {"buffer": "b", "loops": 4})]
    text = str(DECODER.decode([*hoisted, sink("mvin3")]).proc)
    assert "for io in seq(0, 8):\n        b: i8[2, 2, 4, 4, 16, 16] @ scratchpad" in text
    assert text.count("mvin3(") == 1


def test_guards_of_one_condition_become_one():
    ahead = [*TILED, ("prefetch", {"buffer": "a", "loop": "koo"}), ("prefetch", {"buffer": "b", "loop": "koo"})]
    two, one = (str(DECODER.decode(genes).proc) for genes in (ahead, [*ahead, ("fuse_guards", {"statement": "if"})]))
    assert (two.count("if koo < 1:"), one.count("if koo < 1:")) == (2, 1)


def test_what_exo_proves_is_fused_though_iterations_share_a_buffer():
    cleared_first = [*TILED, ("add_loop", {"statement": "ioi", "iterations": 2, "guard": "first"})]
    text = str(DECODER.decode([*cleared_first, ("fuse", {"loop": "again"})]).proc)
    assert "for again in seq(0, 2):\n                if again == 0:" in text and "for koo in" not in text


def test_narrow_loads_become_wide():
    narrow, wide = (DECODER.decode(genes).proc for genes in ([NARROW], [NARROW, WIDE_A]))
    assert "mvin2(1, A[16 * io + 0:16 * io + 16" in str(narrow)
    assert "64 * kooo + 0:64 * kooo + 64], a[0:4, 0, 0:16, 0:16])" in str(wide)


def test_an_accumulator_becomes_one_for_each_row_of_blocks_and_two_become_one():
    split = DECODER.decode([TENSORISE, ("tile", {"loop": "io", "factor": 2}), TILED[2], SPLIT]).proc
    assert [name for name in sites.buffers(split) if name.startswith("res")] == ["res_0", "res_1"]
    merge = ("merge_accumulators", {"buffer": "res_0", "other": "res_1"})
    merged = DECODER.decode([TENSORISE, ("tile", {"loop": "io", "factor": 2}), TILED[2], SPLIT, merge]).proc
    assert "res_0: i32[2, 4, 16, 16] @ accumulator" in str(merged) and "res_1" not in str(merged)


@pytest.mark.parametrize(
    ("genes", "kind", "fitting"),
    [
        ([NARROW], "wide_loads", ["a"]),
        ([TENSORISE], "wide_loads", []),
        ([TENSORISE], "split_accumulator", ["res"]),
        ([TENSORISE, ("unroll", {"loop": "joo", "factor": 2})], "merge_accumulators", ["res"]),
        (TILED, "merge_accumulators", []),
        # Dimensions of buffers that are sums, 5 + (4 - 0).
        ([*SHIFTED, ("load_once", {"buffer": "b", "loop": "io"})], "wide_loads", []),
        ([*SHIFTED, ("lift_loop", {"loop": "koo"})], "split_accumulator", ["res"]),
        (HOISTED, "sink", ["config_ex", "ioi", "joi", "zero_acc", "koi", "mvin3", "ioi#1", "mvin2"]),
    ],
)
def test_where_they_fit(genes, kind, fitting):
    described = describe(DECODER.decode(genes).proc, LIBRARY)
    found = [site["name"] for of in ("statements", "buffers") for site in described[of] if kind in site["fits"]]
    assert [name for name in found if name not in ("config_ld0", "config_ld1", "config_ld2", "config_st")] == fitting


def test_deferred_checks_give_what_checks_give():
    checked = Decoder(DECODER.naive.proc, LIBRARY)
    for genes in (
        [TENSORISE, INTERLEAVE],
        [*TILED, OVERWRITE, INTERLEAVE, WIDE],
        [*PREFETCHED, ("spread", {"buffer": "b"})],
        [NARROW, WIDE_A],
        [*HOISTED, sink("mvin2"), sink("mvin3"), SPLIT],
    ):
        assert to_c(checked.decode(genes).proc, LIBRARY) == to_c(DECODER.decode(genes).proc, LIBRARY)


def test_permute_finds_the_nest_that_is_named():
    names = list(sites.loops(DECODER.decode([*HOISTED, ("permute", {"loops": ["joi#1", "koi#1"]})]).proc))
    assert names[-5:] == ["ioi#2", "joi#1", "koi#1", "ioi#3", "joi#2"]
