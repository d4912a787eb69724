"""Reports of real histories: what they say is what `show` says, and no history is changed or trusted."""

import shutil

import h5py
import pandas as pd
import pytest
from command_line import exogene, start, write_experiment
from page import Page

SEVERAL = [
    "--set", "objectives=[cycles, scratchpad_rows_used]",
    "--set", "search.population=5",
    "--set", "search.generations=4",
    "--set", "search.elites=1",
    "--set", "search.selection=nsga2",
    "--set", "search.operators={choice: adaptive_pursuit}",
    "--set", "search.islands={count: 2, migration_every: 2, migrants: 1, stagnation: 3}",
]  # fmt: skip
RANDOM = [
    "--set", "objectives=[cycles]",
    "--set", "search={algorithm: random, batch: 4, genes: 3, retries: 4}",
    "--set", "budget.evaluations=8",
]  # fmt: skip


@pytest.fixture(scope="module")
def histories(tmp_path_factory):
    """A search with a front and adaptive operators, and two random ones of other seeds."""
    folder = tmp_path_factory.mktemp("report")
    experiment = write_experiment(folder)
    exogene("run", experiment, *SEVERAL, "-o", folder / "front.h5")
    for seed in (3, 4):
        exogene("run", experiment, *RANDOM, "--set", f"seed={seed}", "-o", folder / f"random{seed}.h5")
    return folder / "front.h5", folder / "random3.h5", folder / "random4.h5"


@pytest.fixture(scope="module")
def reported(histories, tmp_path_factory):
    folder = tmp_path_factory.mktemp("one") / "report"
    said = exogene("report", histories[0], "-o", folder).stdout
    assert "report/index.html" in said and "report/report.pdf" in said
    return folder


def words_of(view, history, first):
    """Rows of what `show` prints, as lists of words, from the one that begins with `first` on to an empty one."""
    lines = iter(exogene("show", history, view).stdout.splitlines())
    table = [next(line for line in lines if line.split()[:1] == [first])]
    for line in lines:
        if not line:
            break
        table.append(line)
    return [line.split() for line in table]


@pytest.mark.parametrize(
    ("section", "view", "first"), [("Front", "front", "cycles"), ("Operators", "operators", "operator")]
)
def test_tables_are_those_that_show_prints(histories, reported, section, view, first):
    table = Page(reported / "index.html").tables[section]
    assert [" ".join(row).split() for row in table] == words_of(view, histories[0], first)
    assert len(table) > 2


def test_the_figures_are_of_the_data_of_the_history(histories, reported):
    with h5py.File(histories[0]) as file:
        born, generations = map(int, file["committed"])
        genomes = len({tuple(row) for row in file["individuals/genome_hash"][:born]})
        names = list(file["individuals/metrics"].attrs["names"])
        right = file["individuals/status"][:born] == 0
        cycles = file["individuals/metrics"][:born, names.index("cycles")]
    files = {path.name: pd.read_csv(path) for path in reported.glob("*.csv")}
    assert set(files) == {f"1-{name}.csv" for name in ("curve", "cycles", "statuses", "probabilities", "front")}
    assert files["1-statuses.csv"].drop(columns="generation").to_numpy().sum() == born
    assert len(files["1-curve.csv"]) == genomes
    assert files["1-curve.csv"]["cycles"].iloc[-1] == cycles[right].min()
    assert files["1-probabilities.csv"].drop(columns="generation").sum(axis=1).to_numpy() == pytest.approx(1)
    assert len(files["1-probabilities.csv"]) == generations
    assert len(files["1-front.csv"]) == right.sum()
    bars = files["1-cycles.csv"].set_index("schedule")
    assert bars.loc["baseline"].sum() == cycles[1]
    page = (reported / "index.html").read_text()
    assert page.count("data:image/svg+xml;base64,") == len(files)
    shown = exogene("show", histories[0], "best").stdout
    assert shown[shown.index("kernel: matmul\ngenes:") :].strip() in page
    assert (reported / "report.pdf").read_bytes().startswith(b"%PDF")


def test_a_report_again_is_the_same_and_takes_the_place_of_the_first(histories, reported, tmp_path):
    for _ in range(2):
        exogene("report", histories[0], "-o", tmp_path / "report")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report"]
    names = sorted(path.name for path in reported.iterdir())
    assert names == sorted(path.name for path in (tmp_path / "report").iterdir())
    for name in names:
        assert (reported / name).read_bytes() == (tmp_path / "report" / name).read_bytes(), name


