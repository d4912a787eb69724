"""Several histories beside each other: runs that differ in their seeds only are one group."""

import json
from collections.abc import Iterator
from statistics import median

import numpy as np
import pandas as pd

from . import figures
from .history import History, case_label, direction
from .measures import a12, area, best_so_far, curated_evaluations
from .sections import Section, shown, unit

# Two runs that differ in nothing else are repetitions; how long they went on is not what they did.
REPEATED = ("name", "seed", "budget", "proof_seconds", "limits")


def comparison(histories: list[History]) -> Iterator[Section]:
    """What can be compared with the first one: the same cases and first objective, and something right."""
    first = histories[0]
    comparable = [history for history in histories if _task(history) == _task(first) and history.right.any()]
    groups = grouped(comparable)
    rows = [
        [str(number), history.path.name, history.experiment["name"], history.experiment["search"]["algorithm"]]
        + [history.experiment["seed"], f"{history.individuals['new'].sum():,}"]
        + [next((name for name, runs in groups.items() if history in runs), "not comparable with the first")]
        for number, history in enumerate(histories, 1)
    ]
    columns = ["", "history", "experiment", "algorithm", "seed", "evaluations", "group"]
    yield Section("runs", "The histories", table=pd.DataFrame(rows, columns=columns))
    if len(comparable) > 1:
        yield curves(groups)
        yield effects(groups)


def _task(history: History) -> tuple:
    return history.cases, history.objectives[0]


def grouped(histories: list[History]) -> dict[str, list[History]]:
    """Histories by what distinguishes their experiments: the algorithm, else the experiment's name, else a number."""
    runs: dict[str, list[History]] = {}
    for history in histories:
        settings = {key: value for key, value in history.experiment.items() if key not in REPEATED}
        settings["search"] = {key: value for key, value in settings["search"].items() if key != "generations"}
        runs.setdefault(json.dumps(settings), []).append(history)
    names: dict[str, list[History]] = {}
    algorithms = [group[0].experiment["search"]["algorithm"] for group in runs.values()]
    for algorithm, group in zip(algorithms, runs.values()):
        name = algorithm if algorithms.count(algorithm) == 1 else f"{algorithm}, {group[0].experiment['name']}"
        number = 1
        while (unique := name if number == 1 else f"{name} {number}") in names:
            number += 1
        names[unique] = group
    return names


def curves(groups: dict[str, list[History]]) -> Section:
    tables = {}
    for name, runs in groups.items():
        found = _together([best_so_far(history) for history in runs])
        tables[name] = pd.DataFrame(
            {"median": np.median(found, axis=0), "least": found.min(axis=0), "most": found.max(axis=0)},
            index=pd.RangeIndex(1, found.shape[1] + 1, name="evaluations"),
        )
    first = next(iter(groups.values()))[0]
    metric, less = first.objectives[0], direction(first.objectives[0]) > 0
    starts = [_at_start(history) for runs in groups.values() for history in runs]
    ends = [table["median"].iloc[-1] for table in tables.values()]
    starts, ends = ([value for value in values if np.isfinite(value)] for values in (starts, ends))
    # Less is better: the figure begins where the search does, unless that is far off.
    top = min(max(starts or ends, default=1), figures.FAR * max(ends or starts, default=1))
    title = f"Best {metric} of {case_label(first.cases[0])}" if len(first.cases) == 1 else f"Best {metric}"
    counts = {name: f"{name}, {len(runs)} run{'s' * (len(runs) > 1)}" for name, runs in groups.items()}
    labelled = {counts[name]: table for name, table in tables.items()}
    figure = figures.curves(labelled, title, unit(first, metric), top if less else max(ends, default=1))
    data = pd.concat({name: table.reset_index() for name, table in tables.items()}, names=["group", "row"])
    note = (
        "The median of the runs of a group, and the range of all of them, as far as the shortest goes. All that is "
        "right counts, proven or not."
    )
    return Section("curves", "Best so far", note, figure, data.droplevel("row").reset_index())


def _together(curves: list[np.ndarray]) -> np.ndarray:
    """A row for each curve, as long as the shortest."""
    return np.array([curve[: min(map(len, curves))] for curve in curves])


def _at_start(history: History) -> float:
    """The best of the curated genomes."""
    return float(best_so_far(history)[curated_evaluations(history) - 1])


def effects(groups: dict[str, list[History]]) -> Section:
    """How good and how early each group is at one number of evaluations."""
    metric = next(iter(groups.values()))[0].objectives[0]
    sign = direction(metric)
    length = min(len(best_so_far(history)) for runs in groups.values() for history in runs)
    ends = {name: [float(best_so_far(history)[length - 1]) for history in runs] for name, runs in groups.items()}
    areas = {
        name: [area(best_so_far(history)[:length], curated_evaluations(history)) for history in runs]
        for name, runs in groups.items()
        if all(curated_evaluations(history) <= length and np.isfinite(_at_start(history)) for history in runs)
    }
    first = next(iter(groups))

    def effect(values: dict[str, list[float]], name: str) -> str:
        if name == first or first not in values or name not in values:
            return "-"
        ours, others = ([sign * value for value in values[group]] for group in (first, name))
        return f"{a12(ours, others):.2f}"

    rows = []
    for name, values in ends.items():
        ordered = [shown(metric, value) for value in sorted(values, key=lambda value: sign * value)]
        spread = f"{ordered[0]} to {ordered[-1]}" if len(ordered) > 1 else "-"
        mean = f"{median(areas[name]):.3f}" if name in areas else "-"
        middle = shown(metric, median(values))
        rows.append([name, str(len(values)), middle, spread, effect(ends, name), mean, effect(areas, name)])
    columns = ["", "runs", f"median best {metric}", "range", "A12", "median area", "A12 of area"]
    note = (
        f"After {length:,} evaluations, as many as the shortest run has. Area: the mean, over all evaluations behind "
        "the curated genomes, of the best so far as a share of the best curated one: how early a search is good. A12 "
        f"(Vargha and Delaney 2000): the probability that a run of {first} is better than one of the row; 0.5 is even, "
        "0.56 a small effect, 0.64 a medium, 0.71 a large one. Of few runs it says little."
    )
    return Section("effects", "At equal numbers of evaluations", note, table=pd.DataFrame(rows, columns=columns))
