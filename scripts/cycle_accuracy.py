"""Compares the cycle model with kernels measured on the hardware simulation, and prints the errors by family.

    cycle_accuracy DIR [--traces FOLDER]

DIR holds calib.tsv and the C files that it names (see tests/ground_truth/README.md). The last line is
`median A % worst B % spearman C` over the cold runs.
"""

import argparse
import csv
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import yaml

ROOT = Path(__file__).resolve().parents[1]
RUNTIME = ROOT / "src/gemmini/runtime"
FLAGS = (
    "-O2 -ffreestanding -std=gnu11 -march=rv64gc -mabi=lp64d -mcmodel=medany -nostdlib -nostartfiles -static"
).split()


def defines(source: str) -> dict[str, str]:
    return dict(re.findall(r"^#define (\w+) (\S+)", source, re.M))


def compile_kernel(path: Path, folder: Path) -> Path:
    elf = folder / (path.stem + ".elf")
    command = ["riscv64-unknown-elf-gcc", *FLAGS, "-I", path.parents[1], "-T", RUNTIME / "link.ld"]
    subprocess.run([*command, RUNTIME / "start.S", path, "-o", elf], check=True, capture_output=True, text=True)
    return elf


def accelerator(dim: int = 16) -> dict:
    """The open request's accelerator that the shipped file describes."""
    file = yaml.safe_load((ROOT / f"configs/accelerators/gemmini-{dim}x{dim}.yaml").read_text())
    optional = {key: file[key] for key in ("rounding", "timing") if key in file}
    return {
        **optional,
        "dim": file["dim"],
        "scratchpad_rows": file["scratchpad"]["kib"] * 1024 // file["dim"],
        "scratchpad_banks": file["scratchpad"]["banks"],
        "accumulator_rows": file["accumulator"]["kib"] * 1024 // (4 * file["dim"]),
        "accumulator_banks": file["accumulator"]["banks"],
        "dma_max_bytes": file["dma"]["request_bytes"],
        "dma_bus_bytes": file["dma"]["bus_bytes"],
    }


def kernel(values: dict[str, str]) -> dict:
    """The open request's kernel that the #defines describe."""
    common = {"scale": float(values["SCALE"].rstrip("f")), "relu": values["RELU"] != "0"}
    if "IC" not in values:
        return {"family": "matmul", "sizes": {name: int(values[name]) for name in "NKM"}, **common}
    names = {"in_rows": "IH", "in_cols": "IW", "in_channels": "IC", "out_channels": "OC", "kernel": "KH"}
    sizes = {name: int(values[short]) for name, short in names.items()}
    return {"family": "conv2d", "sizes": {"batch": 1, **sizes, "stride": 1, "padding": 0}, "bias": True, **common}


def simulate(path: Path, elf: Path, trace: str) -> dict:
    requests = [
        {
            "op": "open",
            "accelerator": accelerator(),
            "kernel": kernel(defines(path.read_text())),
            "data_seed": 1,
            "limits": {"instructions": 500_000_000, "seconds": 60},
        },
        {"op": "run", "elf": str(elf), "cycles": True, "calls": 2, "trace": trace},
    ]
    run = subprocess.run(
        [ROOT / "build/gemmini-sim"],
        input="".join(json.dumps(request) + "\n" for request in requests),
        capture_output=True,
        text=True,
        check=True,
    )
    opened, result = [json.loads(line) for line in run.stdout.splitlines()]
    if not opened["ok"]:
        raise ValueError(f"{path}: {opened['error']}")
    return result


def ranks(values: list[float]) -> list[float]:
    """Ranks from 0; equal values share the mean of theirs."""
    order = sorted(values)
    return [(order.index(v) + len(order) - 1 - order[::-1].index(v)) / 2 for v in values]


def spearman(a: list[float], b: list[float]) -> float:
    if len(a) < 2:
        return 1.0
    x, y = ranks(a), ranks(b)
    mean = (len(a) - 1) / 2
    spread = sum((i - mean) ** 2 for i in x) * sum((j - mean) ** 2 for j in y)
    return sum((i - mean) * (j - mean) for i, j in zip(x, y)) / spread**0.5 if spread else 1.0


def summary(name: str, rows: list[dict], kind: str) -> str:
    errors = [abs(row[kind]) for row in rows]
    correlation = spearman([row[kind + "_measured"] for row in rows], [row[kind + "_modelled"] for row in rows])
    return f"{name:<24} {len(rows):>3} {median(errors):>8.1f} {max(errors):>8.1f} {correlation:>9.3f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--traces", type=Path, help="write the times of each command of the cold runs here")
    options = parser.parse_args()
    table = options.directory / "calib.tsv"
    if not table.is_file():
        print(f"cycle_accuracy: {table}: missing; expected a directory like tests/ground_truth", file=sys.stderr)
        return 2
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for entry in csv.DictReader(table.open(), delimiter="\t"):
            path = options.directory / entry["file"]
            trace = str(options.traces.resolve() / (entry["name"] + ".trace")) if options.traces else ""
            result = simulate(path, compile_kernel(path, Path(folder)), trace)
            if result["status"] != "ok":
                print(f"cycle_accuracy: {path}: {result['status']}: {result['reason']}", file=sys.stderr)
                return 1
            row = {"name": entry["name"], "size": (entry["N"], entry["K"], entry["M"])}
            for kind, column, cycles in (
                ("cold", "cycles", result["cycles"][0]),
                ("warm", "cycles_warm", result["cycles"][1]),
            ):
                measured = int(entry[column])
                row |= {kind: 100 * (cycles / measured - 1), kind + "_measured": measured, kind + "_modelled": cycles}
            rows.append(row)
    print(f"{'kernel':<24} {'measured':>9} {'modelled':>9} {'error %':>8} {'warm':>9} {'modelled':>9} {'error %':>8}")
    for row in rows:
        print(
            f"{row['name']:<24} {row['cold_measured']:>9} {row['cold_modelled']:>9} {row['cold']:>8.1f} "
            f"{row['warm_measured']:>9} {row['warm_modelled']:>9} {row['warm']:>8.1f}"
        )
    for kind in ("warm", "cold"):
        print(f"\n{kind + ' by family':<24} {'n':>3} {'median %':>8} {'worst %':>8} {'spearman':>9}")
        families: dict[str, list[dict]] = {}
        for row in rows:
            families.setdefault(re.match(r"[a-z]+", row["name"]).group(), []).append(row)
        for name, members in sorted(families.items()):
            print(summary(name, members, kind))
        print(summary("128x128x128", [row for row in rows if row["size"] == ("128", "128", "128")], kind))
        print(summary("all", rows, kind))
    errors = [abs(row["cold"]) for row in rows]
    correlation = spearman([row["cold_measured"] for row in rows], [row["cold_modelled"] for row in rows])
    print(f"\nmedian {median(errors):.1f} % worst {max(errors):.1f} % spearman {correlation:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
