"""Figures of reports, of tables that `sections` and `comparison` make. None holds a time or depends on a display."""

import textwrap

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

matplotlib.rcdefaults()  # whatever the user's own settings are
matplotlib.rcParams.update(
    {
        "text.parse_math": False,  # names are text
        "svg.hashsalt": "exogene",
        "pdf.fonttype": 42,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.titlelocation": "left",
        "axes.titlesize": "medium",
        "font.size": 10,
        "legend.frameon": False,
        "savefig.facecolor": "white",
    }
)

# M. Okabe, K. Ito, Color Universal Design, 2008: told apart by people of every colour vision.
BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, RED, PURPLE = (
    "#000000", "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7",
)  # fmt: skip
GREY = "#999999"
SERIES = [BLUE, RED, GREEN, PURPLE, ORANGE, SKY, BLACK, GREY]  # yellow lines are hard to see
DASHES = ["-", "--", ":", "-."]
STATUSES = {
    "ok": GREEN,
    "not_proven": "#a6dcc9",
    "decode_failed": ORANGE,
    "codegen_failed": YELLOW,
    "compile_failed": SKY,
    "capacity_exceeded": BLUE,
    "invalid_on_hardware": PURPLE,
    "wrong_result": RED,
    "timeout": GREY,
    "crashed": BLACK,
}
SPENT = {"array": GREEN, "dma": BLUE, "bank": SKY, "host": ORANGE, "stores": PURPLE, "configuration": GREY}
# Curves show what is up to so many times worse than where they end: the first evaluation may be a thousand times worse.
FAR = 5
# Bars are drawn up to so many times the best one; axes whose values differ more are logarithmic.
WIDE = 10
# As many points are pixels: as shapes they would be megabytes.
MANY = 5000

_grouped = FuncFormatter(lambda value, _: f"{value:,.0f}" if abs(value) >= 10 else f"{value:g}")


def short(text: str, width: int = 28) -> str:
    """A name for a figure; matplotlib leaves out of legends what begins with an underscore."""
    text = textwrap.shorten(text, width, placeholder="…") or "?"
    return f" {text}" if text.startswith("_") else text


def _axes(title: str, x: str, y: str, size=(9, 4.2)):
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title)
    axes.set_xlabel(x)
    axes.set_ylabel(y.replace(", ", ",\n"))
    axes.grid(color="#e0e0e0", linewidth=0.6)
    return figure, axes


def _legend(figure: Figure, axes, **more) -> None:
    handles, labels = axes.get_legend_handles_labels()
    if handles:
        figure.legend(handles, labels, loc="outside right upper", **more)


def curve(best: pd.Series, lines: dict[str, float], title: str, unit: str, less: bool) -> Figure:
    """The best so far, indexed by evaluations, and horizontal lines. Lines and beginnings that are far off on the bad
    side are not in the picture, but the legend has their values."""
    figure, axes = _axes(title, "evaluations (different genomes)", f"best so far: {unit}")
    known = best[np.isfinite(best)]
    axes.step(known.index, known, where="post", color=BLUE, linewidth=2, label=f"search: {known.iloc[-1]:,.0f}")
    shown = [known.iloc[-1]]
    styles = zip([BLACK, RED, PURPLE, GREEN, ORANGE, SKY] * 20, ["--", ":", "-."] * 40)
    for (name, value), (colour, dash) in zip(lines.items(), styles):
        far = value > FAR * known.iloc[-1] if less else value * FAR < known.iloc[-1]
        label = f"{short(name)}: {value:,.0f}"
        if far:
            axes.plot([], [], " ", label=f"{label} (outside)")
        else:
            axes.axhline(value, color=colour, linestyle=dash, linewidth=1.3, label=label)
            shown.append(value)
    near = known[known <= FAR * known.iloc[-1]] if less else known[known * FAR >= known.iloc[-1]]
    _limits(axes, [*shown, *near])
    axes.set_xlim(0, best.index[-1])
    _finish(figure, axes)
    return figure


def _limits(axes, shown) -> None:
    low, high = min(shown), max(shown)
    room = 0.06 * (high - low) or 0.06 * abs(high) or 1
    axes.set_ylim(max(low - room, 0), high + room)


def _finish(figure: Figure, axes) -> None:
    """What all figures have whose horizontal axis counts something."""
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    axes.xaxis.set_major_formatter(_grouped)
    axes.yaxis.set_major_formatter(_grouped)
    _legend(figure, axes)


