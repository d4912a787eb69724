"""Every other subcommand, and what it says to broken input."""

import json
import os
import re
import subprocess

import pytest
import yaml
from command_line import DOUBTFUL, EXPERIMENT, ROOT, environment, exogene, write_experiment, write_kernel

BASELINE = ROOT / "populations/matmul/baseline.yaml"


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    folder = tmp_path_factory.mktemp("history")
    path = folder / "small.h5"
    exogene("run", write_experiment(folder), "--set", "search.generations=2", "-o", path)
    return path


def metrics_of(text):
    """Of what evaluate prints: a title, status and metrics, times, versions."""
    return {name: int(number.replace(",", "")) for name, number in re.findall(r"^(\w+) +([\d,]+)$", text.split("\n\n")[1], re.M)}


def test_evaluate_prints_status_and_every_metric():
    said = exogene("evaluate", BASELINE, "--kernel", ROOT / "configs/kernels/matmul-512x512x512.yaml").stdout
    assert re.search(r"^status +ok$", said, re.M)
    metrics = metrics_of(said)
    assert len(metrics) == 35
    assert metrics["macs"] == 512**3
    assert metrics["dram_bytes"] == 10240 * 1024 + 256 * 1024
    assert "-march=rv64gc" in said


def test_evaluate_of_a_bad_genome_says_why(tmp_path):
    genome = tmp_path / "bad.yaml"
    genome.write_text("kernel: matmul\ngenes:\n  - simplify: {}\n  - divide_loop: {loop: i, factor: 3, tail: perfect}\n")
    done = exogene("evaluate", genome, check=False)
    assert done.returncode == 1
    assert "decode_failed" in done.stdout and "not a multiple of 3" in done.stdout
    assert "1 (divide_loop: {loop: i, factor: 3, tail: perfect})" in done.stdout


def test_a_kernel_may_keep_buffers_in_dram(tmp_path):
    genome = tmp_path / "heap.yaml"
    genome.write_text("kernel: matmul\ngenes:\n  - expand_dim: {buffer: res, loop: j}\n")
    assert re.search(r"^status +ok$", exogene("evaluate", genome).stdout, re.M)


@pytest.mark.parametrize("checks", ["deferred", "always"])
def test_both_checks_measure_the_same(checks):
    assert metrics_of(exogene("evaluate", BASELINE, "--checks", checks).stdout)["instructions"] == 2455


def test_trace_is_in_the_trace_event_format(tmp_path):
    path = tmp_path / "t.json"
    assert "t.json" in exogene("trace", BASELINE, "-o", path).stdout
    document = json.loads(path.read_text())
    events = document["traceEvents"]
    spans = [event for event in events if event["ph"] == "X"]
    named = {event["tid"] for event in events if event["ph"] == "M" and event["name"] == "thread_name"}
    assert {event["ph"] for event in events} == {"X", "M"}
    assert sum(event["name"] == "COMPUTE_PRELOADED" for event in spans) == 2 * 512  # queued, and executed
    last = {}
    for event in spans:
        assert event["tid"] in named and event["dur"] >= 0
        assert last.get(event["tid"], 0) <= event["ts"]  # no two overlap in one row
        last[event["tid"]] = event["ts"] + event["dur"]
    assert {"array", "DMA load", "store", "load queue"} <= {e["args"]["name"] for e in events if e["ph"] == "M"}


def test_the_breakdown_adds_up(tmp_path):
    metrics = metrics_of(exogene("evaluate", BASELINE).stdout)
    parts = [value for name, value in metrics.items() if name.startswith("cycles_")]
    assert len(parts) == 6
    assert sum(parts) == metrics["cycles"]
    assert metrics["cycles_array"] >= 8192


def test_primitives_are_the_catalogue():
    said = exogene("primitives").stdout
    catalogue = yaml.safe_load((ROOT / "src/genome/alphabet.yaml").read_text())
    assert sum(entry["level"] == "primitive" for entry in catalogue.values()) >= 15
    for name, entry in catalogue.items():
        assert f"  {name}: {{" in said
        assert entry["help"] in said


def test_doctor_finds_everything_and_says_what_is_missing(tmp_path):
    assert "Everything is there." in exogene("doctor").stdout
    done = exogene("doctor", check=False, env=environment(PATH=tmp_path))
    assert done.returncode == 1
    assert re.search(r"^MISSING +riscv64-unknown-elf-gcc .*not found on PATH", done.stdout, re.M)


def test_what_is_exported_is_what_was_measured(history, tmp_path):
    shown = exogene("show", history, "best").stdout
    genome = tmp_path / "best.yaml"
    exogene("export", history, "--best", "--format", "genome", "-o", genome)
    assert shown.endswith(genome.read_text())
    kernel = write_kernel(tmp_path)
    measured = metrics_of(exogene("evaluate", genome, "--kernel", kernel).stdout)
    row = re.search(r"^instructions .*", shown, re.M).group().split()
    assert measured["instructions"] == int(row[3].replace(",", ""))
    assert "void kernel(" in exogene("export", history, "--format", "c").stdout
    assert exogene("export", history, "--id", 0, "--format", "genome").stdout == "kernel: matmul\ngenes: []\n"


def test_prove_says_what_is_proven_and_what_is_not(tmp_path):
    proven = exogene("prove", BASELINE).stdout
    assert re.search(r"^verdict +proven$", proven, re.M)
    assert "right on 3 fresh data sets" in proven
    doubtful, kernel = tmp_path / "doubtful.yaml", write_kernel(tmp_path)
    doubtful.write_text(DOUBTFUL)
    assert re.search(r"^status +ok$", exogene("evaluate", doubtful, "--kernel", kernel).stdout, re.M)
    done = exogene("prove", doubtful, "--kernel", kernel, check=False)
    assert done.returncode == 1
    assert re.search(r"^verdict +not_proven$", done.stdout, re.M)
    assert re.search(r"^reason +decode_failed, gene 2 \(reorder_loops: .*cannot be reordered", done.stdout, re.M)


