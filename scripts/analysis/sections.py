"""What a report has of one history: sections, each a figure, the data behind it, a table or a text. What a history does
not hold has no section."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from . import figures, measures, operators
from .history import MORE_IS_BETTER, History, case_label, direction, kernel_label

SHOWN = ("instructions", "memory_accesses", "dram_bytes", "cycles", "utilisation", "macs")
SHOWN += ("scratchpad_rows_used", "accumulator_rows_used")
# Of a reason.
LONGEST = 300


@dataclass(frozen=True)
class Section:
    """`name` is that of its CSV file. `table` holds texts; `data` is what the figure shows."""

    name: str
    title: str
    note: str = ""
    figure: Figure | None = None
    data: pd.DataFrame | None = None
    table: pd.DataFrame | None = None
    text: str = ""


def sections(history: History) -> Iterator[Section]:
    """Those of one history, in order."""
    yield overview(history)
    if history.populations:
        for make in (curve, best, breakdown, statuses, operation, probabilities, front, proposals):
            if (section := make(history)) is not None:
                yield section


def shown(metric: str, value: float) -> str:
    """A metric as people read it; of several cases it may be a fraction."""
    if not np.isfinite(value):
        return "-"
    if metric in MORE_IS_BETTER:
        return f"{value / 1e4:.1f} %"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def unit(history: History, metric: str) -> str:
    """The name of an axis."""
    name = f"{metric} (millionths)" if metric in MORE_IS_BETTER else metric
    return name if len(history.cases) == 1 else f"{name}, geometric mean of {len(history.cases)} cases"


def cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def overview(history: History) -> Section:
    experiment, born = history.experiment, history.individuals
    search = dict(experiment["search"])
    counts = born["status"].value_counts()
    several = len(history.cases) > 1
    rows = {
        "experiment": experiment["name"],
        "kernel": "; ".join(dict.fromkeys(kernel_label(kernel) for kernel, _ in history.cases)),
        "accelerator": "; ".join(dict.fromkeys(accelerator["name"] for _, accelerator in history.cases)),
        "objectives": ", ".join(history.objectives) + (f", over {len(history.cases)} cases" if several else ""),
        "algorithm": search.pop("algorithm"),
        "its settings": settings(search),
        "budget": settings(experiment.get("budget", {})) or "none",
        "seed": experiment["seed"],
        "starts from": ", ".join(history.curated),
        "checks": experiment["checks"] + (", proof required" if experiment["require_proof"] == "true" else ""),
        "generations": f"{len(history.generations):,} complete, the initial one included",
        "evaluations": f"{born['new'].sum():,} different genomes, of {len(born):,} individuals",
        "statuses": ", ".join(f"{name} {counts[name]:,}" for name in figures.STATUSES if name in counts) or "none",
        "wall clock": f"{history.generations['seconds'].sum():,.0f} s",
    }
    rows |= {f"version of {name}": version for name, version in history.versions.items()}
    table = pd.DataFrame({"": rows.keys(), "value": map(str, rows.values())})
    note = "" if history.populations else "No generation is complete yet."
    return Section("run", "What was run", note, table=table)


def settings(tree) -> str:
    """Nested settings on one line, as they are written in experiments."""
    if not isinstance(tree, dict):
        return str(tree)
    nested = {key: f"{{{settings(value)}}}" if isinstance(value, dict) else value for key, value in tree.items()}
    return ", ".join(f"{key}: {value}" for key, value in nested.items())


def curve(history: History) -> Section | None:
    metric = history.objectives[0]
    best = pd.Series(measures.best_so_far(history))
    best.index = pd.RangeIndex(1, len(best) + 1, name="evaluations")
    if not np.isfinite(best).any():
        return None
    values = history.values(metric)
    lines = {name: values[i] for i, name in enumerate(history.curated) if not np.isnan(values[i])}
    note = "All that is right counts, proven or not. The curated genomes come first; the lines are what they reach."
    if metric == "cycles" and (ideal := measures.ideal(history, measures.reported(history))):
        lines["ideal"] = ideal
        note += " Ideal are the multiplications of the best schedule, on an array that is busy in every cycle."
    less = direction(metric) > 0
    title = f"Best {metric} found after each evaluation"
    figure = figures.curve(best, lines, title, unit(history, metric), less)
    return Section("curve", "Best so far", note, figure, best.rename(metric).reset_index())


def _columns(history: History) -> dict[str, int]:
    """Ids of the curated individuals, of a better one than the reported, if there is any, and of the reported one, by
    the names of their columns."""
    best, leader = measures.reported(history), int(history.populations[-1][0])
    columns = {name: i for i, name in enumerate(history.curated)}
    if history.right[leader] and measures.ranked(history, np.array([leader, best]))[0] != best:
        columns["best found"] = leader
    proven = history.individuals["verdict"].iloc[best] == "proven"
    return columns | {"best proven" if proven else "best found": best}


def best(history: History) -> Section:
    columns = _columns(history)
    title, found = list(columns.items())[-1]
    born = history.individuals
    rows = [
        ["status", *(born["status"].iloc[i] for i in columns.values())],
        ["verdict", *(born["verdict"].iloc[i] for i in columns.values())],
    ]
    others = list(columns)[:-1]
    for row in rows:
        row += [""] * len(others)
    for number, case in enumerate(history.cases):
        names = dict.fromkeys([*SHOWN, *history.objectives] if number == 0 else history.objectives)
        for name in names:
            place = history.metrics.columns.get_loc(name)
            table = history.metrics.to_numpy() if number == 0 else history.more_cases[:, number - 1]
            values = [table[i, place] if history.right[i] else np.nan for i in columns.values()]
            ratios = [_percent(values[-1], value) for value in values[:-1]]
            label = name if number == 0 else f"{name} of {case_label(case)}"
            rows.append([label, *(shown(name, value) for value in values), *ratios])
    table = pd.DataFrame(rows, columns=["", *columns, *(f"{title} / {name}" for name in others)])
    individual = born.iloc[found]
    note = (
        f"Individual {found} of generation {individual['generation']}, made by {individual['operation']}, with "
        f"{individual['genes']} genes. Its proof: {individual['verdict']}."
    )
    if individual["doubt"]:
        note += f" Why: {cut(individual['doubt'])}"
    if "best found" in columns and title != "best found":
        other = born.iloc[columns["best found"]]
        note += f" The best found is individual {columns['best found']}; its proof: {other['verdict']}."
        if other["doubt"]:
            note += f" Why: {cut(other['doubt'])}"
    return Section("best", f"The {title} schedule", note, table=table, text=individual["genome"])


def _percent(value: float, of: float) -> str:
    return f"{100 * value / of:.2f} %" if of > 0 and not np.isnan(value) else "-"


def breakdown(history: History) -> Section | None:
    names = [name for name in history.metrics.columns if name.startswith("cycles_")]
    cycles = pd.DataFrame(
        {title: history.metrics[names].iloc[i] for title, i in _columns(history).items() if history.right[i]}
    ).T.rename(columns=lambda name: name.removeprefix("cycles_"))
    if not names or cycles.empty or cycles.iloc[-1].sum() == 0:
        return None
    totals = cycles.sum(axis=1)
    near = totals <= figures.WIDE * totals.iloc[-1]
    note = (
        "What the array did in each cycle: it worked, or waited for DMA loads, for a bank of the scratchpad, for the "
        "host, for stores, or to be configured."
    )
    if len(history.cases) > 1:
        note += f" These are of the first case, {case_label(history.cases[0])}."
    for name, total in totals[~near].items():
        note += f" {name} takes {total:,.0f} cycles and is not in the figure."
    figure = figures.breakdown(cycles[near], "Where the cycles went")
    data = cycles.astype(int).rename_axis("schedule").reset_index()
    return Section("cycles", "Where the cycles went", note, figure, data)


def statuses(history: History) -> Section:
    born = history.individuals
    counts = pd.crosstab(born["generation"], born["status"])
    counts = counts.reindex(index=range(len(history.generations)), fill_value=0)
    counts = counts[[name for name in figures.STATUSES if name in counts]].rename_axis("generation")
    figure = figures.statuses(counts, "How evaluations ended")
    return Section("statuses", "Statuses by generation", "", figure, counts.reset_index())


def operation(history: History) -> Section:
    found = operators.tallies(history)
    columns = {name: found[name].map("{:,}".format) for name in ("proposals", "retries", "known", "right", "improved")}
    table = pd.DataFrame(
        columns
        | {
            "mean gain": (100 * found["gain"]).map("{:.2f} %".format),
            "probability": [f"{100 * share:.1f} %" if share == share else "-" for share in found["probability"]],
        }
    )
    note = (
        "proposals: individuals that it made; retries: proposals thrown away before these; known: no new genome; "
        "improved: better than every parent; mean gain: over all its proposals; probability: in the last generation."
    )
    return Section("operators", "Operators", note, table=table.reset_index())


def probabilities(history: History) -> Section | None:
    shares = operators.shares(history)
    if shares.empty or (shares.nunique() == 1).all():
        return None
    figure = figures.shares(shares, "How probable each operator was")
    return Section("probabilities", "Choice of operators", "", figure, shares.reset_index())


def front(history: History) -> Section | None:
    goals = history.objectives
    if len(goals) == 1 or not history.right.any():
        return None
    ids = measures.front(history)
    names = {name: unit(history, name) for name in goals}
    values = pd.DataFrame({name: history.values(name) for name in goals})
    born = history.individuals
    table = pd.DataFrame({names[name]: [shown(name, value) for value in values[name].iloc[ids]] for name in goals})
    table["individual"] = ids.astype(str)
    for column, source in (("generation", "generation"), ("genes", "genes"), ("made by", "operation")):
        table[column] = born[source].iloc[ids].astype(str).to_list()
    data = values[history.right].assign(on_front=False)
    data.loc[ids, "on_front"] = True
    points = values.rename(columns=names)[[names[goals[0]], names[goals[1]]]]
    curated = {name: points.iloc[i] for i, name in enumerate(history.curated) if history.right[i]}
    on_front = points.iloc[_front_of_two(history, ids)]
    title = f"{goals[1]} against {goals[0]}"
    figure = figures.front(points[history.right], on_front, curated, title, direction(goals[0]) > 0)
    note = f"{len(ids)} schedules that no other beats in all objectives, of {history.right.sum():,} that are right."
    if len(goals) > 2:
        note += " The figure shows the first two objectives, and what is not beaten in these."
    return Section("front", "Front", note, figure, data.rename_axis("individual").reset_index(), table)


def _front_of_two(history: History, ids: np.ndarray) -> np.ndarray:
    """Of the ids of a front those that no other beats in the first two objectives."""
    points = history.points[ids, :2]
    beaten = [((points <= point).all(axis=1) & (points < point).any(axis=1)).any() for point in points]
    return ids[~np.array(beaten, dtype=bool)]


def proposals(history: History) -> Section | None:
    asked = history.proposals
    if asked.empty:
        return None
    asked = asked.assign(reason=[cut(reason) for reason in _reasons(history)], number=1)
    by = asked.groupby(["outcome", "reason"])
    found = by[["number", "tokens_in", "tokens_out", "cost"]].sum().assign(mean_seconds=by["seconds"].mean())
    found = found.reset_index().sort_values(["outcome", "number", "reason"], ascending=[True, False, True])
    table = found[["outcome", "reason"]].copy()
    for name in ("number", "tokens_in", "tokens_out"):
        table[name.replace("_", " ")] = found[name].map("{:,}".format)
    table["mean s"] = found["mean_seconds"].map("{:.2f}".format)
    table["cost"] = found["cost"].map("{:.6f}".format)
    note = f"{len(asked):,} questions to {', '.join(sorted(filter(None, asked['model'].unique()))) or 'no model'}."
    return Section("proposals", "Proposals of language models", note, table=table)


def _reasons(history: History) -> list[str]:
    """Why each proposal was refused or, when it was accepted, what its genome was worth."""
    values = history.points[:, 0]
    result = []
    for parent, child, reason in history.proposals[["parent", "child", "reason"]].itertuples(index=False):
        if child < 0:
            result.append(reason)
        elif not history.right[child]:
            result.append(history.individuals["status"].iloc[child])
        elif not history.right[parent]:
            result.append("right, as its parent was not")
        elif values[child] == values[parent]:
            result.append("as good as its parent")
        else:
            result.append(f"{'better' if values[child] < values[parent] else 'worse'} than its parent")
    return result
