"""Why a prediction is what it is: what columns add to it in every group's rule, those that add most first."""

from __future__ import annotations

from math import nan

import pandas as pd
import plotly.graph_objects as go

from rome.figures.canvas import empty
from rome.figures.rows import FILLED, HOLLOW, Dot, Mark, Row, chart, hover
from rome.figures.theme import group_style
from rome.results import StudyResult
from rome.score.why import Contributions
from rome.stats.estimate import Estimate
from rome.table.finding import counted
from rome.text.measures import MODEL_LABELS
from rome.text.names import axis_lines
from rome.text.numbers import format_number

#: Columns that are drawn; the table has all of them.
_MOST_ROWS = 8
_NAMES = {rule: MODEL_LABELS[rule] for rule in ("rome", "pooled")}


def contributions_chart(result: StudyResult, found: Contributions) -> go.Figure:
    """Draw what each column adds against a typical row, with a dot a rule.

    A contribution is what the fitted rules say, not an estimate with an error of its own: it has no interval.
    """
    if not found.columns:
        return empty("Every column that a rule reads has its typical value, so none adds anything.")
    marks = [_mark(result, rule, place, len(found.rules)) for place, rule in enumerate(found.rules)]
    rows = [
        Row(
            axis_lines(column),
            tuple(
                Dot(Estimate(float(value), nan, nan), hover(column, f"{_name(rule)}: {_signed(value)}"))
                for rule, value in zip(found.rules, values, strict=True)
            ),
        )
        for column, values in zip(found.columns[:_MOST_ROWS], found.values, strict=False)
    ]
    left = len(found.columns) - _MOST_ROWS
    more = f" {counted(left, 'more column')} {'is' if left == 1 else 'are'} in the table." if left > 0 else ""
    unit = "log-odds" if result.data.outcome_kind == "binary" else "units of the outcome"
    first = ", ".join(
        f"{_name(rule)} {_signed(value)}" for rule, value in zip(found.rules, found.values[0], strict=True)
    )
    return chart(
        rows,
        marks,
        {"title_text": f"Added to the prediction for a typical row, {unit}"},
        alt=f"What columns add. {found.columns[0]}: {first}.",
        caption=f"Together with the prediction for a typical row they make each rule's prediction.{more}",
        zero=True,
        row_height=34 + 4 * len(marks),
    )


def contributions_table(result: StudyResult, found: Contributions) -> pd.DataFrame:
    """Return one row a column with what it adds in every rule, between the typical row and the sum."""
    names = [_name(rule) for rule in found.rules]
    lines = [
        ("typical row", found.base),
        *zip(found.columns, found.values, strict=True),
        ("together", found.total),
    ]
    return pd.DataFrame(
        [{"column": column} | dict(zip(names, map(float, values), strict=True)) for column, values in lines]
    )


def _name(rule: str) -> str:
    return _NAMES.get(rule, rule)


def _mark(result: StudyResult, rule: str, place: int, count: int) -> Mark:
    offset = (place - (count - 1) / 2) * min(0.16, 0.6 / count)
    if rule in _NAMES:
        return Mark(FILLED if rule == "rome" else HOLLOW, _NAMES[rule], offset)
    style = group_style(place)
    return Mark(FILLED | {"color": style.colour, "symbol": style.symbol}, rule, offset)


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{format_number(float(value))}"
