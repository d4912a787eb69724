"""What the service remembers changes how fast it answers, never what."""

from collections import Counter

from exo_service import service
from exo_service.describe import describe
from mutants import mutants
from test_service import OPEN, TENSORISE, talk

NAMES = ("i", "j", "k", "io", "joo", "joi", "koo", "koi", "koi#1", "a", "b", "res", "mvin3", "matmul_acc", "res=", "if")


def decode(genes):
    return {"op": "decode", "genes": genes}


def test_replies_depend_on_the_genome_alone():
    requests = [decode(genes) for genes in mutants("matmul", 300, seed=1, extra_names=NAMES)]
    opening = {**OPEN, "checks": "deferred"}
    forwards = talk(opening, *requests, hash_seed="1")[1:]
    backwards = talk(opening, *reversed(requests), hash_seed="2")[:0:-1]
    for request, one, other in zip(requests, forwards, backwards, strict=True):
        assert one == other, request["genes"]
    assert all(reply.get("reproducible", True) for reply in forwards)  # no gene met its deadline
    statuses = Counter(reply["status"] for reply in forwards)
    assert statuses["ok"] > 100 and statuses["decode_failed"] > 30, statuses


def test_a_process_that_has_grown_says_so():
    small, large = ({**OPEN, "memory": memory} for memory in (1_000_000, 10_000_000_000))
    grown, fine = talk(small, decode([TENSORISE]), large, decode([TENSORISE]))[1::2]
    assert grown.pop("restart") is True
    assert grown == fine


def test_sites_are_listed_once_for_a_schedule(monkeypatch):
    described = []
    monkeypatch.setattr(service, "describe", lambda proc, library: described.append(proc) or describe(proc, library))
    opened = service.Service()
    opened.open({**OPEN, "checks": "deferred"})
    first, again, other = (opened.sites({"genes": genes}) for genes in ([TENSORISE], [TENSORISE], []))
    assert first == again != other
    assert len(described) == 2