def test_several_histories_are_compared(histories, tmp_path):
    exogene("report", *histories, histories[1], "-o", tmp_path / "report")
    page = Page(tmp_path / "report/index.html")
    assert [row[-1] for row in page.tables["The histories"][1:]] == ["generational", "random", "random", "random"]
    effects = {row[0]: row[1:] for row in page.tables["At equal numbers of evaluations"]}
    curves = pd.read_csv(tmp_path / "report/compare-curves.csv").groupby("group")
    assert set(effects) == {"", "generational", "random"} == {""} | set(curves.groups)
    assert effects["random"][0] == "3" and len(curves.get_group("random")) == 8
    ours = curves.get_group("generational")["median"].iloc[7]
    others = [pd.read_csv(tmp_path / f"report/{i}-curve.csv")["cycles"].iloc[-1] for i in (2, 3, 4)]
    wins = sum((ours < other) + 0.5 * (ours == other) for other in others)
    assert effects["random"][3] == f"{wins / 3:.2f}"


def test_a_history_is_read_while_it_is_written_and_after_the_writer_was_killed(tmp_path):
    path, folder = tmp_path / "running.h5", tmp_path / "report"
    process = start("run", write_experiment(tmp_path), "--set", "search.generations=400", "-o", path)
    while "generation 2/" not in process.stdout.readline():
        assert process.poll() is None
    exogene("report", path, "-o", folder)
    assert process.poll() is None
    before = len(pd.read_csv(folder / "1-curve.csv"))
    process.kill()
    process.communicate()
    left = path.read_bytes()
    exogene("report", path, "-o", folder)
    assert len(pd.read_csv(folder / "1-curve.csv")) >= before >= 8
    assert path.read_bytes() == left
    assert {entry.name for entry in tmp_path.iterdir()} <= {"small.yaml", "running.h5", "running.h5.journal", "report"}


def test_broken_input_is_one_line_and_leaves_nothing(histories, tmp_path):
    text, torn, foreign = tmp_path / "text.h5", tmp_path / "torn.h5", tmp_path / "foreign"
    text.write_text("this is no HDF5 file")
    torn.write_bytes(histories[0].read_bytes()[:100_000])
    foreign.mkdir()
    (foreign / "index.html").write_text("mine")
    there = sorted(tmp_path.iterdir())
    for expected, *arguments in (
        ("text.h5: ", text, "-o", tmp_path / "report"),
        ("torn.h5: ", histories[0], torn, "-o", tmp_path / "report"),
        ("none.h5: does not exist", tmp_path / "none.h5", "-o", tmp_path / "report"),
        ("foreign: exists and is not an earlier report", histories[1], "-o", foreign),
        ("text.h5: exists", histories[1], "-o", text),
        ("--output is required", histories[1]),
    ):
        done = exogene("report", *arguments, check=False)
        assert done.returncode == 2, arguments
        assert expected in done.stderr and done.stderr.count("\n") == 1, done.stderr
        assert done.stdout == ""
    assert sorted(tmp_path.iterdir()) == there
    assert (foreign / "index.html").read_text() == "mine"


def test_texts_of_a_history_are_shown_not_obeyed(histories, tmp_path):
    hostile = tmp_path / "<img src=x onerror=alert(1)>$x^{\x1b[31m.h5"
    shutil.copy(histories[0], hostile)
    with h5py.File(hostile, "r+") as file:
        letters = file["individuals/operation/bytes"]
        letters[:] = list(letters[:].tobytes().replace(b"migration", b"<script>$"))
    exogene("report", hostile, "-o", tmp_path / "report")
    page = Page(tmp_path / "report/index.html")
    assert "script" not in page.tags
    assert "<script>$" in [row[0] for row in page.tables["Operators"]]
    text = (tmp_path / "report/index.html").read_text()
    assert "&lt;img src=x onerror=alert(1)&gt;$x^{\N{REPLACEMENT CHARACTER}[31m.h5" in text
    assert "default-src 'none'" in text  # nor would a browser


def test_a_history_without_a_generation_has_no_figures(histories, tmp_path):
    empty = tmp_path / "empty.h5"
    shutil.copy(histories[1], empty)
    with h5py.File(empty, "r+") as file:
        file["committed"][:] = 0
    exogene("report", empty, "-o", tmp_path / "report")
    assert "No generation is complete yet." in (tmp_path / "report/index.html").read_text()
    assert sorted(path.name for path in (tmp_path / "report").iterdir()) == ["index.html", "report.pdf"]
