"""Instructions for blocks that may reach past the edge of a matrix."""

from __future__ import annotations

from types import SimpleNamespace

from exo import DRAM, instr
from exo.stdlib.scheduling import make_instr, rename


def tail_instructions(dim: int, requantise, SCRATCHPAD, ACCUMULATOR) -> SimpleNamespace:
    """The instructions of `make_library`, by the same names, that take how many rows and columns are left.

    What lies beyond takes no part: fewer rows and columns are moved and computed, and nothing at all of a block that is
    wholly outside. `rows`, `cols` and `depth` count from the block on and may be more than it has, or none. The loads
    with `slice` are from an array of more than two dimensions; `exists` says that there is such a slice.
    """
    DIM = dim

    @instr(f"gemmini_tail_mvin(0, {{dst_data}}, {{cols}}, {{rows}}, {DIM});")
    def zero_acc(rows: index, cols: index, dst: [i32][DIM, DIM] @ ACCUMULATOR):
        assert stride(dst, 0) == DIM
        for i in seq(0, DIM):
            if i < rows:
                for j in seq(0, DIM):
                    if j < cols:
                        dst[i, j] = 0.0

    @instr(f"gemmini_tail_mvin(&{{src_data}}, {{dst_data}}, {{cols}}, {{rows}}, {DIM});")
    def bias_acc(rows: index, cols: size, src: [i32][cols] @ DRAM, dst: [i32][DIM, DIM] @ ACCUMULATOR):
        assert stride(src, 0) == 1
        assert stride(dst, 0) == DIM
        for i in seq(0, DIM):
            if i < rows:
                for j in seq(0, DIM):
                    if j < cols:
                        dst[i, j] = src[j]

    # The comparisons are those that stage_mem puts around each element that it copies.
    @instr(f"gemmini_tail_mvin2(&{{src_data}}, {{dst_data}}, {{cols}}, {{rows}}, {DIM}, {DIM} * {{blocks}});")
    def mvin2(
        top: index,
        left: index,
        rows: size,
        cols: size,
        blocks: size,
        src: [i8][rows, cols] @ DRAM,
        dst: [i8][blocks, DIM, DIM] @ SCRATCHPAD,
    ):
        assert blocks <= 4
        assert stride(src, 1) == 1
        assert stride(dst, 0) == DIM * DIM
        assert stride(dst, 1) == DIM
        for i in seq(0, DIM):
            for block in seq(0, blocks):
                for j in seq(0, DIM):
                    if (
                        0 <= i + top
                        and i + top < rows + top
                        and 0 <= DIM * block + j + left
                        and DIM * block + j + left < cols + left
                    ):
                        dst[block, i, j] = src[i, DIM * block + j]

    @instr(f"gemmini_tail_mvin2(&{{src_data}}, {{dst_data}}, {{cols}}, {{rows}}, {DIM}, {DIM} * {{blocks}});")
    def slice_mvin2(
        exists: bool,
        top: index,
        left: index,
        rows: size,
        cols: size,
        blocks: size,
        src: [i8][rows, cols] @ DRAM,
        dst: [i8][blocks, DIM, DIM] @ SCRATCHPAD,
    ):
        assert blocks <= 4
        assert stride(src, 1) == 1
        assert stride(dst, 0) == DIM * DIM
        assert stride(dst, 1) == DIM
        for i in seq(0, DIM):
            for block in seq(0, blocks):
                for j in seq(0, DIM):
                    if (
                        exists
                        and 0 <= i + top
                        and i + top < rows + top
                        and 0 <= DIM * block + j + left
                        and DIM * block + j + left < cols + left
                    ):
                        dst[block, i, j] = src[i, DIM * block + j]

    mvin3 = make_instr(rename(mvin2, "mvin3"), mvin2.get_instr().replace("tail_mvin2", "tail_mvin3"))

    slice_mvin3 = make_instr(
        rename(slice_mvin2, "mvin3"), slice_mvin2.get_instr().replace("tail_mvin2", "tail_mvin3")
    )
    slice_mvin2 = rename(slice_mvin2, "mvin2")

    @instr(f"gemmini_tail_matmul({{a_data}}, {{b_data}}, {{c_data}}, {{rows}}, {{cols}}, {{depth}}, {DIM});")
    def matmul_acc(
        rows: index,
        cols: index,
        depth: index,
        a: [i8][DIM, DIM] @ SCRATCHPAD,
        b: [i8][DIM, DIM] @ SCRATCHPAD,
        c: [i32][DIM, DIM] @ ACCUMULATOR,
    ):
        assert stride(a, 0) == DIM
        assert stride(b, 0) == DIM
        assert stride(c, 0) == DIM
        for i in seq(0, DIM):
            if i < rows:
                for j in seq(0, DIM):
                    if j < cols:
                        for k in seq(0, DIM):
                            if k < depth:
                                c[i, j] += a[i, k] * b[k, j]

    @instr(f"gemmini_tail_mvout(&{{dst_data}}, {{src_data}}, {{cols}}, {{rows}}, {DIM});")
    def mvout(rows: size, cols: size, src: [i32][DIM, DIM] @ ACCUMULATOR, dst: [i8][rows, cols] @ DRAM):
        assert stride(dst, 1) == 1
        assert stride(src, 0) == DIM
        for i in seq(0, DIM):
            if i < rows:
                for j in seq(0, DIM):
                    if j < cols:
                        dst[i, j] = requantise(src[i, j])

    # What composites bring in. The column is compared as it is in each of the blocks that become one store.
    @instr(f"gemmini_tail_matmul_over({{a_data}}, {{b_data}}, {{c_data}}, {{rows}}, {{cols}}, {{depth}}, {DIM});")
    def matmul(
        rows: index,
        cols: index,
        depth: index,
        a: [i8][DIM, DIM] @ SCRATCHPAD,
        b: [i8][DIM, DIM] @ SCRATCHPAD,
        c: [i32][DIM, DIM] @ ACCUMULATOR,
    ):
        assert stride(a, 0) == DIM
        assert stride(b, 0) == DIM
        assert stride(c, 0) == DIM
        for i in seq(0, DIM):
            if i < rows:
                for j in seq(0, DIM):
                    if j < cols:
                        c[i, j] = 0.0
                        for k in seq(0, DIM):
                            if k < depth:
                                c[i, j] += a[i, k] * b[k, j]

    @instr(f"gemmini_tail_mvout_wide(&{{dst_data}}, {{src_data}}, {{cols}}, {{rows}}, {DIM}, {DIM} * {{blocks}});")
    def mvout_wide(
        rows: size, cols: size, blocks: size, src: [i32][blocks, DIM, DIM] @ ACCUMULATOR, dst: [i8][rows, cols] @ DRAM
    ):
        assert blocks <= 4
        assert stride(dst, 1) == 1
        assert stride(src, 0) == DIM * DIM
        assert stride(src, 1) == DIM
        for i in seq(0, DIM):
            if i < rows:
                for block in seq(0, blocks):
                    for j in seq(0, DIM):
                        if j < cols - DIM * block:
                            dst[i, DIM * block + j] = requantise(src[block, i, j])

    names = ("zero_acc", "bias_acc", "mvin2", "mvin3", "slice_mvin2", "slice_mvin3", "matmul_acc", "mvout")
    names += ("matmul", "mvout_wide")
    instructions = locals()
    return SimpleNamespace(**{name: instructions[name] for name in names})
