"""What exo_service.adjustments changes in Exo."""

import ctypes
import subprocess
from contextlib import contextmanager
from pathlib import Path

import numpy
import pytest
import yaml
from exo_service import adjustments
from exo_service.accelerator import read_accelerator
from exo_service.codegen import to_c
from exo_service.decode import Decoder, decode
from exo_service.kernels import naive_matmul
from exo_service.library import Requantise, make_library

ROOT = Path(__file__).parents[2]


def c_of(genes):
    """The C of a product of 16 x 8 by 8 x 8."""
    requantise = Requantise(1.0, False)
    library = make_library(read_accelerator(ROOT / "configs/accelerators/gemmini-16x16.yaml"), requantise)
    return to_c(decode(naive_matmul(16, 8, 8, requantise), genes, library).proc, library)


def check_on_this_host(c, folder):
    source, shared = folder / "kernel.c", folder / "kernel.so"
    source.write_text(c)
    include = ROOT / "src/gemmini/runtime"
    subprocess.run(["gcc", "-O1", "-shared", "-fPIC", "-I", include, source, "-o", shared], check=True)
    random = numpy.random.default_rng(1)
    a = random.integers(-2, 3, (16, 8), dtype=numpy.int8)
    b = random.integers(-2, 3, (8, 8), dtype=numpy.int8)
    out = numpy.zeros((16, 8), dtype=numpy.int8)
    ctypes.CDLL(str(shared)).kernel(*(ctypes.c_void_p(array.ctypes.data) for array in (a, b, out)))
    assert (out == a @ b).all()


def test_a_remainder_as_factor_keeps_its_parentheses(tmp_path):
    genes = [
        ("divide_loop", {"loop": "i", "factor": 4, "tail": "perfect"}),
        ("reorder_loops", {"loop": "ii"}),
        ("reorder_loops", {"loop": "io"}),
        ("mult_loops", {"loop": "j"}),  # io becomes a remainder, and rows 4 * io + ii
    ]
    c = c_of(genes)
    assert "% 4)" in c
    check_on_this_host(c, tmp_path)


def test_constants_are_divided_without_a_fraction(tmp_path):
    c = c_of([("divide_loop", {"loop": "i", "factor": 3, "tail": "cut"})])
    assert "15" in c  # the first row behind five full tiles
    check_on_this_host(c, tmp_path)


@contextmanager
def without(speed_ups):
    """Exo as it is, but for its other adjustments."""
    quick = [(owner, name, getattr(owner, name)) for owner, name, _ in speed_ups]
    try:
        for owner, name, plain in speed_ups:
            setattr(owner, name, plain)
        yield
    finally:
        for owner, name, ours in quick:
            setattr(owner, name, ours)


@pytest.fixture(scope="module")
def tuned():
    """What gives the C of the tuned genome for 128 x 128 x 128."""
    genome = yaml.safe_load((ROOT / "populations/matmul/tuned.yaml").read_text())
    genes = [(kind, arguments) for gene in genome["genes"] for kind, arguments in gene.items()]
    requantise = Requantise(0.0007, False)
    library = make_library(read_accelerator(ROOT / "configs/accelerators/gemmini-16x16.yaml"), requantise)
    naive = naive_matmul(128, 128, 128, requantise)
    return lambda: to_c(Decoder(naive, library, deferred=True).decode(genes).proc, library)


@pytest.fixture(scope="module")
def quick(tuned):
    return tuned()


PLAIN = adjustments.PLAIN
IDS = [name for _, name, _ in PLAIN] + ["all"]


@pytest.mark.parametrize("speed_ups", [*([each] for each in PLAIN), PLAIN], ids=IDS)
def test_speed_ups_change_no_expert_schedule(speed_ups, tuned, quick):
    with without(speed_ups):
        assert tuned() == quick
