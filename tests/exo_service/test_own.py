"""Kernels in Python files of their users."""

from pathlib import Path

import pytest
from exo_service import Requantise
from exo_service.accelerator import read_accelerator
from exo_service.decode import DecodeFailed, Decoder
from exo_service.kernels import make_kernel
from exo_service.own import OwnKernelError, arguments, output_requantise, read_own_kernel

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "configs/kernels/batched_matmul.py"
HEAD = """from __future__ import annotations
from exo import DRAM, proc
from exo_service import Requantise

half = Requantise(0.5, relu=True)
double = Requantise(2.0)
"""


def own(folder, signature, *body, sizes=None):
    path = folder / "own.py"
    path.write_text(HEAD + "\n".join((f"@proc\ndef mine({signature}):", *("    " + line for line in body))) + "\n")
    return read_own_kernel(path, "mine", sizes or {})


def test_sizes_are_bound_and_arrays_described():
    kernel = read_own_kernel(SHIPPED, "batched_matmul", {"G": 2, "N": 3, "K": 4, "M": 5})
    assert kernel.name() == "kernel"
    assert arguments(kernel) == [
        {"name": "A", "type": "i8", "elements": 24},
        {"name": "B", "type": "i8", "elements": 40},
        {"name": "bias", "type": "i32", "elements": 5},
        {"name": "C", "type": "i8", "elements": 30},
    ]
    requantise = output_requantise(kernel)
    assert (requantise.scale, requantise.relu) == (0.001, True)


def test_the_page_about_own_kernels_shows_the_shipped_one():
    page = (ROOT / "docs/own-kernel.md").read_text()
    _, _, code = SHIPPED.read_text().partition('"""\n')  # behind the docstring
    assert f"```python\n# batched_matmul.py\n{code.lstrip()}```\n" in page


def test_the_output_says_how_sums_become_int8(tmp_path):
    for function, expected in (("half", (0.5, True)), ("double", (2.0, False)), ("", (1.0, False))):
        lines = ("for i in seq(0, 8):", "    y[i] = " + (f"{function}(x[i])" if function else "x[i]"))
        (tmp_path / function).mkdir(exist_ok=True)
        requantise = output_requantise(own(tmp_path / function, "x: i8[8] @ DRAM, y: i8[8] @ DRAM", *lines))
        assert isinstance(requantise, Requantise)
        assert (requantise.scale, requantise.relu) == expected


COPY = ("for i in seq(0, 8):", "    y[i] = x[i]")


@pytest.mark.parametrize(
    ("signature", "body", "sizes", "expected"),
    [
        ("x: i8[8] @ DRAM, y: i8[8] @ DRAM", COPY, {"N": 3}, "mine has the sizes none; the kernel file gives N"),
        ("N: size, x: i8[N] @ DRAM, y: i8[N] @ DRAM", ("y[0] = x[0]",), {}, "mine has the sizes N; .* gives none"),
        ("x: f32[8] @ DRAM, y: i8[8] @ DRAM", COPY, {}, "argument x is .*; expected an array of i8 or i32"),
        ("x: i8 @ DRAM, y: i8[8] @ DRAM", ("y[0] = x",), {}, "argument x is .*; expected an array"),
        ("y: i8[8] @ DRAM", ("y[0] = 0.0",), {}, "it takes 1 arrays; expected from 2 to 8"),
        ("x: i8[8] @ DRAM, y: i8[8] @ DRAM", ("x[0] = y[0]",), {}, "it sets x; expected y, its last, alone"),
        ("x: i8[8] @ DRAM, y: i8[8] @ DRAM", ("x[0] = 0.0", "y[0] = 0.0"), {}, "it sets x and y; expected y"),
        ("x: i8[8] @ DRAM, y: i8[8] @ DRAM", ("pass",), {}, "it sets no argument; expected y"),
        ("x: i8[8] @ DRAM, y: i32[20000, 20000] @ DRAM", ("y[0, 0] = x[0]",), {}, "y takes 1600000000 bytes"),
        ("x: i8[8] @ DRAM, y: i8[8] @ DRAM", ("y[0] = x[9]",), {}, "out-of-bounds"),
        ("x: i8[8] @ DRAM, y: i8[8] @ DRAM", ("y[0] = z",), {}, "'z' undefined"),
    ],
)
def test_what_is_no_kernel_is_refused_in_one_line(tmp_path, signature, body, sizes, expected):
    with pytest.raises(OwnKernelError, match=expected) as caught:
        own(tmp_path, signature, *body, sizes=sizes)
    assert "\n" not in str(caught.value)


def test_a_file_without_the_proc_or_with_an_error_is_refused(tmp_path):
    with pytest.raises(OwnKernelError, match="it defines no 'gemv'; expected an Exo proc of that name"):
        read_own_kernel(SHIPPED, "gemv", {})
    with pytest.raises(OwnKernelError, match="it defines no 'requantise'"):
        read_own_kernel(SHIPPED, "requantise", {})
    broken = tmp_path / "broken.py"
    broken.write_text("import no_such_module\n")
    with pytest.raises(OwnKernelError, match="ModuleNotFoundError: No module named 'no_such_module'"):
        read_own_kernel(broken, "mine", {})


MATMUL = """\
for i in seq(0, 8):
    for j in seq(0, 8):
        res: i32 @ DRAM
        res = 0.0
        for k in seq(0, 8):
            res += x[i, k] * w[k, j]
        y[i, j] = half(res)"""


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", None),
        ("x[i, k]", "x[k, i]", r"x\[k, i\]; expected the indices i, k at the end"),
        ("w[k, j]", "w[j, k]", r"w\[j, k\]; expected the indices k, j at the end"),
        ("x[i, k] * w[k, j]", "x[i, k]", "something else than products"),
        ("res", "total", "expected loops i, j and k"),
    ],
)
def test_tensorise_says_what_it_expects_of_a_product(tmp_path, before, after, expected):
    arrays = "x: i8[8, 8] @ DRAM, w: i8[8, 8] @ DRAM, y: i8[8, 8] @ DRAM"
    own(tmp_path, arrays, *MATMUL.replace(before, after).splitlines())
    kernel = {"family": "mine", "exo": str(tmp_path / "own.py"), "sizes": {}}
    naive, library = make_kernel(kernel, read_accelerator(ROOT / "configs/accelerators/gemmini-8x8.yaml"))
    genes = [("tensorise", {"widths": [1, 1]})]
    if expected is None:
        Decoder(naive, library).decode(genes)
    else:
        with pytest.raises(DecodeFailed, match=expected):
            Decoder(naive, library).decode(genes)
