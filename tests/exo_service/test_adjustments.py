"""What exo_service.adjustments changes in Exo."""

from __future__ import annotations

import ctypes
import subprocess
from contextlib import contextmanager
from pathlib import Path
from zlib import crc32

import exo.core.LoopIR_pprint as printing
import numpy
import pytest
import yaml
import z3
from exo import DRAM, proc
from exo.core.LoopIR import LoopIR
from exo.core.prelude import Sym
from exo.stdlib.scheduling import SchedulingError, fission, simplify
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


def test_a_name_hashes_alike_in_every_process():
    one, other = Sym("io"), Sym("io")
    assert hash(one) == hash(other) == crc32(b"io")
    assert one != other and len({one, other}) == 2


def test_z3_gives_up_after_so_much_work():
    assert z3.get_param("rlimit") == "20000000"
    # Fermat's theorem for an exponent of 3 keeps it busy for ever.
    a, b, c = z3.Ints("a b c")
    solver = z3.Solver()
    solver.add(a > 0, b > 0, c > 0, a * a * a + b * b * b == c * c * c)
    assert solver.check() == z3.unknown


def formatted(print_node):
    """Exo's own text of a node, by yapf."""
    return lambda node: printing._format_code(print_node(node, printing.PrintEnv()))


@pytest.mark.parametrize("name", ["baseline", "tuned"])
def test_plain_text_makes_the_same_schedule(name, monkeypatch):
    genes = yaml.safe_load((ROOT / f"populations/matmul/{name}.yaml").read_text())["genes"]
    genes = [(kind, arguments) for gene in genes for kind, arguments in gene.items()]

    def schedule():
        requantise = Requantise(1.0, False)
        library = make_library(read_accelerator(ROOT / "configs/accelerators/gemmini-16x16.yaml"), requantise)
        scheduled = Decoder(naive_matmul(128, 128, 128, requantise), library, deferred=True, gene_seconds=60).decode(genes)
        return str(scheduled.proc), to_c(scheduled.proc, library)

    plain = schedule()
    monkeypatch.setattr(LoopIR.expr, "__str__", formatted(printing._print_expr))
    monkeypatch.setattr(
        LoopIR.stmt, "__str__", formatted(lambda node, environment: "\n".join(printing._print_stmt(node, environment, "")))
    )
    assert schedule() == plain


def test_a_guard_says_nothing_of_an_inner_loop_of_its_name():
    @proc
    def shadowed(y: i8[4] @ DRAM):
        for k in seq(0, 4):
            if k == 0:
                for k in seq(0, 4):
                    y[k] = 0.0

    assert "y[k_1] = 0.0" in str(simplify(shadowed))


def test_what_a_sum_starts_from_is_not_lifted_out_of_its_loop():
    @proc
    def last(x: i32[8] @ DRAM, y: i32[8] @ DRAM):
        for i in seq(0, 8):
            y[0] = 0.0
            y[0] += x[i]

    @proc
    def apart(x: i32[8] @ DRAM, y: i32[8] @ DRAM):
        for i in seq(0, 8):
            y[i] = 0.0
            y[i] += x[i]

    with pytest.raises(SchedulingError, match="Cannot fission"):
        fission(last, last.find_loop("i").body()[0].after())
    assert str(fission(apart, apart.find_loop("i").body()[0].after())).count("for i in") == 2
