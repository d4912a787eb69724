"""Naive kernels as Exo procs."""

from __future__ import annotations

from pathlib import Path

from exo import DRAM, proc
from exo.stdlib.scheduling import rename

from .accelerator import Accelerator
from .add import add_instructions, naive_add
from .conv import Conv, naive_conv
from .library import Requantise, make_library
from .own import output_requantise, read_own_kernel
from .strips import strip_instructions


def make_kernel(kernel: dict, accelerator: Accelerator):
    """The naive proc of a kernel and the instructions for it.

    `kernel` has the keys of a kernel file, `family` for `kernel`. KeyError, TypeError or ValueError says what is
    missing or wrong, OwnKernelError what is wrong with the file of a user's kernel.
    """
    if kernel.get("exo"):
        naive = read_own_kernel(Path(kernel["exo"]), kernel["family"], kernel["sizes"])
        return naive, make_library(accelerator, output_requantise(naive))
    requantise = Requantise(float(kernel["scale"]), bool(kernel["relu"]))
    library = make_library(accelerator, requantise)
    sizes = kernel["sizes"]
    if kernel["family"] == "matmul":
        naive = naive_matmul(sizes["N"], sizes["K"], sizes["M"], requantise, bool(kernel["bias"]))
    elif kernel["family"] == "conv2d":
        conv = library.conv = Conv(**sizes)
        library.strips = strip_instructions(library, conv.stride, conv.strip(library.DIM), conv.in_channels)
        naive = naive_conv(conv, requantise, bool(kernel["bias"]))
    elif kernel["family"] == "residual_add":
        scale_a, scale_b = (Requantise(float(kernel["input_scales"][array])) for array in "AB")
        library.adds = add_instructions(library, scale_a, scale_b)
        naive = naive_add(sizes["N"], sizes["M"], scale_a, scale_b, requantise)
    else:
        raise ValueError(f"kernel family is {kernel['family']!r}; expected matmul, conv2d or residual_add")
    return naive, library


def naive_matmul(N: int, K: int, M: int, requantise: Requantise, bias: bool = False):
    """C[N][M] = requantise(A[N][K] * B[K][M]); int8 in and out, int32 sums, which start from bias[M] if `bias`."""

    @proc
    def biased(A: i8[N, K] @ DRAM, B: i8[K, M] @ DRAM, bias: i32[M] @ DRAM, C: i8[N, M] @ DRAM):
        for i in seq(0, N):
            for j in seq(0, M):
                res: i32 @ DRAM
                res = bias[j]
                for k in seq(0, K):
                    res += A[i, k] * B[k, j]
                C[i, j] = requantise(res)

    @proc
    def kernel(A: i8[N, K] @ DRAM, B: i8[K, M] @ DRAM, C: i8[N, M] @ DRAM):
        for i in seq(0, N):
            for j in seq(0, M):
                res: i32 @ DRAM
                res = 0.0
                for k in seq(0, K):
                    res += A[i, k] * B[k, j]
                C[i, j] = requantise(res)

    return rename(biased, "kernel") if bias else kernel
