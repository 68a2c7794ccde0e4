"""The linear predictor of every group beside the pooled one, a row a term."""

from __future__ import annotations

from math import isfinite

import pandas as pd
import plotly.graph_objects as go

from rome.figures.canvas import empty, finish, row_axis, zero_line
from rome.figures.theme import GREY, group_style
from rome.results import Coefficient, StudyResult
from rome.text.names import axis_label, literal
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
    owners = len(result.groups) + 1
    traces = [_pooled_trace(result, shown, _offset(0, owners))]
    traces += [
        _group_trace(result, index, shown, _offset(index + 1, owners)) for index in range(len(result.groups))
    ]
    figure = go.Figure(traces)
    row_axis(figure, [axis_label(term) for _, term in shown])
    zero_line(figure)
    figure.update_xaxes(title_text=_axis_title(result))
    caption = _caption(result, terms)
    alt = f"Coefficients of {len(result.groups)} groups and pooled; the groups differ most in {shown[0][1]}."
    return finish(figure, height=110 + max(_ROW_HEIGHT, 10 * owners) * len(shown), alt=alt, caption=caption)


def coefficients_table(result: StudyResult) -> pd.DataFrame:
    """Return one row a term: ``value``, its interval and ``per_sd`` of pooled and of every group."""
    keys = [_key(item) for item in result.pooled_coefficients]
    for group in result.groups:
        keys += [_key(item) for item in group.coefficients if _key(item) not in keys]
    owners = [("pooled", _by_term(result.pooled_coefficients))]
    owners += [(group.name, _by_term(group.coefficients)) for group in result.groups]
    rows = []
    for key in keys:
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


def _by_term(items: tuple[Coefficient, ...]) -> dict[_Key, Coefficient]:
    return {_key(item): item for item in items}


def _terms(result: StudyResult) -> list[_Key]:
    """Return the terms to draw, those in which the groups differ most first."""
    values: dict[_Key, list[float]] = {}
    for items in (result.pooled_coefficients, *(group.coefficients for group in result.groups)):
        for item in items:
            if not is_intercept(item) and isfinite(item.per_sd):
                values.setdefault(_key(item), []).append(item.per_sd)
    return sorted(values, key=lambda term: min(values[term]) - max(values[term]))


def _offset(place: int, owners: int) -> float:
    """Return how far from the middle of its row a marker stands."""
    return _SPREAD * (place / (owners - 1) - 0.5)


def _pooled_trace(result: StudyResult, shown: list[_Key], offset: float) -> go.Scatter:
    by_term = _by_term(result.pooled_coefficients)
    marker = {"color": GREY, "symbol": "circle-open", "size": 13, "line": {"width": 2}}
    return _trace(by_term, shown, "Pooled (one model)", marker, offset)


def _group_trace(result: StudyResult, index: int, shown: list[_Key], offset: float) -> go.Scatter:
    style = group_style(index)
    marker = {
        "color": style.colour,
        "symbol": style.symbol,
        "size": 10,
        "line": {"color": style.edge, "width": 1},
    }
    group = result.groups[index]
    return _trace(_by_term(group.coefficients), shown, axis_label(group.name), marker, offset)


def _trace(
    by_term: dict[_Key, Coefficient],
    shown: list[_Key],
    name: str,
    marker: dict[str, object],
    offset: float,
) -> go.Scatter:
    present = [(row, by_term[key]) for row, key in enumerate(shown) if key in by_term]
    if not str(marker["symbol"]).endswith("-open"):
        sure = [_has_interval(item) for _, item in present]
        marker = marker | {"symbol": [marker["symbol"] if ok else f"{marker['symbol']}-open" for ok in sure]}
    return go.Scatter(
        x=[item.per_sd if isfinite(item.per_sd) else None for _, item in present],
        y=[row + offset for row, _ in present],
        error_x=_whiskers([item for _, item in present], marker["color"]),
        mode="markers",
        marker=marker,
        name=name,
        hoverinfo="text",
        hovertext=[
            f"<b>{literal(item.term)}</b><br>{name}: {format_number(item.per_sd)} per standard deviation"
            f"<br>{format_number(item.value)} per unit{_limits(item)}"
            for _, item in present
        ],
    )


def _whiskers(items: list[Coefficient], colour: object) -> dict[str, object]:
    """Return the intervals per standard deviation, none where a limit is unknown."""
    ends = [item.interval_per_sd for item in items]
    known = [isfinite(low) and isfinite(high) for low, high in ends]
    return {
        "type": "data",
        "symmetric": False,
        "array": [
            high - item.per_sd if ok else None for item, (_, high), ok in zip(items, ends, known, strict=True)
        ],
        "arrayminus": [
            item.per_sd - low if ok else None for item, (low, _), ok in zip(items, ends, known, strict=True)
        ],
        "color": colour,
        "thickness": 1.5,
        "width": 0,
    }


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
        for items in (result.pooled_coefficients, *(group.coefficients for group in result.groups))
        for item in items
        if _key(item) in drawn
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
