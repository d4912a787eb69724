"""Instructions of one accelerator for one kernel, as Exo procs."""

from __future__ import annotations

from types import SimpleNamespace

from exo import DRAM, config, instr
from exo.core.extern import Extern, Extern_Typecheck_Error
from exo.stdlib.scheduling import make_instr, rename

from .accelerator import Accelerator
from .instructions import more_instructions
from .memories import make_bank, make_local_memory
from .tails import tail_instructions

ACCUMULATOR_BASE = 0x80000000


class Requantise(Extern):
    """int8 of an int32 sum, or of an int8: scaled in float32, rounded, saturated, and clipped at 0 if `relu`."""

    def __init__(self, scale: float, relu: bool = False):
        super().__init__("requantise")
        self.scale = scale
        self.relu = relu

    def typecheck(self, args):
        if len(args) != 1 or not args[0].type.is_real_scalar():
            raise Extern_Typecheck_Error("requantise takes one number")
        return args[0].type

    def globl(self, prim_type):
        return ""

    def compile(self, args, prim_type):
        scaled = f"gemmini_scale_i8({args[0]}, {self.scale!r}f)"
        return f"gemmini_relu_i8({scaled})" if self.relu else scaled


def make_library(accelerator: Accelerator, requantise: Requantise) -> SimpleNamespace:
    """The instructions, configurations and memories, by name. A block is dim x dim elements.

    Load channel 0 fills the accumulator with zeros (no DRAM traffic) or the bias in every row, 1 loads A, 2 loads B;
    channels 1 and 2 load up to four blocks side by side into consecutive blocks, so their block stride is dim rows.
    `tails` has the instructions for blocks that may reach past the edge of a matrix; `strips`, of a convolution only,
    those for strips of pixels; `adds`, of a residual addition only, loads that add.
    """
    DIM = accelerator.dim
    SCRATCHPAD = make_local_memory("scratchpad", accelerator.scratchpad_rows, DIM, 0)
    ACCUMULATOR = make_local_memory("accumulator", accelerator.accumulator_rows, DIM, ACCUMULATOR_BASE)

    BANKS = {
        memory: [make_bank(memory, bank, count) for bank in range(count)]
        for memory, count in ((SCRATCHPAD, accelerator.scratchpad_banks), (ACCUMULATOR, accelerator.accumulator_banks))
    }
    PAIRS = {}  # of banks, and
    KEPT = {}  # products that keep weights: made when a schedule first needs them

    @config
    class ConfigEx:
        weight_stationary: bool

    @config
    class ConfigLoad0:
        src_stride: stride

    @config
    class ConfigLoad1:
        src_stride: stride

    @config
    class ConfigLoad2:
        src_stride: stride

    @config
    class ConfigStore:
        dst_stride: stride

    @instr("gemmini_config_ex();")
    def config_ex():
        ConfigEx.weight_stationary = True

    @instr(f"gemmini_config_ld(0, 0, {DIM}, 1.0f, 0);")
    def config_ld0():
        ConfigLoad0.src_stride = 0

    @instr("gemmini_config_ld(1, {src_stride}, " + str(DIM) + ", 1.0f, 0);")
    def config_ld1(src_stride: stride):
        ConfigLoad1.src_stride = src_stride

    @instr("gemmini_config_ld(2, {src_stride}, " + str(DIM) + ", 1.0f, 0);")
    def config_ld2(src_stride: stride):
        ConfigLoad2.src_stride = src_stride

    @instr("gemmini_config_st({dst_stride}, " + f"{int(requantise.relu)}, {requantise.scale!r}f);")
    def config_st(dst_stride: stride):
        ConfigStore.dst_stride = dst_stride

    @instr("gemmini_mvin(0, {dst_data}, " + f"{DIM}, {DIM});")
    def zero_acc(dst: [i32][DIM, DIM] @ ACCUMULATOR):
        assert stride(dst, 0) == DIM
        for i in seq(0, DIM):
            for j in seq(0, DIM):
                dst[i, j] = 0.0

    @instr("gemmini_mvin(&{src_data}, {dst_data}, " + f"{DIM}, {DIM});")
    def bias_acc(src: [i32][DIM] @ DRAM, dst: [i32][DIM, DIM] @ ACCUMULATOR):
        assert stride(src, 0) == 1
        assert stride(dst, 0) == DIM
        for i in seq(0, DIM):
            for j in seq(0, DIM):
                dst[i, j] = src[j]

    @instr("gemmini_mvin2(&{src_data}, {dst_data}, " + f"{DIM} * {{blocks}}, {DIM});")
    def mvin2(blocks: size, src: [i8][DIM, DIM * blocks] @ DRAM, dst: [i8][blocks, DIM, DIM] @ SCRATCHPAD):
        assert blocks <= 4
        assert stride(src, 1) == 1
        assert stride(dst, 0) == DIM * DIM
        assert stride(dst, 1) == DIM
        for i in seq(0, DIM):
            for block in seq(0, blocks):
                for j in seq(0, DIM):
                    dst[block, i, j] = src[i, DIM * block + j]

    mvin3 = make_instr(rename(mvin2, "mvin3"), mvin2.get_instr().replace("gemmini_mvin2", "gemmini_mvin3"))

    block = f"{DIM}, {DIM}"

    @instr(
        "gemmini_preload({b_data}, {c_data} | GEMMINI_ACCUMULATE, " + f"{block}, {block});\n"
        "gemmini_compute_preloaded({a_data}, GEMMINI_NONE, " + f"{block}, {block});"
    )
    def matmul_acc(
        a: [i8][DIM, DIM] @ SCRATCHPAD, b: [i8][DIM, DIM] @ SCRATCHPAD, c: [i32][DIM, DIM] @ ACCUMULATOR
    ):
        assert stride(a, 0) == DIM
        assert stride(b, 0) == DIM
        assert stride(c, 0) == DIM
        for i in seq(0, DIM):
            for j in seq(0, DIM):
                for k in seq(0, DIM):
                    c[i, j] += a[i, k] * b[k, j]

    @instr("gemmini_mvout(&{dst_data}, {src_data}, " + f"{block});")
    def mvout(src: [i32][DIM, DIM] @ ACCUMULATOR, dst: [i8][DIM, DIM] @ DRAM):
        assert stride(dst, 1) == 1
        assert stride(src, 0) == DIM
        for i in seq(0, DIM):
            for j in seq(0, DIM):
                dst[i, j] = requantise(src[i, j])

    tails = tail_instructions(DIM, requantise, SCRATCHPAD, ACCUMULATOR)
    strips = adds = None

    library = SimpleNamespace(**{name: value for name, value in locals().items() if name != "block"})
    vars(library).update(more_instructions(library, requantise))
    return library
