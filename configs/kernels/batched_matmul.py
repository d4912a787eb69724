"""A kernel of one's own: matrix products of a batch, as docs/own-kernel.md explains."""

from __future__ import annotations

from exo import DRAM, proc
from exo_service import Requantise

requantise = Requantise(0.001, relu=True)


@proc
def batched_matmul(
    G: size,
    N: size,
    K: size,
    M: size,
    A: i8[G, N, K] @ DRAM,
    B: i8[G, K, M] @ DRAM,
    bias: i32[M] @ DRAM,
    C: i8[G, N, M] @ DRAM,
):
    for g in seq(0, G):
        for i in seq(0, N):
            for j in seq(0, M):
                res: i32 @ DRAM
                res = bias[j]
                for k in seq(0, K):
                    res += A[g, i, k] * B[g, k, j]
                C[g, i, j] = requantise(res)