def test_minimise_takes_out_what_was_planted(tmp_path):
    planted = tmp_path / "planted.yaml"
    planted.write_text(
        "kernel: matmul\ngenes:\n  - simplify: {}\n  - tensorise: {widths: [4, 4]}\n  - unroll_loop: {loop: none}\n"
        "  - permute: {loops: [joo, io]}\n  - permute: {loops: [io, joo]}\n  - load_once: {buffer: b, loop: io}\n"
        "  - unroll_loop: {loop: none}\n"
    )
    least = tmp_path / "least.yaml"
    exogene("minimise", planted, "-o", least)
    assert least.read_text().startswith("# 2 of 7 genes make the same C, ")
    assert yaml.safe_load(least.read_text())["genes"] == [
        {"tensorise": {"widths": [4, 4]}},
        {"load_once": {"buffer": "b", "loop": "io"}},
    ]
    assert exogene("export", least, "--format", "c").stdout == exogene("export", planted, "--format", "c").stdout
    bad = tmp_path / "bad.yaml"
    bad.write_text("kernel: matmul\ngenes:\n  - divide_loop: {loop: i, factor: 3, tail: perfect}\n")
    done = exogene("minimise", bad, check=False)
    assert done.returncode == 1 and "makes no C: decode_failed" in done.stderr


def test_exo_calls_of_an_individual_make_its_c(history, tmp_path):
    exported = tmp_path / "best.py"
    exogene("export", history, "--best", "--format", "exo", "-o", exported)
    command = [ROOT / ".venv/bin/python", "-W", "ignore", exported]
    made = subprocess.run(command, capture_output=True, text=True, env=environment(PYTHONPATH=ROOT / "src"), check=True)
    assert made.stdout == exogene("export", history, "--best", "--format", "c").stdout


def broken(tmp_path, name, change):
    path = tmp_path / name
    path.write_text(change(EXPERIMENT.format(root=ROOT)))
    return path


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda t: t.replace("seed:", "sead:"), r"broken.yaml:8: unknown key 'sead'; expected one of"),
        (lambda t: t.replace("population: 8", "population: many"), r"broken.yaml:9: population is 'many'; expected a whole"),
        (lambda t: t.replace("gemmini-16x16", "gemmini-17x17"), r"broken.yaml:3: accelerator is .*there is no file"),
        (lambda t: t.replace("tensorise", "tensorize"), r"broken.yaml:6: unknown primitive 'tensorize'"),
        (lambda t: t.replace("N: 32", "N: 0"), r"broken.yaml:2: N is '0'; expected a whole number from 1"),
        (lambda t: t.replace("name: small", "name: [small"), r"broken.yaml:\d+: not YAML"),
        (lambda t: "", r"broken.yaml"),
    ],
)
def test_a_broken_experiment_is_one_line(tmp_path, change, expected):
    done = exogene("run", broken(tmp_path, "broken.yaml", change), check=False)
    assert done.returncode == 2
    assert re.search(expected, done.stderr), done.stderr
    assert done.stderr.count("\n") == 1 and done.stdout == ""


def test_other_broken_input_is_one_line(tmp_path, history):
    text = tmp_path / "text.h5"
    text.write_text("this is no HDF5 file")
    genome = tmp_path / "genome.yaml"
    genome.write_text("kernel: matmul\ngenes:\n  - no_such: {}\n")
    torn = tmp_path / "torn.h5"
    torn.write_bytes(history.read_bytes()[:100_000])
    without_gcc = environment(PATH=tmp_path)
    for code, expected, env, *arguments in (
        (2, "cannot be read", None, "run", tmp_path / "none.yaml"),
        (2, "genome.yaml:3: unknown primitive 'no_such'", None, "evaluate", genome),
        (2, "unknown key 'x'", None, "run", write_experiment(tmp_path), "--set", "x=1"),
        (2, "already; resume it", None, "run", write_experiment(tmp_path), "-o", text),
        (2, "expected one from 0 to", None, "export", history, "--id", 9999, "--format", "c"),
        (2, "a history has its own kernel", None, "export", history, "--kernel", BASELINE, "--format", "c"),
        (2, "a genome file has no individuals", None, "export", BASELINE, "--id", 1, "--format", "c"),
        (2, "--format", None, "export", history, "--format", "fortran"),
        (2, "subcommand", None),
        (1, "riscv64-unknown-elf-gcc: not found on PATH", without_gcc, "evaluate", BASELINE),
        (1, "riscv64-unknown-elf-gcc: not found on PATH", without_gcc, "run", write_experiment(tmp_path)),
        (1, "text.h5", None, "resume", text),
        (1, "torn.h5", None, "show", torn),
        (1, "none.h5", None, "show", tmp_path / "none.h5"),
    ):
        done = exogene(*arguments, check=False, env=env)
        assert done.returncode == code, (arguments, done.stderr)
        assert expected in done.stderr, (arguments, done.stderr)
        assert done.stderr.count("\n") == 1, (arguments, done.stderr)
    assert text.read_text() == "this is no HDF5 file"


def test_the_program_leaves_no_files_behind(tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    exogene("evaluate", BASELINE, env=environment(TMPDIR=scratch))
    assert os.listdir(scratch) == []
