"""What each operator of a search did, and how probable it was: as `exogene show HISTORY operators` prints it."""

import numpy as np
import pandas as pd

from .history import History


def shares(history: History) -> pd.DataFrame:
    """The probability of each operator, a column each, for the children of each generation; no columns where operators
    are not chosen by chance."""
    chosen = history.probabilities
    return chosen.loc[:, (chosen > 0).any()]


def tallies(history: History) -> pd.DataFrame:
    """A row for each operator: first those that are chosen by chance, then others in order of appearance.

    `proposals` are individuals that it made, `retries` proposals thrown away before these; `known` of the individuals
    were no new genome, `right` were new and right, `improved` better than every parent. `gain` is the mean over all of
    them; `probability` that in the last generation, NaN where it is not chosen by chance.
    """
    born = history.individuals
    chosen = shares(history)
    order = list(dict.fromkeys([*chosen.columns, *born["operation"]]))
    found = (
        pd.DataFrame({"operator": born["operation"], "proposals": 1, "retries": born["retries"].astype(int)})
        .assign(known=~born["new"], right=history.right & born["new"], improved=born["gain"] > 0, gain=born["gain"])
        .groupby("operator")
        .sum()
        .reindex(order, fill_value=0)
    )
    found["gain"] = found["gain"] / found["proposals"].clip(lower=1)
    found["probability"] = chosen.iloc[-1].reindex(order) if len(chosen.columns) else np.nan
    return found.astype({name: int for name in ("proposals", "retries", "known", "right", "improved")})
