"""What is best in a history, how early it was found, and how runs compare."""

import numpy as np

from .history import History, direction


def best_so_far(history: History, metric: str | None = None) -> np.ndarray:
    """The best value of a metric, by default the first objective, after each evaluation of a new genome; infinite
    before anything was right."""
    metric = metric or history.objectives[0]
    sign = direction(metric)
    found = sign * history.values(metric)[history.individuals["new"].to_numpy()]
    return sign * np.minimum.accumulate(np.where(np.isnan(found), np.inf, found))


def curated_evaluations(history: History) -> int:
    """How many evaluations the curated genomes took."""
    return int(history.individuals["new"].iloc[: len(history.curated)].sum())


def area(curve: np.ndarray, curated: int) -> float:
    """Mean of the best so far behind the first `curated` evaluations, as a share of the best of those."""
    return float(np.mean(curve[curated - 1 :]) / curve[curated - 1])


def a12(ours: list[float], others: list[float]) -> float:
    """Probability that one of ours is less than one of the others, ties counting half (A. Vargha, H. D. Delaney,
    J. Educational and Behavioral Statistics 25(2), 2000)."""
    wins = sum((a < b) + 0.5 * (a == b) for a in ours for b in others)
    return wins / (len(ours) * len(others))


def ranked(history: History, ids: np.ndarray) -> np.ndarray:
    """Ids of right individuals, best first: by the objectives in order, then the shorter genome, then the elder."""
    keys = [ids, history.individuals["genes"].to_numpy()[ids], *history.points[ids].T[::-1]]
    return ids[np.lexsort(keys)]


def front(history: History) -> np.ndarray:
    """Ids of the right individuals that no other dominates, best first; of equal ones the best."""
    found: list[int] = []
    for individual in ranked(history, np.flatnonzero(history.right)):  # what dominates one comes before it
        if not (history.points[found] <= history.points[individual]).all(axis=1).any():
            found.append(individual)
    return np.array(found, dtype=int)


def reported(history: History) -> int:
    """The id that a run reports: the best proven one; if none is, the best. There must be a population."""
    proven = np.flatnonzero((history.individuals["verdict"] == "proven").to_numpy() & history.right)
    return int(ranked(history, proven)[0] if len(proven) else history.populations[-1][0])


def ideal(history: History, individual: int) -> float | None:
    """Cycles in which the array could do the multiplications that an individual gives it, dim * dim in each: of
    several cases the geometric mean. None when the array did none."""
    counts = [history.metrics["macs"].iloc[individual]]
    counts += list(history.more_cases[individual, :, history.metrics.columns.get_loc("macs")])
    cycles = [count / int(accelerator["dim"]) ** 2 for count, (_, accelerator) in zip(counts, history.cases)]
    return float(np.prod(cycles) ** (1 / len(cycles))) if all(count > 0 for count in cycles) else None
