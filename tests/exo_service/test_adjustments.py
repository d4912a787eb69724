"""What exo_service.adjustments changes in Exo."""

import ctypes
import subprocess
from pathlib import Path

import numpy
from exo_service.accelerator import read_accelerator
from exo_service.codegen import to_c
from exo_service.decode import decode
from exo_service.kernels import naive_matmul
from exo_service.library import Requantise, make_library

ROOT = Path(__file__).parents[2]


def test_a_remainder_as_factor_keeps_its_parentheses(tmp_path):
    requantise = Requantise(1.0, False)
    library = make_library(read_accelerator(ROOT / "configs/accelerators/gemmini-16x16.yaml"), requantise)
    genes = [
        ("divide_loop", {"loop": "i", "factor": 4, "tail": "perfect"}),
        ("reorder_loops", {"loop": "ii"}),
        ("reorder_loops", {"loop": "io"}),
        ("mult_loops", {"loop": "j"}),  # io becomes a remainder, and rows 4 * io + ii
    ]
    c = to_c(decode(naive_matmul(16, 8, 8, requantise), genes, library).proc, library)
    assert "% 4)" in c
    source, shared = tmp_path / "kernel.c", tmp_path / "kernel.so"
    source.write_text(c)
    include = ROOT / "src/gemmini/runtime"
    subprocess.run(["gcc", "-O1", "-shared", "-fPIC", "-I", include, source, "-o", shared], check=True)
    random = numpy.random.default_rng(1)
    a = random.integers(-2, 3, (16, 8), dtype=numpy.int8)
    b = random.integers(-2, 3, (8, 8), dtype=numpy.int8)
    out = numpy.zeros((16, 8), dtype=numpy.int8)
    ctypes.CDLL(str(shared)).kernel(*(ctypes.c_void_p(array.ctypes.data) for array in (a, b, out)))
    assert (out == a @ b).all()
