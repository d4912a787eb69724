"""LLM mutation in whole runs: against a real model, which at 135M parameters proves the plumbing only, and against
endpoints that fail in every way at once; both replayed without any of them."""

import json
import re
import subprocess
import sys
from pathlib import Path

import h5py
import pytest
from asking import Endpoint, column, completion, outcomes, texts
from command_line import ROOT, environment, exogene, same, start
from page import Page

KEY = 'sk-"of\\the/test'"'%s<&>$(id)7261"
EXPERIMENT = """\
name: asking
kernel: {{kernel: matmul, sizes: {{N: 16, K: 32, M: 16}}, scale: 0.001, relu: false}}
accelerator: {root}/configs/accelerators/gemmini-16x16.yaml
initial:
  {initial}
objectives: [cycles]
seed: 5
search: {{algorithm: {algorithm}, population: 6, generations: 2, elites: 2, retries: 2{more}}}
llm:
  share: 1
  models: {models}
  timeout: 300
  retries: 0
  reply_tokens: 40
  budget: {{calls: {calls}}}
"""
NAIVE = "naive: {kernel: matmul, genes: []}"
ARRAY = "array: {kernel: matmul, genes: [tensorise: {widths: [1, 1]}]}"


def write_experiment(folder, models, calls=1000, initial=ARRAY, algorithm="generational"):
    path = folder / "asking.yaml"
    more = "" if algorithm == "llm_only" else ", tournament: 2, crossover: 0"
    text = EXPERIMENT.format(root=ROOT, models=json.dumps(models), calls=calls, initial=initial, algorithm=algorithm, more=more)
    path.write_text(text)
    return path


