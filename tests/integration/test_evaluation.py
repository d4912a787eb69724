"""Genome -> C -> ELF -> outputs and counts: the real Exo, the real RISC-V gcc, and our Gemmini in the real Spike."""

import json
import subprocess
from pathlib import Path

import pytest
import yaml
from exo_service.accelerator import read_accelerator
from exo_service.codegen import to_c
from exo_service.decode import decode
from exo_service.kernels import naive_matmul
from exo_service.library import Requantise, make_library

ROOT = Path(__file__).parents[2]
RUNTIME = ROOT / "src/gemmini/runtime"
SCALE = 0.0007
GCC = (
    "riscv64-unknown-elf-gcc -O2 -std=gnu11 -ffreestanding -fno-tree-loop-distribute-patterns -ffp-contract=off "
    "-nostdlib -nostartfiles -static -mcmodel=medany -march=rv64gc -mabi=lp64d"
).split()
TENSORISE = ("tensorise", {"widths": [4, 4]})
HOIST_B = ("hoist", {"buffer": "b", "loops": 4})


def curated(name):
    genome = yaml.safe_load((ROOT / f"populations/matmul/{name}.yaml").read_text())
    return [(kind, arguments) for gene in genome["genes"] for kind, arguments in gene.items()]


def compile_kernel(c, folder):
    source = folder / "kernel.c"
    source.write_text(c)
    elf = folder / "kernel.elf"
    command = [*GCC, "-I", RUNTIME, "-T", RUNTIME / "link.ld", RUNTIME / "start.S", source, "-o", elf]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return elf


def evaluate(folder, genes, sizes=(128, 128, 128), dim=16, relu=False, edit=lambda c: c):
    """Reply of gemmini-sim to the decoded, compiled genome; `edit` changes its C on the way."""
    accelerator = read_accelerator(ROOT / f"configs/accelerators/gemmini-{dim}x{dim}.yaml")
    requantise = Requantise(SCALE, relu)
    library = make_library(accelerator, requantise)
    schedule = decode(naive_matmul(*sizes, requantise), genes, library)
    elf = compile_kernel(edit(to_c(schedule.proc, library)), folder)
    requests = [
        {
            "op": "open",
            "accelerator": {
                "dim": dim,
                "scratchpad_rows": accelerator.scratchpad_rows,
                "scratchpad_banks": accelerator.scratchpad_banks,
                "accumulator_rows": accelerator.accumulator_rows,
                "accumulator_banks": accelerator.accumulator_banks,
                "dma_max_bytes": 64,
                "dma_bus_bytes": 16,
            },
            "kernel": {"family": "matmul", "sizes": dict(zip("NKM", sizes)), "scale": SCALE, "relu": relu},
            "data_seed": 1,
            "limits": {"instructions": 500_000_000, "seconds": 60},
        },
        {"op": "run", "elf": str(elf), "cycles": True},
    ]
    run = subprocess.run(
        [ROOT / "build/gemmini-sim"],
        input="".join(json.dumps(request) + "\n" for request in requests),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    opened, result = [json.loads(line) for line in run.stdout.splitlines()]
    assert opened == {"ok": True}
    return result


def test_naive_and_baseline_are_right(tmp_path):
    naive = evaluate(tmp_path, curated("naive"))
    assert naive["status"] == "ok", naive
    assert naive["metrics"]["preload"] == 0
    baseline = evaluate(tmp_path, curated("baseline"))
    assert baseline["status"] == "ok", baseline
    metrics = baseline["metrics"]
    assert metrics["macs"] == 128**3
    assert metrics["preload"] == metrics["compute_preloaded"] == 512
    # 32 wide loads of A and 128 of B, 1 KiB each; 64 zero loads; 16 KiB stored
    assert (metrics["mvin"], metrics["mvin2"], metrics["mvin3"], metrics["mvout"]) == (64, 32, 128, 64)
    assert (metrics["dma_read_bytes"], metrics["dma_write_bytes"]) == (160 * 1024, 16 * 1024)
    assert metrics["instructions"] < naive["metrics"]["instructions"] / 100


def test_hoisting_both_operands_moves_less_and_unrolling_then_takes_fewer_instructions(tmp_path):
    baseline = evaluate(tmp_path, [TENSORISE])["metrics"]
    hoisted = [TENSORISE, HOIST_B, ("hoist", {"buffer": "a", "loops": 2})]
    unrolled = [*hoisted, ("unroll_loop", {"loop": "koo#2"}), ("unroll_loop", {"loop": "koi#1"})]
    for genes in (hoisted, unrolled):
        result = evaluate(tmp_path, genes)
        assert result["status"] == "ok", result
        # every element of A, B and C crosses once
        assert result["metrics"]["dram_bytes"] == 3 * 128 * 128 <= 0.4 * baseline["dram_bytes"]
    assert result["metrics"]["instructions"] < baseline["instructions"]


@pytest.mark.parametrize("dim", [4, 8, 16, 32])
@pytest.mark.parametrize("relu", [False, True])
def test_every_array_size_is_right(tmp_path, dim, relu):
    result = evaluate(tmp_path, [TENSORISE, HOIST_B], (2 * dim, 8 * dim, 4 * dim), dim, relu)
    assert result["status"] == "ok", result


def test_a_wrong_schedule_is_a_wrong_result(tmp_path):
    result = evaluate(tmp_path, [TENSORISE], edit=lambda c: c.replace("koo < 2", "koo < 1"))
    assert result["status"] == "wrong_result", result


def test_what_the_hardware_refuses_is_invalid(tmp_path):
    for before, after in (
        ("gemmini_config_ld(1, (128), 16,", "gemmini_config_ld(1, (128), 8,"),
        ("gemmini_config_ex();", ""),
        ("const uint32_t b = 0x40u", "const uint32_t b = 16380u"),
        ("16 * (4), 16);", "16 * (5), 16);"),
    ):
        result = evaluate(tmp_path, [TENSORISE], edit=lambda c: c.replace(before, after))
        assert result["status"] == "invalid_on_hardware", (after, result)


def test_an_endless_kernel_meets_the_instruction_limit(tmp_path):
    result = evaluate(tmp_path, [], edit=lambda c: c.replace("k++", "k += 0").replace("k < 128", "k < 1"))
    assert result["status"] == "timeout", result
