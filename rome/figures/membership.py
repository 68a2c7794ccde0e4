"""What moves people into a group: the gate's coefficients as a table of odds."""

from __future__ import annotations

from math import exp, inf

import pandas as pd

from rome.results import Coefficient, GroupSummary, StudyResult

#: Endings of a comparison's columns: the odds and the ends of their interval.
_ENDS = ("", "_low", "_high")


def membership_table(result: StudyResult) -> pd.DataFrame:
    """Return one row a term of the gate: by what the odds of each group multiply per standard deviation.

    Columns that end in ``_low`` and ``_high`` are the interval's ends, NaN where the rows don't determine a
    coefficient. Odds are against the reference group, whose coefficients are all zero; it has no column.
    Terms that move people most come first; the intercept, which says how large the groups are, is left out.
    With one group there is no gate, and no row.
    """
    groups = [group for group in result.groups if not _is_reference(group)]
    reference = next((group.name for group in result.groups if _is_reference(group)), None)
    if not groups or reference is None:
        return pd.DataFrame(columns=["term"])
    slopes = {group.name: {item.term: item for item in group.gate if item.column} for group in groups}
    terms = sorted(slopes[groups[0].name], key=lambda term: -_reach(term, slopes))
    rows = []
    for term in terms:
        row: dict[str, object] = {"term": term}
        for name, items in slopes.items():
            values = (items[term].per_sd, *items[term].interval_per_sd)
            row |= {
                f"{name} against {reference}{end}": _odds(value)
                for end, value in zip(_ENDS, values, strict=True)
            }
        rows.append(row)
    columns = ["term", *(f"{name} against {reference}{end}" for name in slopes for end in _ENDS)]
    return pd.DataFrame(rows, columns=columns)


def _is_reference(group: GroupSummary) -> bool:
    return all(item.value == 0 for item in group.gate)


def _reach(term: str, slopes: dict[str, dict[str, Coefficient]]) -> float:
    return max(abs(items[term].per_sd) for items in slopes.values())


def _odds(per_sd: float) -> float:
    return inf if per_sd >= 700 else exp(per_sd)
