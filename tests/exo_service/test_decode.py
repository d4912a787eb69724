"""Genes to schedules with the real Exo."""

from pathlib import Path

import pytest
import yaml
from exo_service import sites
from exo_service.accelerator import read_accelerator
from exo_service.codegen import to_c
from exo_service.composites import COMPOSITES
from exo_service.decode import DecodeFailed, decode
from exo_service.kernels import naive_matmul
from exo_service.library import Requantise, make_library
from exo_service.memories import CapacityExceeded
from exo_service.primitives import PRIMITIVES

ROOT = Path(__file__).parents[2]
TENSORISE = ("tensorise", {"widths": [4, 4]})


def decoded(*genes, size=128):
    requantise = Requantise(0.0007, False)
    library = make_library(read_accelerator(ROOT / "configs/accelerators/gemmini-16x16.yaml"), requantise)
    schedule = decode(naive_matmul(size, size, size, requantise), list(genes), library)
    return schedule, library


def loop_names(schedule):
    return list(sites.loops(schedule.proc))


def test_every_primitive_of_ours_is_in_the_catalogue_with_its_level():
    catalogue = yaml.safe_load((ROOT / "src/genome/alphabet.yaml").read_text())
    assert set(PRIMITIVES) | set(COMPOSITES) <= set(catalogue)
    assert {name for name, entry in catalogue.items() if entry["level"] == "primitive"} == set(PRIMITIVES)


def test_names_derive_from_names():
    divide = ("divide_loop", {"loop": "i", "factor": 16, "tail": "perfect"})
    assert loop_names(decoded(divide)[0]) == ["io", "ii", "j", "k"]
    assert loop_names(decoded(divide, ("reorder_loops", {"loop": "ii"}))[0]) == ["io", "j", "ii", "k"]
    merged, _ = decoded(divide, ("mult_loops", {"loop": "io"}))
    assert loop_names(merged) == ["i", "j", "k"]


def test_copies_carry_numbers():
    schedule, _ = decoded(
        ("cut_loop", {"loop": "k", "at": 64}),
        ("shift_loop", {"loop": "k#1", "to": 0}),
        ("divide_loop", {"loop": "k#1", "factor": 8, "tail": "perfect"}),
    )
    assert loop_names(schedule) == ["i", "j", "k", "ko", "ki"]


def test_a_dead_name_resolves_to_a_relative_or_is_an_intron():
    divide = ("divide_loop", {"loop": "i", "factor": 16, "tail": "perfect"})
    schedule, _ = decoded(divide, ("divide_loop", {"loop": "i", "factor": 2, "tail": "perfect"}))
    assert loop_names(schedule)[:3] == ["ioo", "ioi", "ii"]
    schedule, _ = decoded(divide, ("unroll_loop", {"loop": "nowhere"}), ("simplify", {}))
    assert schedule.introns == [1]


def test_a_refused_gene_says_which_and_why():
    with pytest.raises(DecodeFailed, match=r"gene 1 \(divide_loop\)") as caught:
        decoded(("simplify", {}), ("divide_loop", {"loop": "i", "factor": 3, "tail": "perfect"}))
    assert caught.value.gene == 1
    assert "\n" not in caught.value.reason


def test_hoisting_b_out_of_everything_loads_it_once():
    schedule, library = decoded(TENSORISE, ("hoist", {"buffer": "b", "loops": 4}))
    c = to_c(schedule.proc, library)
    before_tiles, _, tiles = c.partition("int_fast32_t io =")
    assert "gemmini_mvin3(" in before_tiles
    assert "gemmini_mvin3(" not in tiles
    assert "gemmini_mvin2(" in tiles
    assert schedule.introns == []


def test_hoisting_more_than_fits_exceeds_the_capacity():
    schedule, library = decoded(TENSORISE, ("hoist", {"buffer": "b", "loops": 4}), size=1024)
    with pytest.raises(CapacityExceeded, match="scratchpad has 16384"):
        to_c(schedule.proc, library)


def test_tile_unroll_and_permute():
    schedule, _ = decoded(("tile", {"loop": "i", "factor": 16}))
    assert loop_names(schedule) == ["io", "j", "ii", "k"]
    schedule, library = decoded(TENSORISE, ("unroll", {"loop": "joi#1", "factor": 4}))
    assert to_c(schedule.proc, library).count("gemmini_preload(") == 4
    schedule, _ = decoded(TENSORISE, ("permute", {"loops": ["joo", "io"]}))
    assert loop_names(schedule)[:2] == ["joo", "io"]


@pytest.mark.parametrize("name", ["naive", "baseline"])
def test_the_curated_genomes_decode(name):
    genome = yaml.safe_load((ROOT / f"populations/matmul/{name}.yaml").read_text())
    genes = [(kind, arguments) for gene in genome["genes"] for kind, arguments in gene.items()]
    schedule, library = decoded(*genes)
    assert ("gemmini_preload(" in to_c(schedule.proc, library)) == (name == "baseline")
