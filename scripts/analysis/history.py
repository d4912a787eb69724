"""Histories as tables. They are only read, also while a run writes them: what is not committed yet is not there."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import yaml

FORMAT = 4
MORE_IS_BETTER = frozenset({"utilisation"})


class HistoryError(Exception):
    """What is wrong with a history, in one line."""


@dataclass(frozen=True, eq=False)
class History:
    """What is committed of one run. Ids of individuals are row numbers.

    `experiment` is the resolved experiment, all its scalars as text. `individuals` has a row each; `new` tells whether
    it was the first of its genome, `genes` how many that has, `gain` by what share it is better than its parents.
    `metrics` has the counts of the first case, NaN where there are none, and `more_cases`, of shape (individuals,
    cases - 1, metrics), those of the others. `generations` has `seconds` of wall clock, `probabilities` a column for
    each operator that may be chosen by chance; `populations` holds the ids alive at the end of each, best first.
    `proposals` has a row for each question to a language model.
    """

    path: Path
    experiment: dict
    versions: dict[str, str]
    individuals: pd.DataFrame
    metrics: pd.DataFrame
    more_cases: np.ndarray
    generations: pd.DataFrame
    probabilities: pd.DataFrame
    populations: list[np.ndarray]
    proposals: pd.DataFrame

    @property
    def objectives(self) -> list[str]:
        return self.experiment["objectives"]

    @property
    def curated(self) -> list[str]:
        """Names of the genomes that the search started from; they are its first individuals."""
        return list(self.experiment["initial"])

    @property
    def cases(self) -> list[tuple[dict, dict]]:
        """Kernel and accelerator of each case, the first one in front."""
        kernels = self.experiment.get("kernels") or [self.experiment["kernel"]]
        accelerators = self.experiment.get("accelerators") or [self.experiment["accelerator"]]
        return [(kernel, accelerator) for kernel in kernels for accelerator in accelerators]

    @cached_property
    def right(self) -> np.ndarray:
        return (self.individuals["status"] == "ok").to_numpy()

    def values(self, metric: str) -> np.ndarray:
        """The metric of each individual, NaN where it is not right; of several cases the geometric mean, 0 counting
        as 1 in it."""
        first = self.metrics[metric].to_numpy()
        if self.more_cases.shape[1]:
            others = self.more_cases[:, :, self.metrics.columns.get_loc(metric)]
            every = np.maximum(np.column_stack([first, others]), 1)
            first = np.prod(every, axis=1) ** (1 / every.shape[1])
        return np.where(self.right, first, np.nan)

    @cached_property
    def points(self) -> np.ndarray:
        """A row for each individual, a column for each objective; less is better, NaN where it is not right."""
        return np.column_stack([direction(name) * self.values(name) for name in self.objectives])


def direction(metric: str) -> int:
    """What a metric is multiplied by so that less is better."""
    return -1 if metric in MORE_IS_BETTER else 1


def kernel_label(kernel: dict) -> str:
    return f"{kernel['kernel']} ({', '.join(f'{name} {size}' for name, size in kernel['sizes'].items())})"


def case_label(case: tuple[dict, dict]) -> str:
    return f"{kernel_label(case[0])} on {case[1]['name']}"


def plain(text: str) -> str:
    """The text without characters that control how it is shown."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def read(path: Path) -> History:
    """Reads a history. HistoryError when it is none; what is damaged may also give tables that make no sense, which
    `exogene show` would refuse, or take HDF5 long to give up."""
    path = Path(path)
    try:
        with h5py.File(path, "r", libver="latest", swmr=True, locking=False) as file:
            return _read(path, file)
    except HistoryError as error:
        raise HistoryError(f"{path}: {error}") from None
    except FileNotFoundError:
        raise HistoryError(f"{path}: does not exist; give the path of a history file") from None
    except (OSError, LookupError, ValueError, TypeError, RuntimeError, yaml.YAMLError) as error:
        why = " ".join(str(error).split())
        raise HistoryError(f"{path}: is no history, or a damaged one: {why}") from None


def _read(path: Path, file: h5py.File) -> History:
    if (found := int(file.attrs["format"])) != FORMAT:
        raise HistoryError(f"format is {found}; expected {FORMAT}")
    born, ended = _committed(file)
    experiment = yaml.load(plain(bytes(file["experiment"][:]).decode()), yaml.BaseLoader)
    group = file["individuals"]
    parents = group["parents"][:born]
    individuals = pd.DataFrame(
        {name: group[name][:born] for name in ("generation", "slot", "retries", "island", "gain")}
        | {"parent": parents[:, 0], "other_parent": parents[:, 1]}
        | {name: _named(group[name], born) for name in ("status", "verdict")}
        | {name: _texts(group[name], born) for name in ("operation", "reason", "doubt", "genome")}
    )
    individuals["new"] = ~pd.DataFrame(group["genome_hash"][:born]).duplicated().to_numpy()
    individuals["genes"] = [text.count("\n  - ") for text in individuals["genome"]]
    names = list(group["metrics"].attrs["names"])
    metrics = pd.DataFrame(group["metrics"][:born].astype(float), columns=names)
    metrics[~group["has_metrics"][:born].astype(bool)] = np.nan
    seconds = pd.DataFrame({"seconds": file["generations/seconds"][:ended]})
    chosen = file["generations/probabilities"]
    probabilities = pd.DataFrame(chosen[:ended], columns=list(chosen.attrs["names"])).rename_axis("generation")
    history = History(
        path,
        experiment,
        {name: plain(str(version)) for name, version in sorted(file["versions"].attrs.items())},
        individuals,
        metrics,
        np.empty((born, 0, len(names))),
        seconds,
        probabilities,
        _lists(file["generations/population"], "values", ended),
        _proposals(file["proposals"], int(file["generations/proposed"][:ended].sum())),
    )
    if (more := len(history.cases) - 1) > 0:
        cases = np.full((born, more, len(names)), np.nan)
        for row, values in enumerate(_lists(group["cases"], "values", born)):
            if len(values):
                cases[row] = values.reshape(more, len(names))
        history = replace(history, more_cases=cases)
    return history


def _committed(file: h5py.File) -> tuple[int, int]:
    """Individuals and generations that are complete. Two equal readings in a row are one that was not torn."""
    last = None
    while (now := tuple(map(int, file["committed"][:]))) != last:
        last = now
        file["committed"].refresh()
    return now


def _proposals(group: h5py.Group, rows: int) -> pd.DataFrame:
    tokens = group["tokens"][:rows]
    return pd.DataFrame(
        {name: group[name][:rows] for name in ("generation", "slot", "parent", "child", "seconds", "cost", "calls")}
        | {"tokens_in": tokens[:, 0], "tokens_out": tokens[:, 1], "outcome": _named(group["outcome"], rows)}
        | {name: _texts(group[name], rows) for name in ("model", "reason")}
    )


def _named(column: h5py.Dataset, rows: int) -> list[str]:
    names = {value: name for name, value in h5py.check_enum_dtype(column.dtype).items()}
    return [names[value] for value in column[:rows]]


def _lists(group: h5py.Group, part: str, rows: int) -> list[np.ndarray]:
    if rows == 0:
        return []
    ends = group["offsets"][: rows + 1].astype(int)
    return np.split(group[part][: ends[-1]], ends[1:-1])


def _texts(group: h5py.Group, rows: int) -> list[str]:
    return [plain(bytes(text).decode(errors="replace")) for text in _lists(group, "bytes", rows)]