def curves(groups: dict[str, pd.DataFrame], title: str, unit: str, top: float) -> Figure:
    """Median and range of several runs each: columns `median`, `least`, `most`, indexed by evaluations."""
    figure, axes = _axes(title, "evaluations (different genomes)", f"best so far: {unit}")
    shown = [top]
    for i, (name, table) in enumerate(groups.items()):
        colour, dash = SERIES[i % len(SERIES)], DASHES[i // len(SERIES) % len(DASHES)]
        table = table.where(np.isfinite(table))
        axes.step(table.index, table["median"], where="post", color=colour, linestyle=dash, label=short(name, 40))
        between = {"step": "post", "color": colour, "alpha": 0.18, "linewidth": 0}
        axes.fill_between(table.index, table["least"], table["most"], **between)
        for column in ("least", "most"):
            shown += list(table[column].dropna().clip(upper=top))
    _limits(axes, shown)
    axes.set_xlim(0, max(table.index[-1] for table in groups.values()))
    _finish(figure, axes)
    return figure


def breakdown(cycles: pd.DataFrame, title: str) -> Figure:
    """A bar for each row, in it the cycles of each column."""
    figure, axes = _axes(title, "cycles", "", size=(9, 1.5 + 0.5 * len(cycles)))
    start = np.zeros(len(cycles))
    places = np.arange(len(cycles))
    for name in cycles:
        axes.barh(places, cycles[name], left=start, height=0.6, color=SPENT.get(name, BLACK), label=name)
        start = start + cycles[name].to_numpy()
    for place, total in zip(places, start):
        axes.annotate(f"{total:,.0f}", (total, place), xytext=(4, 0), textcoords="offset points", va="center")
    axes.set_yticks(places, [short(name) for name in cycles.index])
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.set_xlim(0, 1.14 * max(start))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=7))
    axes.xaxis.set_major_formatter(_grouped)
    _legend(figure, axes, title="the array")
    return figure


def statuses(counts: pd.DataFrame, title: str) -> Figure:
    """Individuals by generation, the rows, and status, the columns, stacked."""
    figure, axes = _axes(title, "generation", "individuals born")
    edges = np.append(counts.index.to_numpy(), counts.index[-1] + 1) - 0.5
    below = np.zeros(len(counts))
    for name in counts:
        above = below + counts[name].to_numpy()
        label = f"{name}: {counts[name].sum():,}"
        axes.stairs(above, edges, baseline=below, fill=True, color=STATUSES.get(name, BLACK), label=label)
        below = above
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(0, 1.04 * max(below))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    _finish(figure, axes)
    return figure


def shares(probabilities: pd.DataFrame, title: str) -> Figure:
    """Lines of probabilities, a column each, over generations."""
    figure, axes = _axes(title, "generation of the children", "probability")
    for i, name in enumerate(probabilities):
        axes.plot(
            probabilities.index,
            probabilities[name],
            color=SERIES[i % len(SERIES)],
            linestyle=DASHES[i // len(SERIES) % len(DASHES)],
            linewidth=1.8,
            marker="o" if len(probabilities) == 1 else None,
            label=short(name),
        )
    axes.set_ylim(0, 1.1 * probabilities.to_numpy().max())
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.0f} %"))
    _legend(figure, axes)
    return figure


def front(points: pd.DataFrame, best: pd.DataFrame, marked: dict[str, pd.Series], title: str, less: bool) -> Figure:
    """All points of two columns, those of the front joined by a step line (`less`: of the first column less is
    better), and some that have a name."""
    x, y = points.columns
    figure, axes = _axes(title, x, y, size=(9, 5))
    dots = {"color": GREY, "markersize": 4, "alpha": 0.5, "markeredgewidth": 0}
    dots["rasterized"] = len(points) > MANY
    axes.plot(points[x], points[y], "o", label="right schedules", **dots)
    best = best.sort_values([x, y], ascending=less)
    axes.step(best[x], best[y], where="post", color=BLUE, linewidth=1.3)
    axes.plot(best[x], best[y], "o", color=BLUE, markersize=6, label="front")
    for (name, point), shape in zip(marked.items(), "s^vD<>PX" * 20):
        axes.plot([point[x]], [point[y]], shape, color=RED, markersize=7, markerfacecolor="none", label=short(name))
    _scale(axes.xaxis, axes.set_xscale, axes.set_xlim, points[x])
    _scale(axes.yaxis, axes.set_yscale, axes.set_ylim, points[y])
    _legend(figure, axes)
    return figure


def _scale(axis, set_scale, set_limits, values: pd.Series) -> None:
    """Logarithmic for values far apart; where there is a 0 among them, linear from it to the least."""
    axis.set_major_locator(MaxNLocator(nbins=7))
    positive = values[values > 0]
    if len(positive) and values.min() >= 0 and positive.max() > WIDE * positive.min():
        least, most = positive.min(), positive.max()
        if len(positive) == len(values):
            set_scale("log")
        else:
            set_scale("symlog", linthresh=least, linscale=0.5)
            set_limits(-0.3 * least, 1.5 * most)
            decades = 10.0 ** np.arange(np.ceil(np.log10(least)), np.floor(np.log10(most)) + 1)
            axis.set_major_locator(FixedLocator([0, *decades]))
            axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(_grouped)
