"""Exo's scheduling operators as genes, with Exo's checks deferred as in a search."""

from pathlib import Path

import pytest
import yaml
from exo_service import operators, sites
from exo_service.accelerator import read_accelerator
from exo_service.codegen import to_c
from exo_service.decode import DecodeFailed, Decoder
from exo_service.describe import describe
from exo_service.kernels import naive_matmul
from exo_service.library import Requantise, make_library

ROOT = Path(__file__).parents[2]
CATALOGUE = yaml.safe_load((ROOT / "src/genome/alphabet.yaml").read_text())
REQUANTISE = Requantise(0.0007, False)
LIBRARY = make_library(read_accelerator(ROOT / "configs/accelerators/gemmini-16x16.yaml"), REQUANTISE)
DECODER = Decoder(naive_matmul(64, 64, 64, REQUANTISE), LIBRARY, deferred=True)
ARRAY = ("tensorise", {"widths": [4, 4]})


def gene(kind, **arguments):
    return kind, arguments


def text(*genes):
    return str(DECODER.decode(list(genes)).proc)


def test_every_public_operator_of_exo_is_a_gene_kind_or_has_a_reason():
    primitives = {kind for kind, entry in CATALOGUE.items() if entry["level"] == "primitive"}
    assert primitives | {"fuse"} | set(operators.NO_GENE) == set(operators.public())
    assert not set(operators.NO_GENE) & set(CATALOGUE)
    assert all(operators.NO_GENE.values())


def test_unsafe_operators_are_not_drawn():
    assert CATALOGUE["add_unsafe_guard"]["draw"] == "never"


@pytest.mark.parametrize(
    ("genes", "expected"),
    [
        ([gene("divide_with_recompute", loop="j", parts=4, overlap=4)], "for ji in seq(0, 15 + (64 - 4 * 15))"),
        ([gene("add_loop", statement="C=", iterations=3, guard="first")], "if again == 0:"),
        ([gene("specialize", statement="k", loop="i", iteration=3)], "if i == 3:"),
        ([gene("add_unsafe_guard", statement="k", loop="i", iteration=3)], "if i == 3:"),
        ([gene("parallelize_loop", loop="i")], "for i in par(0, 64):"),
        ([gene("insert_pass", statement="k")], "pass"),
        ([gene("lift_scope", statement="j")], "for j in seq(0, 64):\n        for i in seq(0, 64):"),
        ([gene("commute_expr", expression="res+=.0")], "B[k, j] * A[i, k]"),
        ([gene("bind_expr", expression="res+=.1")], "A_value = A[i, k]"),
        ([gene("stage_mem", statement="k", array="A", how="copy")], "A_part[i - i, k - 0] * B[k, j]"),
        ([gene("stage_mem", statement="k", array="res", how="accumulate")], "res += res_part"),
        ([gene("autolift_alloc", buffer="res", lifts=2, mode="row")], "res: i32[64, 64] @ DRAM"),
        ([gene("lift_alloc", buffer="res", lifts=8)], "res: i32 @ DRAM\n    for i in seq(0, 64):"),
        ([gene("set_precision", buffer="res", precision="f32")], "res: f32 @ DRAM"),
        ([gene("extract_subproc", statement="k")], "part(A, B, i, j, res)"),
        ([gene("write_config", statement="i", configuration="ConfigLoad1", array="A")], "src_stride = stride(A, 0)"),
        ([ARRAY, gene("set_memory", buffer="a", memory="scratchpad_bank1")], "@ scratchpad_bank1"),
        ([ARRAY, gene("call_eqv", statement="mvin2", instruction="mvin3")], "a[0:4, 0:16, 0:16])\n                for koi"),
    ],
)
def test_primitives_do_what_they_say(genes, expected):
    assert expected in text(*genes)


def test_an_instruction_is_inlined_changed_and_called_again():
    inlined = [ARRAY, gene("inline", statement="mvin2"), gene("inline_window", statement="src=")]
    inlined.append(gene("inline_window", statement="dst="))
    (site,) = [s for s in describe(DECODER.decode(inlined).proc, LIBRARY)["statements"] if s["name"] == "i"]
    assert site["instructions"] == ["mvin2", "mvin3", "mvout_wide"]  # of one form
    called = DECODER.decode([*inlined, gene("replace", statement="i", instruction="mvin2")]).proc
    assert to_c(called, LIBRARY) == to_c(DECODER.decode([ARRAY]).proc, LIBRARY)


