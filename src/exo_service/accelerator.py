"""The part of an accelerator file (configs/accelerators/*.yaml) that schedules depend on."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Accelerator:
    """A Gemmini configuration. Rows of local memory hold `dim` elements: int8 (scratchpad) or int32 (accumulator)."""

    name: str
    dim: int
    scratchpad_rows: int
    scratchpad_banks: int
    accumulator_rows: int
    accumulator_banks: int


def read_accelerator(path: Path) -> Accelerator:
    """Read an accelerator file; KeyError or ValueError names what is missing or wrong."""
    import yaml  # here, so that exported schedules, which read no file, need nothing but Exo

    entries = yaml.safe_load(path.read_text())
    dim = int(entries["dim"])
    if dim not in (4, 8, 16, 32):
        raise ValueError(f"{path}: dim is {dim}; expected 4, 8, 16 or 32")
    return Accelerator(
        name=entries["name"],
        dim=dim,
        scratchpad_rows=entries["scratchpad"]["kib"] * 1024 // dim,
        scratchpad_banks=entries["scratchpad"]["banks"],
        accumulator_rows=entries["accumulator"]["kib"] * 1024 // (4 * dim),
        accumulator_banks=entries["accumulator"]["banks"],
    )
