"""Genes to schedules with the real Exo."""

from contextlib import nullcontext
from pathlib import Path

import exo.stdlib.scheduling as exo
import pytest
import yaml
from exo_service import sites
from exo_service.adjustments import deferred_checks, guarded_copies
from exo_service.accelerator import read_accelerator
from exo_service.codegen import to_c
from exo_service.composites import composites
from exo_service.decode import DecodeFailed, Decoder, decode
from exo_service.kernels import naive_matmul
from exo_service.library import Requantise, make_library
from exo_service.memories import CapacityExceeded
from exo_service.describe import describe
from exo_service.primitives import primitives

ROOT = Path(__file__).parents[2]
TENSORISE = ("tensorise", {"widths": [4, 4]})


def decoded(*genes, size=128):
    requantise = Requantise(0.0007, False)
    library = make_library(read_accelerator(ROOT / "configs/accelerators/gemmini-16x16.yaml"), requantise)
    schedule = decode(naive_matmul(size, size, size, requantise), list(genes), library)
    return schedule, library


def decoder(size=128, **options):
    requantise = Requantise(0.0007, False)
    library = make_library(read_accelerator(ROOT / "configs/accelerators/gemmini-16x16.yaml"), requantise)
    return Decoder(naive_matmul(size, size, size, requantise), library, **options), library


def loop_names(schedule):
    return list(sites.loops(schedule.proc))


def test_every_primitive_of_ours_is_in_the_catalogue_with_its_level():
    catalogue = yaml.safe_load((ROOT / "src/genome/alphabet.yaml").read_text())
    _, library = decoded()
    assert set(primitives(library)) | set(composites(library)) == set(catalogue)
    assert {name for name, entry in catalogue.items() if entry["level"] == "primitive"} == set(primitives(library))


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
    assert schedule.introns == (1,)


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
    assert schedule.introns == ()


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


HOISTED = [TENSORISE, ("hoist", {"buffer": "b", "loops": 4}), ("hoist", {"buffer": "a", "loops": 2})]
LOADED_ONCE = [TENSORISE, ("load_once", {"buffer": "b", "loop": "io"})]


def test_load_once_guards_the_load():
    c = to_c(*_proc_and_library(*LOADED_ONCE))
    _, _, tiles = c.partition("int_fast32_t io =")
    guard, _, rest = tiles.partition("gemmini_mvin3(")
    assert "if (io == 0)" in guard
    assert "gemmini_mvin3(" not in rest
    with pytest.raises(DecodeFailed, match="depends on 'koo'"):
        decoded(TENSORISE, ("load_once", {"buffer": "b", "loop": "koo"}))


def _proc_and_library(*genes):
    schedule, library = decoded(*genes)
    return schedule.proc, library


@pytest.mark.parametrize(("buffer", "base", "bank_rows"), [("b", 0, 4096), ("res", 0x80000000, 512)])
def test_place_keeps_a_buffer_in_its_bank(buffer, base, bank_rows):
    c = to_c(*_proc_and_library(TENSORISE, ("place", {"buffer": buffer, "bank": 1})))
    assert f"const uint32_t {buffer} = {base + bank_rows:#x}u;" in c
    with pytest.raises(DecodeFailed, match="banks, numbered from 0"):
        decoded(TENSORISE, ("place", {"buffer": buffer, "bank": 4}))


def test_a_buffer_larger_than_its_bank_exceeds_the_capacity():
    proc, library = _proc_and_library(*HOISTED, ("place", {"buffer": "b", "bank": 0}))
    assert "const uint32_t b = 0x0u;" in to_c(proc, library)
    schedule, library = decoded(*HOISTED[:2], ("place", {"buffer": "b", "bank": 0}), size=512)
    with pytest.raises(CapacityExceeded, match="bank of the scratchpad has 4096"):
        to_c(schedule.proc, library)


def test_hoist_config_moves_configurations_out_of_loops_and_keeps_one_of_each():
    proc, library = _proc_and_library(TENSORISE)
    expected = str(proc)
    with deferred_checks():
        for _ in range(2):
            gap = proc.find("mvin3(_)").before()
            proc = exo.write_config(proc, gap, library.ConfigLoad2, "src_stride", "stride(B, 0)")
            proc = exo.replace(proc, "ConfigLoad2.src_stride = _", library.config_ld2)
        assert str(proc).count("config_ld2(") == 3
        assert str(composites(library)["hoist_config"](proc)) == expected


