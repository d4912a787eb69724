"""Long genomes: what experts' composites come to, gene by gene."""

import time
from pathlib import Path

import pytest
import yaml
from exo_service.accelerator import read_accelerator
from exo_service.codegen import to_c
from exo_service.decode import Decoder
from exo_service.kernels import naive_matmul
from exo_service.library import Requantise, make_library
from single_operators import COMPOSITES, calls_of, genes_of, without_names

ROOT = Path(__file__).parents[2]
CATALOGUE = yaml.safe_load((ROOT / "src/genome/alphabet.yaml").read_text())
TUNED = yaml.safe_load((ROOT / "populations/matmul/tuned.yaml").read_text())["genes"]


@pytest.fixture(scope="module")
def kernel():
    requantise = Requantise(0.0007, False)
    library = make_library(read_accelerator(ROOT / "configs/accelerators/gemmini-16x16.yaml"), requantise)
    return naive_matmul(512, 512, 512, requantise), library


@pytest.fixture(scope="module")
def composed(kernel):
    """The C of the tuned genome, and the genes that are the operators which it comes to."""
    naive, library = kernel
    decoder = Decoder(naive, library, deferred=True)
    functions = dict(decoder.functions)
    calls = calls_of(decoder, [gene for genes in TUNED for gene in genes.items()])
    return to_c(calls[-1].after, library), genes_of(calls, naive, functions, library)


def test_genes_of_single_operators_make_the_schedule_of_the_tuned_genome(kernel, composed):
    naive, library = kernel
    c, genes = composed
    assert len(genes) > 130
    assert {kind for kind, _ in genes if CATALOGUE[kind]["level"] == "composite"} <= COMPOSITES
    schedule = Decoder(naive, library, deferred=True).decode(genes)
    assert schedule.introns == ()
    assert without_names(to_c(schedule.proc, library)) == without_names(c)


def test_190_genes_decode_within_three_seconds(kernel, composed):
    naive, library = kernel
    genes = composed[1]
    start = time.process_time()
    Decoder(naive, library, deferred=True).decode(genes)
    assert (time.process_time() - start) * 190 / len(genes) < 3


def test_of_a_long_genome_only_what_is_new_is_decoded(kernel, composed):
    naive, library = kernel
    *genes, (_, last) = composed[1]
    decoder, applied = Decoder(naive, library, deferred=True), []
    decoder.decode(genes)
    for kind, function in decoder.functions.items():
        decoder.functions[kind] = lambda proc, kind=kind, function=function, **given: applied.append(kind) or function(proc, **given)
    decoder.decode([*genes, ("place", {"buffer": last["buffer"], "bank": 1})])
    assert applied == ["place"]
