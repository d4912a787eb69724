"""What each operator of a search did and how probable it was: `tallies` and `operator_shares` of src/search, where
what they mean is explained."""

from collections import deque

import numpy as np
import pandas as pd

from .history import History

# Of mutants, where an experiment names none; as mutation_shares in src/operators/mutation.hpp.
USUAL = {"insert": 40, "delete": 12, "replace": 12, "change_argument": 26, "swap": 10}
CHOOSING = ("generational", "steady")
# As in src/operators/pursuit.cpp and src/search/operator_choice.cpp.
ADAPTATION = 0.8
LEARNING = 0.2
WINDOW = 50


def gains(history: History) -> np.ndarray:
    """The share by which each individual is better than its parents, from 0 to 1: over one parent in the objective
    that decides, the first that differs or, with nsga2, the one in which it gained most; over two, the lesser gain."""
    any_objective = history.experiment["search"].get("selection") == "nsga2"
    every_parent = history.individuals[["parent", "other_parent"]].to_numpy()
    result = np.zeros(len(every_parent))
    for child in np.flatnonzero(history.right & history.individuals["new"].to_numpy() & (every_parent[:, 0] >= 0)):
        parents = every_parent[child][every_parent[child] >= 0]
        result[child] = min(_gain_over(history, parent, child, any_objective) for parent in parents)
    return result


def _gain_over(history: History, parent: int, child: int, any_objective: bool) -> float:
    if not history.right[parent]:
        return 1
    most = 0.0
    for before, after in zip(history.points[parent], history.points[child]):
        if before == after:
            continue
        if after < before:
            most = max(most, (before - after) / max(abs(before), abs(after)))
        if not any_objective:
            break
    return most


def shares(history: History) -> pd.DataFrame:
    """The probability of each operator, a column each, for the children of the generations 1, 2, ... and of the next
    one; no columns where operators are not chosen by chance."""
    search = history.experiment["search"]
    born = history.individuals
    generations = pd.RangeIndex(1, len(history.generations) + 1, name="generation")
    if search["algorithm"] not in CHOOSING:
        return pd.DataFrame(index=generations)
    choice = search.get("operators", {}).get("choice", "fixed")
    first = _first_shares(search, choice)
    if choice != "adaptive_pursuit":
        return pd.DataFrame([first] * len(generations), index=generations)
    names = list(first)
    floor = 0.5 / len(names)
    above = {name: max(0.0, share - floor) for name, share in first.items()}
    now = np.array([floor + 0.5 * above[name] / sum(above.values()) for name in names])
    estimates = np.zeros(len(names))
    recent = {name: deque(maxlen=WINDOW) for name in names}
    steps = []
    learnt = born.assign(gain=gains(history))
    for _, children in learnt.groupby("generation"):
        for operation, gain in children.loc[children["new"], ["operation", "gain"]].itertuples(index=False):
            if operation in recent:
                recent[operation].append(gain)
        for i, name in enumerate(names):
            if recent[name]:
                estimates[i] += ADAPTATION * (max(recent[name]) - estimates[i])
        leader = int(np.argmax(estimates))
        if estimates[leader] > 0:
            goal = np.full(len(names), floor)
            goal[leader] = 1 - (len(names) - 1) * floor
            now = now + LEARNING * (goal - now)
        steps.append(now)
    # A generation in which nobody was born teaches nothing.
    steps += [now] * (len(generations) - len(steps))
    return pd.DataFrame(steps, columns=names, index=generations)


def _first_shares(search: dict, choice: str) -> dict[str, float]:
    crossover = float(search["crossover"])
    weights = search.get("operators", {}).get("weights", USUAL) if crossover < 1 else {}
    weights = {name: float(weight) for name, weight in weights.items()}
    result = {name: (1 - crossover) * weight / sum(weights.values()) for name, weight in weights.items()}
    if crossover > 0:
        result["crossover"] = crossover
    return dict.fromkeys(result, 1 / len(result)) if choice == "uniform" else result


def tallies(history: History) -> pd.DataFrame:
    """A row for each operator: first those that the experiment chooses from, then others in order of appearance.

    `proposals` are individuals that it made, `retries` proposals thrown away before these; `known` of the individuals
    were no new genome, `right` were new and right, `improved` better than every parent. `gain` is the mean over all of
    them; `probability` that for the next child, NaN where it is not chosen by chance.
    """
    born = history.individuals
    right = history.right & born["new"]
    gained = pd.Series(gains(history))
    chosen = shares(history)
    order = list(dict.fromkeys([*chosen.columns, *born["operation"]]))
    found = (
        pd.DataFrame({"operator": born["operation"], "proposals": 1, "retries": born["retries"].astype(int)})
        .assign(known=~born["new"], right=right, improved=gained > 0, gain=gained)
        .groupby("operator")
        .sum()
        .reindex(order, fill_value=0)
    )
    found["gain"] = found["gain"] / found["proposals"].clip(lower=1)
    found["probability"] = chosen.iloc[-1].reindex(order) if len(chosen.columns) else np.nan
    return found.astype({name: int for name in ("proposals", "retries", "known", "right", "improved")})
