"""What composites refuse, with Exo's checks deferred as in a search: they are right by themselves."""

from pathlib import Path

import pytest
from exo.core.memory import MemGenError
from exo_service import sites
from exo_service.accelerator import read_accelerator
from exo_service.codegen import to_c
from exo_service.decode import DecodeFailed, Decoder
from exo_service.kernels import naive_matmul
from exo_service.library import Requantise, make_library

ROOT = Path(__file__).parents[2]
REQUANTISE = Requantise(0.0007, False)
LIBRARY = make_library(read_accelerator(ROOT / "configs/accelerators/gemmini-16x16.yaml"), REQUANTISE)
DECODER = Decoder(naive_matmul(128, 128, 128, REQUANTISE), LIBRARY, deferred=True)

TENSORISE = ("tensorise", {"widths": [4, 4]})
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
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason(genes, gene, reason):
    DECODER.decode(genes)
    with pytest.raises(DecodeFailed, match=reason) as caught:
        DECODER.decode([*genes, gene])
    assert caught.value.gene == len(genes)


@pytest.mark.parametrize("gene", [WIDE, OVERWRITE])
def test_what_is_done_already_is_an_intron(gene):
    assert DECODER.decode([*TILED, gene, gene]).introns == (len(TILED) + 1,)


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


def test_deferred_checks_give_what_checks_give():
    checked = Decoder(DECODER.naive.proc, LIBRARY)
    for genes in ([TENSORISE, INTERLEAVE], [*TILED, OVERWRITE, INTERLEAVE, WIDE], [*PREFETCHED, ("spread", {"buffer": "b"})]):
        assert to_c(checked.decode(genes).proc, LIBRARY) == to_c(DECODER.decode(genes).proc, LIBRARY)


def test_permute_finds_the_nest_that_is_named():
    names = list(sites.loops(DECODER.decode([*HOISTED, ("permute", {"loops": ["joi#1", "koi#1"]})]).proc))
    assert names[-5:] == ["ioi#2", "joi#1", "koi#1", "ioi#3", "joi#2"]
