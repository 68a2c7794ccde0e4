"""The errors of two studies on one axis: everybody and the worst groups, each with its interval."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from rome.contrast import Contrast, ScorePair
from rome.figures.canvas import empty
from rome.figures.rows import FILLED, HOLLOW, ROW_HEIGHT, Dot, Mark, Row, chart, hover, interval_columns
from rome.figures.worst_group import COMPARISON_LABELS, compared
from rome.stats.estimate import Estimate
from rome.text.measures import axis_title, measure
from rome.text.names import axis_lines, literal
from rome.text.numbers import format_estimate

#: Study, model, and how its dots look: circles for the first study, diamonds for the second.
_SERIES = (
    ("first", "pooled", HOLLOW, -0.27),
    ("first", "rome", FILLED, -0.09),
    ("second", "pooled", HOLLOW | {"symbol": "diamond-open", "size": 12}, 0.09),
    ("second", "rome", FILLED | {"symbol": "diamond", "size": 12}, 0.27),
)
_MODELS = {"pooled": "one model", "rome": "ROME"}


def contrast_errors(held: Contrast, names: tuple[str, str] = ("A", "B")) -> go.Figure:
    """Draw the loss of one model (hollow) and of ROME (filled) in the first study (circles) and in the second
    (diamonds); ``names`` is what the studies are called."""
    if not held.scores:
        return empty("The studies predict different outcomes, so their errors have no common axis.")
    called = dict(zip(("first", "second"), names, strict=True))
    marks = [
        Mark(marker, literal(f"{called[study]}: {_MODELS[model]}"), offset)
        for study, model, marker, offset in _SERIES
    ]
    return chart(
        [_row(held, pair, marks) for pair in held.scores],
        marks,
        {"title_text": axis_title(held.first.metric)},
        alt=_alt(held, names),
        caption="Each study on its own held-out rows, and on its own groups.",
        frame=110,
        row_height=int(1.7 * ROW_HEIGHT),
    )


def _row(held: Contrast, pair: ScorePair, marks: list[Mark]) -> Row:
    dots = []
    for (study, model, *_), mark in zip(_SERIES, marks, strict=True):
        value = _estimate(pair, study, model)
        written = format_estimate(value, held.first.settings.confidence)
        dots.append(Dot(value, hover(COMPARISON_LABELS[pair.whose], mark.name, written)))
    return Row(axis_lines(COMPARISON_LABELS[pair.whose]), tuple(dots))


def contrast_errors_table(held: Contrast, names: tuple[str, str] = ("A", "B")) -> pd.DataFrame:
    """Return the same as rows, with the difference of the two ROME predictions (second − first, as a share of
    the first) on the rows that both held out."""
    rows = []
    for pair in held.scores:
        row: dict[str, object] = {"whose error": COMPARISON_LABELS[pair.whose]}
        for study, model, *_ in _SERIES:
            name = f"{names[0] if study == 'first' else names[1]}, {_MODELS[model]}"
            row |= interval_columns(name, _estimate(pair, study, model))
        change = compared(None, "relative") if pair.against is None else pair.against.relative
        rows.append(row | interval_columns("relative change", change))
    return pd.DataFrame(rows)


def _estimate(pair: ScorePair, study: str, model: str) -> Estimate:
    return compared(getattr(pair, study), model)


def _alt(held: Contrast, names: tuple[str, str]) -> str:
    said = [
        f"{names[index]}: {COMPARISON_LABELS[pair.whose].lower()} under ROME "
        + format_estimate(_estimate(pair, study, "rome"), held.first.settings.confidence)
        for index, study in enumerate(("first", "second"))
        for pair in held.scores
    ]
    return f"{measure(held.first.metric).label} of two studies. {'; '.join(said)}."
