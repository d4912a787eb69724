"""Instructions for convolutions: strips of neighbouring pixels of an image row."""

from __future__ import annotations

from types import SimpleNamespace

from exo import DRAM, instr


def strip_instructions(library: SimpleNamespace, stride_of_pixels: int, strip: int, channels: int) -> SimpleNamespace:
    """The instructions that differ from those for tails when rows of A are output pixels.

    mvin2 loads from an input row of pixels of `channels` bytes into a buffer of `strip` pixels a block; the rows of A
    for one tap lie `stride_of_pixels` apart in it. What is outside the image is neither loaded nor computed with:
    `inside` says whether the input row is one of the image, `top` (of the load) and `left` (of the product) are the
    column of the first pixel, which may lie outside, and `width` are the columns of the image. `rows`, `cols` and
    `depth` are what is left, as for tails.
    """
    DIM, STRIDE, STRIP = library.DIM, stride_of_pixels, strip
    WINDOW = STRIDE * (DIM - 1) + 1  # pixels from the first row of A to the last
    ConfigEx, ConfigLoad1 = library.ConfigEx, library.ConfigLoad1
    SCRATCHPAD, ACCUMULATOR = library.SCRATCHPAD, library.ACCUMULATOR

    @instr(f"gemmini_config_ex_strided({STRIDE});")
    def config_ex():
        ConfigEx.weight_stationary = True

    @instr(f"gemmini_config_ld(1, {{src_stride}}, {STRIP}, 1.0f, 0);")
    def config_ld1(src_stride: stride):
        ConfigLoad1.src_stride = src_stride

    @instr(
        f"gemmini_strip_mvin2(&{{src_data}}, {channels}, {{dst_data}}, {{inside}}, {{top}}, {{width}}, {{cols}}, "
        f"{{rows}}, {DIM}, {DIM} * {{blocks}});"
    )
    def mvin2(
        inside: bool,
        top: index,
        left: index,
        rows: size,
        cols: size,
        width: size,
        blocks: size,
        src: [i8][width, cols] @ DRAM,
        dst: [i8][blocks, rows, DIM] @ SCRATCHPAD,
    ):
        assert blocks <= 4
        assert stride(src, 1) == 1
        assert stride(dst, 0) == DIM * STRIP
        assert stride(dst, 1) == DIM
        for i in seq(0, DIM):
            if i < rows:
                for block in seq(0, blocks):
                    for j in seq(0, DIM):
                        if (
                            inside
                            and 0 <= i + top
                            and i + top < width
                            and 0 <= DIM * block + j + left
                            and DIM * block + j + left < cols + left
                        ):
                            dst[block, i, j] = src[i + top, DIM * block + j]

    @instr(
        f"gemmini_strip_matmul({{a_data}}, {{b_data}}, {{c_data}}, {{inside}}, {{left}}, {{width}}, {{rows}}, "
        f"{{cols}}, {{depth}}, {STRIDE}, {DIM});"
    )
    def matmul_acc(
        inside: bool,
        left: index,
        width: index,
        rows: index,
        cols: index,
        depth: index,
        a: [i8][WINDOW, DIM] @ SCRATCHPAD,
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
                                if inside and 0 <= STRIDE * i + left and STRIDE * i + left < width:
                                    c[i, j] += a[STRIDE * i, k] * b[k, j]

    return SimpleNamespace(
        config_ex=config_ex, config_ld1=config_ld1, mvin2=mvin2, matmul_acc=matmul_acc
    )
