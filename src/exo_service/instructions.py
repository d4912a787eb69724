"""Instructions that the first mapping to the array does not need: composites bring them in."""

from __future__ import annotations

from types import SimpleNamespace

from exo import DRAM, instr


def more_instructions(library: SimpleNamespace, requantise) -> dict:
    """Name -> instruction, for the dim, the memories and the store path of `library`."""
    DIM, SCRATCHPAD, ACCUMULATOR = library.DIM, library.SCRATCHPAD, library.ACCUMULATOR
    block = f"{DIM}, {DIM}"

    @instr(
        "gemmini_preload({b_data}, {c_data}, " + f"{block}, {block});\n"
        "gemmini_compute_preloaded({a_data}, GEMMINI_NONE, " + f"{block}, {block});"
    )
    def matmul(a: [i8][DIM, DIM] @ SCRATCHPAD, b: [i8][DIM, DIM] @ SCRATCHPAD, c: [i32][DIM, DIM] @ ACCUMULATOR):
        assert stride(a, 0) == DIM
        assert stride(b, 0) == DIM
        assert stride(c, 0) == DIM
        for i in seq(0, DIM):
            for j in seq(0, DIM):
                c[i, j] = 0.0
                for k in seq(0, DIM):
                    c[i, j] += a[i, k] * b[k, j]

    @instr("gemmini_mvout(&{dst_data}, {src_data}, " + f"{DIM} * {{blocks}}, {DIM});")
    def mvout_wide(blocks: size, src: [i32][blocks, DIM, DIM] @ ACCUMULATOR, dst: [i8][DIM, DIM * blocks] @ DRAM):
        assert blocks <= 4
        assert stride(dst, 1) == 1
        assert stride(src, 0) == DIM * DIM
        assert stride(src, 1) == DIM
        for i in seq(0, DIM):
            for block in seq(0, blocks):
                for j in seq(0, DIM):
                    dst[i, DIM * block + j] = requantise(src[block, i, j])

    return {"matmul": matmul, "mvout_wide": mvout_wide}


def make_kept(library: SimpleNamespace, tiles: int, a_rows: int, c_rows: int, overwrite: bool):
    """The product of `tiles` tiles of A by the same weights, which are loaded into the array once.

    `a_rows` and `c_rows` are the rows from a tile of A, or block of C, to the next.
    """
    DIM, SCRATCHPAD, ACCUMULATOR = library.DIM, library.SCRATCHPAD, library.ACCUMULATOR
    key = (tiles, a_rows, c_rows, overwrite)
    if key in library.KEPT:
        return library.KEPT[key]
    block = f"{DIM}, {DIM}"
    flag = "" if overwrite else " | GEMMINI_ACCUMULATE"
    commands = []
    for tile in range(tiles):
        weights, form = ("GEMMINI_NONE", "accumulated") if tile else ("{b_data}", "preloaded")
        commands += [
            f"gemmini_preload({weights}, ({{c_data}} + {tile * c_rows}){flag}, {block}, {block});",
            f"gemmini_compute_{form}({{a_data}} + {tile * a_rows}, GEMMINI_NONE, {block}, {block});",
        ]

    @instr("\n".join(commands))
    def matmul_kept_acc(
        a: [i8][tiles, DIM, DIM] @ SCRATCHPAD, b: [i8][DIM, DIM] @ SCRATCHPAD, c: [i32][tiles, DIM, DIM] @ ACCUMULATOR
    ):
        assert stride(a, 0) == DIM * a_rows
        assert stride(a, 1) == DIM
        assert stride(b, 0) == DIM
        assert stride(c, 0) == DIM * c_rows
        assert stride(c, 1) == DIM
        for tile in seq(0, tiles):
            for i in seq(0, DIM):
                for j in seq(0, DIM):
                    for k in seq(0, DIM):
                        c[tile, i, j] += a[tile, i, k] * b[k, j]

    @instr("\n".join(commands))
    def matmul_kept(
        a: [i8][tiles, DIM, DIM] @ SCRATCHPAD, b: [i8][DIM, DIM] @ SCRATCHPAD, c: [i32][tiles, DIM, DIM] @ ACCUMULATOR
    ):
        assert stride(a, 0) == DIM * a_rows
        assert stride(a, 1) == DIM
        assert stride(b, 0) == DIM
        assert stride(c, 0) == DIM * c_rows
        assert stride(c, 1) == DIM
        for tile in seq(0, tiles):
            for i in seq(0, DIM):
                for j in seq(0, DIM):
                    c[tile, i, j] = 0.0
                    for k in seq(0, DIM):
                        c[tile, i, j] += a[tile, i, k] * b[k, j]

    library.KEPT[key] = matmul_kept if overwrite else matmul_kept_acc
    return library.KEPT[key]
