"""Kernel -> schedule -> C with the real Exo and the real compilers."""

import ctypes
import re
import subprocess
from pathlib import Path

import numpy
import pytest
from exo.stdlib.scheduling import SchedulingError
from exo_service.accelerator import read_accelerator
from exo_service import sites
from exo_service.codegen import to_c
from exo_service.decode import Decoder
from exo_service.kernels import make_kernel, naive_matmul
from exo_service.library import Requantise, make_library
from exo_service.memories import CapacityExceeded, RowAllocator
from exo_service.tensorise import tensorise

ROOT = Path(__file__).parents[2]
SCALE = 0.0007
RISCV_FLAGS = (
    "-O2 -std=gnu11 -Wall -Werror -Wno-unused -ffreestanding -fno-tree-loop-distribute-patterns -ffp-contract=off "
    "-mcmodel=medany -march=rv64gc -mabi=lp64d"
).split()


def schedule(dim, sizes, widths, relu=False):
    accelerator = read_accelerator(ROOT / f"configs/accelerators/gemmini-{dim}x{dim}.yaml")
    requantise = Requantise(SCALE, relu)
    library = make_library(accelerator, requantise)
    naive = naive_matmul(*sizes, requantise)
    return (naive if widths is None else tensorise(naive, library, *widths)), library


def compile_c(c, tmp_path, compiler, *flags):
    source = tmp_path / "kernel.c"
    source.write_text(c)
    output = tmp_path / "kernel.out"
    command = [compiler, *flags, "-I", ROOT / "src/gemmini/runtime", source, "-o", output]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return output


@pytest.mark.parametrize("relu", [False, True])
def test_the_naive_kernel_computes_the_product(tmp_path, relu):
    """Run on this host: 2^31 is far and SCALE is no reciprocal, so numpy's rounding is the store path's."""
    n, k, m = 16, 48, 32
    naive, library = schedule(16, (n, k, m), None, relu)
    shared = compile_c(to_c(naive, library), tmp_path, "gcc", "-O2", "-ffp-contract=off", "-shared", "-fPIC")
    random = numpy.random.default_rng(1)
    a = random.integers(-128, 128, (n, k), dtype=numpy.int8)
    b = random.integers(-128, 128, (k, m), dtype=numpy.int8)
    c = numpy.empty((n, m), dtype=numpy.int8)
    pointers = [ctypes.c_void_p(array.ctypes.data) for array in (a, b, c)]
    ctypes.CDLL(str(shared)).kernel(*pointers)
    sums = a.astype(numpy.int32) @ b.astype(numpy.int32)
    golden = numpy.clip(numpy.rint(sums.astype(numpy.float32) * numpy.float32(SCALE)), -128, 127)
    assert (c == (numpy.maximum(golden, 0) if relu else golden)).all()


@pytest.mark.parametrize("dim", [4, 8, 16, 32])
@pytest.mark.parametrize("widths", [(1, 1), (4, 4), (2, 4)])
def test_tensorise_leaves_only_instructions(tmp_path, dim, widths):
    sizes = (2 * dim, 8 * dim, 4 * dim)
    tensorised, library = schedule(dim, sizes, widths)
    c = to_c(tensorised, library)
    for command in ("config_ex", "config_st", "mvin", "mvin2", "mvin3", "preload", "compute_preloaded", "mvout"):
        assert c.count(f"gemmini_{command}(") == 1, command
    assert c.count("gemmini_config_ld(") == 3
    for command, width in (("mvin2", widths[1]), ("mvin3", widths[0])):
        assert re.search(rf"gemmini_{command}\(.*, {dim} \* \({width}\), {dim}\);", c)
    assert "scale_i8" not in c
    compile_c(c, tmp_path, "riscv64-unknown-elf-gcc", *RISCV_FLAGS, "-c")


