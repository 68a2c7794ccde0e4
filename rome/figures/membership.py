"""What moves people into a group: the gate's coefficients as a table of odds."""

from __future__ import annotations

from math import exp, inf

import pandas as pd

from rome.results import Coefficient, GroupSummary, StudyResult


def membership_table(result: StudyResult) -> pd.DataFrame:
    """Return one row a term of the gate: by what the odds of each group multiply per standard deviation.

    Odds are against the reference group, whose coefficients are all zero; it has no column. Terms that move
    people most come first; the intercept, which says how large the groups are, is left out. With one group
    there is no gate, and no row.
    """
    groups = [group for group in result.groups if not _is_reference(group)]
    reference = next((group.name for group in result.groups if _is_reference(group)), None)
    if not groups or reference is None:
        return pd.DataFrame(columns=["term"])
    slopes = {group.name: {item.term: item for item in group.gate if item.column} for group in groups}
    terms = sorted(slopes[groups[0].name], key=lambda term: -_reach(term, slopes))
    rows = [
        {"term": term}
        | {f"{name} against {reference}": _odds(items[term].per_sd) for name, items in slopes.items()}
        for term in terms
    ]
    return pd.DataFrame(rows, columns=["term", *(f"{name} against {reference}" for name in slopes)])


def _is_reference(group: GroupSummary) -> bool:
    return all(item.value == 0 for item in group.gate)


def _reach(term: str, slopes: dict[str, dict[str, Coefficient]]) -> float:
    return max(abs(items[term].per_sd) for items in slopes.values())


def _odds(per_sd: float) -> float:
    return exp(per_sd) if per_sd < 700 else inf
