"""Naive kernels as Exo procs."""

from __future__ import annotations

from exo import DRAM, proc

from .library import Requantise


def naive_matmul(N: int, K: int, M: int, requantise: Requantise):
    """C[N][M] = requantise(A[N][K] * B[K][M]); int8 in and out, int32 sums."""

    @proc
    def kernel(A: i8[N, K] @ DRAM, B: i8[K, M] @ DRAM, C: i8[N, M] @ DRAM):
        for i in seq(0, N):
            for j in seq(0, M):
                res: i32 @ DRAM
                res = 0.0
                for k in seq(0, K):
                    res += A[i, k] * B[k, j]
                C[i, j] = requantise(res)

    return kernel