def test_the_naive_kernel_compiles_for_the_host_core(tmp_path):
    naive, library = schedule(16, (128, 128, 128), None)
    compile_c(to_c(naive, library), tmp_path, "riscv64-unknown-elf-gcc", *RISCV_FLAGS, "-c")


def test_buffers_get_rows_of_their_own():
    tensorised, library = schedule(16, (128, 128, 128), (4, 4))
    c = to_c(tensorised, library)
    assert "const uint32_t res = 0x80000000u;" in c
    assert "const uint32_t a = 0x0u;" in c
    assert "const uint32_t b = 0x40u;" in c
    assert to_c(tensorised, library) == c


@pytest.mark.parametrize("sizes", [(100, 128, 128), (128, 100, 128), (128, 128, 100), (1, 1, 1)])
def test_sizes_that_are_no_multiples_take_the_instructions_for_tails(tmp_path, sizes):
    tensorised, library = schedule(16, sizes, (4, 4))
    c = to_c(tensorised, library)
    for command in ("mvin", "mvin2", "mvin3", "matmul", "mvout"):
        assert c.count(f"gemmini_tail_{command}(") == 1, command
    assert "scale_i8" not in c
    compile_c(c, tmp_path, "riscv64-unknown-elf-gcc", *RISCV_FLAGS, "-c")


CONV_SIZES = {
    "batch": 2, "in_rows": 9, "in_cols": 20, "in_channels": 20, "out_channels": 70,
    "kernel": 3, "stride": 2, "padding": 1,
}


@pytest.mark.parametrize(("family", "sizes"), [("matmul", {"N": 100, "K": 70, "M": 50}), ("conv2d", CONV_SIZES)])
def test_tails_and_convolutions_decode_alike_with_checks_deferred(family, sizes):
    texts = set()
    for deferred in (False, True):
        kernel = {"family": family, "sizes": sizes, "bias": True, "scale": SCALE, "relu": True}
        naive, library = make_kernel(kernel, read_accelerator(ROOT / "configs/accelerators/gemmini-16x16.yaml"))
        decoder = Decoder(naive, library, deferred=deferred)
        texts.add(to_c(decoder.decode([("tensorise", {"widths": [4, 2]})]).proc, library))
    assert len(texts) == 1


def test_a_convolution_keeps_the_strip_of_pixels_that_a_row_of_the_array_needs(tmp_path):
    kernel = {"family": "conv2d", "sizes": CONV_SIZES, "bias": False, "scale": SCALE, "relu": False}
    naive, library = make_kernel(kernel, read_accelerator(ROOT / "configs/accelerators/gemmini-8x8.yaml"))
    tensorised = tensorise(naive, library, 1, 4)
    assert "a: i8[4, 17, 8] @ scratchpad" in str(tensorised)  # 8 pixels, 2 apart, and one on each side
    assert list(sites.loops(tensorised)) == [
        "n", "y", "io", "joo", "joi", "kh", "koo", "strip", "kw", "koi", "joi#1", "joi#2"
    ]
    c = to_c(tensorised, library)
    for command in ("config_ex_strided", "tail_mvin", "strip_mvin2", "tail_mvin3", "strip_matmul", "tail_mvout"):
        assert c.count(f"gemmini_{command}(") == 1, command
    compile_c(c, tmp_path, "riscv64-unknown-elf-gcc", *RISCV_FLAGS, "-c")


def test_loads_of_more_than_four_blocks_are_refused():
    with pytest.raises(SchedulingError, match="1 to 4 blocks"):
        schedule(16, (128, 128, 128), (5, 4))


def test_rows_are_first_fit_and_bounded():
    rows = RowAllocator("scratchpad", 100)
    assert [rows.allocate(name, 40, 0, 100) for name in "ab"] == [0, 40]
    with pytest.raises(CapacityExceeded, match="c needs 40 rows; scratchpad has 100"):
        rows.allocate("c", 40, 0, 100)
    rows.free("a")
    assert rows.allocate("c", 30, 0, 100) == 0
    assert rows.allocate("d", 10, 0, 100) == 30
