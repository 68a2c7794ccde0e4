"""The lines of every group beside the pooled one, a row a term; those of the gate as a table of odds."""

from __future__ import annotations

from math import exp, inf, isfinite, nan

import pandas as pd
import plotly.graph_objects as go

from rome.figures.canvas import empty
from rome.figures.rows import HOLLOW, Dot, Mark, Row, chart, group_marker, hover
from rome.figures.theme import group_style
from rome.results import Coefficient, GroupSummary, StudyResult
from rome.stats.estimate import Estimate
from rome.text.names import axis_label
from rome.text.numbers import format_number

MAX_TERMS = 25
_ROW_HEIGHT = 30
#: Share of a row over which its markers spread, so that their intervals don't cover each other.
_SPREAD = 0.56
#: Endings of the table's columns, and the field of a coefficient that each holds.
_COLUMNS = {"": "value", ", low": "low", ", high": "high", ", per SD": "per_sd"}
NO_COEFFICIENTS = (
    "Each group predicts by a network, which has no coefficients to show. The same study with lines "
    "(ROME-EM) has them, with their intervals."
)
#: Endings of the table of odds: the odds and the ends of their interval.
_ENDS = ("", "_low", "_high")
#: A coefficient's column and term: a column may be called "intercept" too.
_Key = tuple[str, str]


def coefficients(result: StudyResult) -> go.Figure:
    """Draw each term's coefficient per standard deviation with its interval: groups by colour and symbol,
    pooled hollow grey.

    Terms are sorted by how far the groups lie apart; the intercept is in the table only. A coefficient that
    the rows don't determine has no interval.
    """
    if result.training is not None:
        return empty(NO_COEFFICIENTS)
    terms = _terms(result)
    if not terms:
        return empty("The outcome model has no term besides its intercept.")
    shown = terms[:MAX_TERMS]
    marks = _marks(result)
    owners = [by_term for _, by_term in _owners(result)]
    rows = [
        Row(
            axis_label(key[1]),
            tuple(
                _dot(by_term[key], mark) if key in by_term else None
                for by_term, mark in zip(owners, marks, strict=True)
            ),
        )
        for key in shown
    ]
    return chart(
        rows,
        marks,
        {"title_text": _axis_title(result)},
        alt=f"Coefficients of {len(result.groups)} groups and pooled; "
        f"the groups differ most in {shown[0][1]}.",
        caption=_caption(result, terms),
        zero=True,
        frame=110,
        row_height=max(_ROW_HEIGHT, 10 * len(marks)),
    )


def coefficients_table(result: StudyResult) -> pd.DataFrame:
    """Return one row a term: ``value``, its interval and ``per_sd`` of pooled and of every group."""
    owners = _owners(result)
    rows = []
    for key in dict.fromkeys(key for _, by_term in owners for key in by_term):
        row: dict[str, object] = {"term": key[1]}
        for owner, by_term in owners:
            found = by_term.get(key)
            for end, field in _COLUMNS.items():
                row[f"{owner}{end}"] = getattr(found, field) if found else float("nan")
        rows.append(row)
    columns = ["term", *(f"{owner}{end}" for owner, _ in owners for end in _COLUMNS)]
    return pd.DataFrame(rows, columns=columns)


def is_intercept(coefficient: Coefficient) -> bool:
    """Whether a coefficient is the constant: it belongs to no column."""
    return not coefficient.column


def _key(coefficient: Coefficient) -> _Key:
    return coefficient.column, coefficient.term


def _owners(result: StudyResult) -> list[tuple[str, dict[_Key, Coefficient]]]:
    """Return the name and the coefficients of pooled, then of every group."""
    owners = [("pooled", result.pooled_coefficients)]
    owners += [(group.name, group.coefficients) for group in result.groups]
    return [(owner, {_key(item): item for item in items}) for owner, items in owners]


def _terms(result: StudyResult) -> list[_Key]:
    """Return the terms to draw, those in which the groups differ most first."""
    values: dict[_Key, list[float]] = {}
    for _, by_term in _owners(result):
        for key, item in by_term.items():
            if not is_intercept(item) and isfinite(item.per_sd):
                values.setdefault(key, []).append(item.per_sd)
    return sorted(values, key=lambda term: min(values[term]) - max(values[term]))


def _marks(result: StudyResult) -> list[Mark]:
    """Return how pooled and every group look, spread over a row."""
    marks = [Mark(HOLLOW | {"size": 13}, "Pooled (one model)", -_SPREAD / 2)]
    for index, group in enumerate(result.groups):
        offset = _SPREAD * ((index + 1) / len(result.groups) - 0.5)
        marks.append(Mark(group_marker(group_style(index), size=10), axis_label(group.name), offset))
    return marks


def _dot(item: Coefficient, mark: Mark) -> Dot:
    low, high = item.interval_per_sd
    known = isfinite(low) and isfinite(high)
    symbol = str(mark.marker["symbol"]).removesuffix("-open")
    words = hover(
        item.term,
        f"{mark.name}: {format_number(item.per_sd)} per standard deviation",
        f"{format_number(item.value)} per unit{_limits(item)}",
    )
    return Dot(
        Estimate(item.per_sd, *((low, high) if known else (nan, nan))),
        words,
        None if _has_interval(item) else {**mark.marker, "symbol": f"{symbol}-open"},
    )


def _has_interval(item: Coefficient) -> bool:
    return isfinite(item.low) and isfinite(item.high)


def _limits(item: Coefficient) -> str:
    if not _has_interval(item):
        return ", no interval: the rows don't determine it"
    return f" ({format_number(item.low)} to {format_number(item.high)})"


def _caption(result: StudyResult, terms: list[_Key]) -> str:
    notes = [f"Lines are {result.settings.confidence:.0%} intervals."]
    drawn = set(terms[:MAX_TERMS])
    if any(
        not _has_interval(item)
        for _, by_term in _owners(result)
        for key, item in by_term.items()
        if key in drawn
    ):
        notes.append("A marker without a line, hollow for a group: no interval, the rows don't determine it.")
    notes += [f"The {MAX_TERMS} of {len(terms)} terms that differ most."] if len(terms) > MAX_TERMS else []
    if any(item.term != item.column for item in result.pooled_coefficients if not is_intercept(item)):
        notes.append(
            "A level of a text column is measured against that column's reference level, per standard "
            "deviation too: the whole step from one level to the other is larger."
        )
    return " ".join(notes)


def _axis_title(result: StudyResult) -> str:
    if result.data.outcome_kind == "binary":
        return "Change in log-odds per standard deviation"
    return f"Change in {axis_label(result.roles.outcome, 24)} per standard deviation"


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