def test_a_configuration_that_no_instruction_sets_is_no_c():
    genes = [ARRAY, gene("inline", statement="config_st")]
    with pytest.raises(Exception, match="a configuration is set, or read, by no instruction"):
        to_c(DECODER.decode(genes).proc, LIBRARY)
    assert "config_st" not in to_c(DECODER.decode([*genes, gene("delete_config", statement="ConfigStore=")]).proc, LIBRARY)


@pytest.mark.parametrize(
    ("refused", "reason"),
    [
        (gene("reorder_stmts", statement="res="), "touch the same"),
        (gene("remove_loop", loop="k"), "may not be done once only"),
        (gene("add_loop", statement="res+=", iterations=2, guard="none"), "may not be done more than once"),
        (gene("eliminate_dead_code", statement="j"), "isn't always False"),
        (gene("stage_mem", statement="res=", array="A", how="copy"), "does not access 'A' element by element"),
        (gene("reuse_buffer", buffer="res", other="res"), "'res' is still used when 'res' is"),
        (gene("set_memory", buffer="res", memory="scratchpad"), "'res' can be in DRAM, not in scratchpad"),
    ],
)
def test_what_would_be_wrong_is_refused_though_checks_are_deferred(refused, reason):
    with pytest.raises(DecodeFailed, match=reason):
        DECODER.decode([refused])


def test_a_buffer_is_reused_only_when_it_is_dead():
    tall = [gene("cut_loop", loop="k", at=32), gene("bind_expr", expression="res+=.1"), gene("lift_alloc", buffer="A_value", lifts=1)]
    two = [*tall, gene("bind_expr", expression="res+=#1.1"), gene("lift_alloc", buffer="A_value#1", lifts=1)]
    reused = DECODER.decode([*two, gene("reuse_buffer", buffer="A_value", other="A_value#1")]).proc
    assert list(sites.buffers(reused)) == ["res", "A_value"]
    with pytest.raises(DecodeFailed, match="'a' is still used when 'b' is"):
        DECODER.decode([ARRAY, gene("reuse_buffer", buffer="a", other="b")])


def test_an_expression_that_is_no_more_is_an_intron():
    assert DECODER.decode([gene("bind_expr", expression="res+=.9")]).introns == (0,)


@pytest.mark.parametrize(
    "copies", [gene("unroll_loop", loop="j"), gene("unroll", loop="j", factor=32), gene("unroll_and_jam", loop="j", factor=32)]
)
def test_a_gene_that_makes_too_many_statements_is_refused_before_it_is_applied(copies, monkeypatch):
    genes = [gene("unroll_loop", loop="k")]
    DECODER.decode(genes)
    for operator in ("unroll_loop", "divide_loop"):
        monkeypatch.setattr(f"exo.stdlib.scheduling.{operator}", None)  # is not called
    monkeypatch.setattr("exo_service.limits.MAX_STATEMENTS", 500)
    with pytest.raises(DecodeFailed, match="statements; the limit is 500"):
        DECODER.decode([*genes, copies])


def test_what_is_described_fits():
    described = describe(DECODER.naive.proc, LIBRARY)
    assert {"res=", "k"} <= {s["name"] for s in described["statements"]}
    fitting = {s["name"]: s["fits"] for s in described["statements"]}
    assert "reorder_stmts" not in fitting["res="] and "lift_scope" in fitting["j"]
    expressions = {e["name"]: e["fits"] for e in described["expressions"]}
    assert expressions["res+=.0"] == ["commute_expr"] and expressions["res+=.1"] == ["bind_expr"]
    assert [s["arrays"] for s in described["statements"] if s["name"] == "res+="] == [["res", "A", "B"]]


def test_names_of_expressions_follow_those_of_statements():
    assert sites.find_number(DECODER.naive.proc, "res+=.2").name() == "B"