def test_deferred_checks_give_the_same_schedules():
    deferred, library = decoder(deferred=True)
    for genes in ([TENSORISE], HOISTED, LOADED_ONCE):
        assert to_c(deferred.decode(genes).proc, library) == to_c(*_proc_and_library(*genes))


def test_deferred_checks_apply_what_checks_refuse():
    wrong = [("cut_loop", {"loop": "k", "at": 200})]  # there are 128 iterations
    checked, _ = decoder()
    with pytest.raises(DecodeFailed, match="cut_loop"):
        checked.decode(wrong)
    assert loop_names(decoder(deferred=True)[0].decode(wrong))[-2:] == ["k", "k#1"]
    with pytest.raises(DecodeFailed, match="cut_loop"):
        checked.decode(wrong)


@pytest.mark.parametrize("checks", [deferred_checks, nullcontext])
def test_guarded_copies_compare_with_both_ends_of_every_dimension(checks):
    proc = decoded(("divide_loop", {"loop": "k", "factor": 16, "tail": "guard"}), size=100)[0].proc
    with checks(), guarded_copies():
        staged = exo.stage_mem(proc, proc.find_loop("ki"), "A[i:i + 1, 16 * ko:16 * ko + 16]", "a")
    guard = str(sites.statements(staged)["if"].cond()._impl._node)
    for comparison in ("0 <= i0 + i", "i0 + i < 100", "0 <= i1 + 16 * ko", "i1 + 16 * ko < 100"):
        assert comparison in guard
    provable = exo.stage_mem(proc, proc.find_loop("ko"), "A[i:i + 1, 0:100]", "a")  # and asks again afterwards
    assert sites.find(sites.statements(provable), "a=").parent().name() == "i1"


def test_known_prefixes_change_nothing():
    fresh = str(decoder()[0].decode(HOISTED).proc)
    used, _ = decoder()
    for genes in (HOISTED[:1], HOISTED[:2], LOADED_ONCE, HOISTED, HOISTED):
        again = str(used.decode(genes).proc)
    assert again == fresh
    assert len(used.prefixes) == 4


def test_prefixes_are_kept_within_a_limit_of_statements():
    plain, library = decoder(deferred=True)
    small, _ = decoder(deferred=True, max_kept=60)
    for genes in (HOISTED, LOADED_ONCE, HOISTED[:2], HOISTED):
        assert to_c(small.decode(genes).proc, library) == to_c(plain.decode(genes).proc, library)
        assert small.kept == sum(schedule.statements for schedule in small.prefixes.values()) <= 60
    assert plain.kept > 60
    longest = plain.decode(HOISTED)
    assert longest.statements == sum(1 for _ in sites.walk(longest.proc.body()))


def test_a_gene_that_takes_too_long_fails_and_says_so():
    hurried, _ = decoder(gene_seconds=0.01)
    with pytest.raises(DecodeFailed, match="not done after 0.01 s") as caught:
        hurried.decode([TENSORISE])
    assert not caught.value.reproducible


def test_sites_say_what_fits():
    schedule, library = decoded(TENSORISE)
    described = describe(schedule.proc, library)
    assert described["tensorised"]
    loops = {loop["name"]: loop for loop in described["loops"]}
    assert loops["joi#1"] == {
        "name": "joi#1", "extent": 4, "loops": ["io", "joo", "koo", "koi"], "nest": False, "next": False,
        "fits": [],
    }
    assert loops["io"]["nest"]
    buffers = {buffer["name"]: buffer for buffer in described["buffers"]}
    assert (buffers["a"]["loaded"], buffers["res"]["loaded"], buffers["res"]["local"]) == (True, False, True)
    assert (buffers["a"]["stored"], buffers["res"]["stored"]) == (False, True)
    assert (buffers["b"]["shape"], buffers["b"]["loops"]) == ([4, 16, 16], ["io", "joo", "koo", "koi"])
    assert (buffers["a"]["idle"], buffers["b"]["idle"]) == (["joo"], ["io"])
    assert "hoist" in buffers["a"]["fits"] and "wide_stores" in buffers["res"]["fits"]
    assert not describe(decoded()[0].proc, library)["tensorised"]
