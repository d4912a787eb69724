"""The service as its own process, as its callers run it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OPEN = {
    "op": "open",
    "accelerator": str(ROOT / "configs/accelerators/gemmini-16x16.yaml"),
    "kernel": {
        "family": "matmul", "sizes": {"N": 128, "K": 128, "M": 128}, "bias": False, "scale": 0.0007, "relu": False
    },
    "checks": "always",
}
TENSORISE = ["tensorise", {"widths": [4, 4]}]


def talk(*requests, hash_seed="random"):
    """Replies of a fresh process to the requests; a str goes out as it is."""
    lines = [request if isinstance(request, str) else json.dumps(request) for request in requests]
    run = subprocess.run(
        [sys.executable, "-W", "ignore::SyntaxWarning", "-m", "exo_service.service"],
        input="\n".join(lines) + "\n",
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        timeout=500,
        check=True,
    )
    return [json.loads(line) for line in run.stdout.splitlines()]


@pytest.fixture(scope="module")
def replies():
    names = {
        "open": OPEN,
        "baseline": {"op": "decode", "genes": [TENSORISE]},
        "refused": {"op": "decode", "genes": [TENSORISE, ["cut_loop", {"loop": "io", "at": 4000}]]},
        "unreadable": {"op": "decode", "genes": [["no_such_gene", {"buffer": "res"}]]},
        "nonsense": "not json",
        "not a map": "[1]",
        "no checks": {**OPEN, "checks": "never"},
        "not a number": {**OPEN, "kernel": {**OPEN["kernel"], "scale": "x"}},
        "no family": {**OPEN, "kernel": {**OPEN["kernel"], "family": "fft"}},
        "not an accelerator": {**OPEN, "accelerator": str(ROOT / "LICENSE")},
        "short gene": {"op": "decode", "genes": [["divide_loop", {"loop": "i"}]]},
        "gene of a list": {"op": "decode", "genes": [["divide_loop", [1]]]},
        "sites": {"op": "sites", "genes": [TENSORISE]},
        "text": {"op": "text", "genes": [TENSORISE]},
        "text of a refused gene": {"op": "text", "genes": [["cut_loop", {"loop": "i", "at": 4000}]]},
        "features": {"op": "features", "genes": [TENSORISE]},
        "features of a refused gene": {"op": "features", "genes": [["cut_loop", {"loop": "i", "at": 4000}]]},
        "intron": {"op": "decode", "genes": [["unroll_loop", {"loop": "zz"}]]},
    }
    return dict(zip(names, talk(*names.values())))


def test_text_is_what_exo_prints(replies):
    text = replies["text"]["text"]
    assert replies["text"]["status"] == "ok"
    assert text.startswith("def kernel(A: i8[128, 128]") and "matmul_acc(" in text
    assert replies["text of a refused gene"]["status"] == "decode_failed"


def test_features_are_numbers_by_name(replies):
    assert replies["features"]["status"] == "ok"
    assert replies["features"]["features"]["compute_preloaded"] == 8 * 8 * 8
    assert replies["features of a refused gene"]["status"] == "decode_failed"


def test_decode_gives_c(replies):
    assert replies["open"] == {"ok": True, "exo": "1.0.0"}
    assert replies["baseline"]["status"] == "ok"
    assert "gemmini_preload(" in replies["baseline"]["c"]


def test_failures_have_a_status_and_a_reason(replies):
    assert replies["refused"]["status"] == "decode_failed"
    assert replies["refused"]["gene"] == 1
    assert replies["refused"]["reason"]
    assert replies["unreadable"] == {"ok": False, "error": "missing or unknown: 'no_such_gene'"}
    for request in ("nonsense", "not a map", "no checks", "not a number", "no family", "not an accelerator"):
        assert replies[request]["ok"] is False
        assert replies[request]["error"]
    for request in ("short gene", "gene of a list"):
        assert replies[request]["status"] == "decode_failed"
    assert replies["intron"]["introns"] == [0]


def test_sites_are_named_in_program_order(replies):
    names = {kind: [site["name"] for site in replies["sites"][kind]] for kind in ("loops", "buffers", "statements")}
    assert names["loops"] == ["io", "joo", "joi", "koo", "koi", "joi#1", "joi#2"]
    assert names["buffers"] == ["res", "a", "b"]
    assert names["statements"][:5] == ["config_ex", "config_ld0", "config_ld1", "config_ld2", "config_st"]


def test_a_request_before_open_is_an_error_not_an_end():
    first, second = talk({"op": "decode", "genes": []}, OPEN)
    assert first == {"ok": False, "error": "no kernel is open; send open first"}
    assert second["ok"] is True


def test_the_c_does_not_depend_on_the_process_or_its_past():
    genes = [TENSORISE, ["hoist", {"buffer": "b", "loops": 4}], ["unroll", {"loop": "joi#1", "factor": 4}]]
    wanted = {"op": "decode", "genes": genes}
    texts = set()
    for seed, past in (("0", []), ("1", [{"op": "decode", "genes": [TENSORISE]}]), ("2", [wanted])):
        reply = talk(OPEN, *past, wanted, hash_seed=seed)[-1]
        assert reply["status"] == "ok"
        texts.add(reply["c"])
    assert len(texts) == 1