def run(experiment, history, *more):
    env = environment(OMP_NUM_THREADS=1, EXOGENE_TEST_KEY=KEY, no_proxy="127.0.0.1")
    return exogene("run", experiment, "-o", history, *more, env=env)


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    """Experiment, history and printed text of a run that asks the local model, within a budget of two calls."""
    folder = tmp_path_factory.mktemp("local")
    server = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("model_server.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        models = [{"url": server.stdout.readline().strip() + "/v1", "model": "smollm2-135m"}]
        experiment = write_experiment(folder, models, calls=2, initial=NAIVE)
        done = run(experiment, folder / "local.h5")
    finally:
        server.stdin.close()
        server.wait(timeout=60)
    return experiment, folder / "local.h5", done.stdout


def test_a_real_model_is_asked_within_its_budget(local):
    experiment, history, said = local
    assert "generation 2/2" in said and "Done: " in said
    found = outcomes(history)
    assert len(found) == 9  # every mutation asks
    assert sum(column(history, "calls")) == 2
    assert "unavailable" not in found
    assert found.count("over_budget") == 7
    for outcome, (tokens_in, tokens_out), seconds, reply in zip(
        found, column(history, "tokens"), column(history, "seconds"), texts(history, "reply")
    ):
        if outcome == "over_budget":
            continue
        assert tokens_in > 500 and 0 < tokens_out <= 40 and seconds > 0
        assert outcome == "truncated" or set(json.loads(reply)) == {"edits"}  # decoding is constrained
    table = exogene("show", history, "proposals").stdout
    assert "\noutcome " in table
    assert "the budget of 2 calls is spent" in table
    assert table.splitlines()[-1].split()[:2] == ["all", "9"]


def test_the_real_run_is_replayed_offline(local, tmp_path):
    experiment, history, _ = local
    run(experiment, tmp_path / "again.h5", "--replay", history)
    assert same(history, tmp_path / "again.h5").stdout.startswith("The same search: 3 generations")
    for name in ("prompt", "reply", "reason", "model"):
        assert texts(history, name) == texts(tmp_path / "again.h5", name)
    for name in ("outcome", "child", "tokens", "seconds", "cost", "calls"):
        assert column(history, name) == column(tmp_path / "again.h5", name)


def edits_for(number, body):
    """Something new each time, of names that the schema of the question says are alive."""
    loops = body["response_format"]["json_schema"]["schema"]["$defs"]["loop"]["enum"]
    gene = {"peel": {"loop": loops[number % len(loops)], "end": "first"}} if number % 2 else {"simplify": {}}
    return completion([{"edit": "insert", "position": 1, "gene": gene}])


@pytest.fixture(scope="module")
def troubled(tmp_path_factory):
    """A run whose models are one that dies after four answers, one that refuses the key, and one that is not there."""
    folder = tmp_path_factory.mktemp("troubled")
    dying = Endpoint(lambda number, body: edits_for(number, body) if number < 4 else (500, "dead"))
    refusing = Endpoint(lambda *_: (401, json.dumps({"error": {"message": f"wrong key {KEY}"}})))
    models = [
        {"url": dying.url, "model": "dying", "weight": 4, "price_in": 1, "price_out": 2},
        {"url": refusing.url, "model": "refusing", "key_variable": "EXOGENE_TEST_KEY", "weight": 2},
        {"url": "http://127.0.0.1:1/v1", "model": "absent"},
    ]
    experiment = write_experiment(folder, models)
    try:
        done = run(experiment, folder / "troubled.h5", "--set", "search.generations=4")
    finally:
        dying.stop()
        refusing.stop()
    return experiment, folder / "troubled.h5", done, dying, refusing


def test_a_run_outlives_all_its_models(troubled):
    _, history, done, dying, refusing = troubled
    assert "generation 4/4" in done.stdout
    for trouble in ("dying: HTTP 500: dead", "refusing: HTTP 401: wrong key [key]", "absent: Couldn't connect to server"):
        assert len(re.findall(rf"^generation [1-4]: model {re.escape(trouble)}$", done.stdout, re.M)) == 1
    assert "model refusing: not asked again after HTTP 401: wrong key [key]\n" in done.stdout
    found = list(zip(texts(history, "model"), outcomes(history), texts(history, "reason")))
    assert {model for model, outcome, _ in found if outcome == "accepted"} == {"dying"}
    assert ("dying", "unavailable", "HTTP 500: dead") in found
    assert ("refusing", "unavailable", "HTTP 401: wrong key [key]") in found
    assert ("absent", "unavailable", "Couldn't connect to server") in found
    assert len(refusing.requests) == 1 and refusing.requests[0][0] == f"Bearer {KEY}"
    assert len(dying.requests) == 7 and dying.requests[0][0] is None
    with h5py.File(history) as file:
        assert file["individuals/generation"][:].tolist().count(4) == 4
    cost = [cost for (model, outcome, _), cost in zip(found, column(history, "cost")) if outcome == "accepted"]
    assert cost and all(one == pytest.approx(900e-6 + 60e-6) for one in cost)


def test_the_key_is_nowhere(troubled):
    _, history, done, *_ = troubled
    for key in (KEY, json.dumps(KEY)[1:-1]):
        assert key not in done.stdout + done.stderr
        for file in history.parent.iterdir():
            assert key.encode() not in file.read_bytes()


def test_a_report_tells_what_became_of_the_questions(troubled, tmp_path):
    _, history, *_ = troubled
    exogene("report", history, "-o", tmp_path / "report")
    _, *rows = Page(tmp_path / "report/index.html").tables["Proposals of language models"]
    lines = exogene("show", history, "proposals").stdout.splitlines()
    head = next(i for i, line in enumerate(lines) if line.startswith("outcome"))
    printed = [line.split(None, 6) for line in lines[head + 1 : -1]]
    assert {(row[0], row[1]): row[2:] for row in rows} == {(row[0], row[6]): row[1:6] for row in printed}
    assert len(rows) == len(printed) > 3


def test_half_a_replay_and_the_rest_is_the_whole(troubled, tmp_path):
    experiment, history, *_ = troubled
    half = tmp_path / "half.h5"
    run(experiment, half, "--replay", history, "--set", "search.generations=2")
    exogene("resume", half, "--generations", 2, "--replay", history, env=environment(OMP_NUM_THREADS=2))
    assert same(history, half).returncode == 0


def test_a_killed_run_does_not_ask_again(tmp_path):
    history = tmp_path / "killed.h5"
    running = []

    def answer(number, body):
        if number == 2:
            running[0].kill()
        return edits_for(number, body)

    endpoint = Endpoint(answer)
    env = environment(OMP_NUM_THREADS=1, no_proxy="127.0.0.1")
    experiment = write_experiment(tmp_path, [{"url": endpoint.url, "model": "m"}])
    try:
        running.append(start("run", experiment, "-o", history, env=env))
        running[0].communicate(timeout=200)
        assert running[0].returncode == -9
        assert len(endpoint.requests) == 3
        exogene("resume", history, env=env)
    finally:
        endpoint.stop()
    sent = [body["messages"] for _, body in endpoint.requests]
    recorded = [json.loads(prompt) for prompt in texts(history, "prompt")]
    assert len(recorded) == 9
    assert sent[2] == sent[3]
    assert recorded == sent[:2] + sent[3:]


def test_pairs_for_tuning(troubled, tmp_path):
    _, history, *_ = troubled
    out = tmp_path / "pairs.jsonl"
    exogene("export", history, "--format", "sft", "-o", out)
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(lines) == outcomes(history).count("accepted") > 0
    for line in lines:
        assert list(line) == ["messages", "gain", "status", "model", "parent", "child"]
        assert [message["role"] for message in line["messages"]] == ["system", "user", "assistant"]
        assert all(set(message) == {"role", "content"} for message in line["messages"])
        edits = json.loads(line["messages"][2]["content"])["edits"]
        assert 1 <= len(edits) <= 3 and edits[0]["edit"] == "insert"
        assert (line["gain"] is None) == (line["status"] != "ok")
    refused = exogene("export", history, "--format", "sft", "--best", check=False)
    assert refused.returncode == 2 and "--format sft" in refused.stderr


def test_llm_only_is_an_algorithm(tmp_path):
    endpoint = Endpoint(edits_for)
    experiment = write_experiment(tmp_path, [{"url": endpoint.url, "model": "m"}], calls=5, algorithm="llm_only")
    try:
        run(experiment, tmp_path / "only.h5")
    finally:
        endpoint.stop()
    with h5py.File(tmp_path / "only.h5") as file:
        names, ends = bytes(file["individuals/operation/bytes"][:]).decode(), file["individuals/operation/offsets"][:]
        operations = {names[start:end] for start, end in zip(ends[:-1], ends[1:])}
    assert operations == {"curated", "llm"}
    assert len(endpoint.requests) == 5


def test_what_cannot_be_asked_is_said_before_the_run(tmp_path):
    models = [{"url": "http://127.0.0.1:1/v1", "model": "m", "key_variable": "EXOGENE_NO_SUCH_KEY"}]
    experiment = write_experiment(tmp_path, models)
    refused = exogene("run", experiment, "-o", tmp_path / "a.h5", check=False)
    assert refused.returncode == 1
    assert "EXOGENE_NO_SUCH_KEY: not set" in refused.stderr
    assert not (tmp_path / "a.h5").exists()
    refused = exogene(
        "run", ROOT / "configs/quickstart.yaml", "-o", tmp_path / "a.h5", "--replay", "x.h5", check=False
    )
    assert refused.returncode == 2
    assert "--replay: the experiment has no key 'llm'" in refused.stderr
