"""Are the groups real, and how many: the mixture against null models, and every number of groups tried."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rome.figures.canvas import empty, finish
from rome.figures.rows import FILLED, Dot, Mark, Row, chart, interval_columns
from rome.figures.theme import ACCENT, GREY
from rome.results import StudyResult
from rome.results.verdict import CONFIDENCE, BootstrapTest, Choice, SelectionCandidate, WorstGroupGain
from rome.stats.estimate import Estimate
from rome.text.names import axis_label, axis_lines
from rome.text.numbers import format_confidence, format_count, format_estimate, format_number
from rome.text.verdict import choice_sentence, gate_columns_words, null_model_words

_ROW_HEIGHT, _LINE = 34, 16
#: Field of a candidate, what it is called, and which end is better.
_PANELS: tuple[tuple[str, str, str], ...] = (
    ("bic", "BIC", "lower is better"),
    ("worst_group", "Worst group's squared error", "lower is better"),
    ("stability", "Agreement of two halves", "1: the same people"),
)


def null_models(result: StudyResult) -> go.Figure:
    """Draw by how much the mixture beats each null model on held-out rows, the hardest first."""
    if result.verdict is None:
        return empty("This study was not asked whether its groups are real.")
    scores = sorted(result.verdict.null_models, key=lambda score: score.gain.value)
    said = [(null_model_words(score.code), format_estimate(score.gain, CONFIDENCE)) for score in scores]
    rows = [
        Row(axis_lines(words, 44), (Dot(score.gain, f"{axis_label(words, 60)}: {gain}"),))
        for score, (words, gain) in zip(scores, said, strict=True)
    ]
    title = "Log-likelihood gained per held-out row (right of zero: groups are better)"
    return chart(
        rows,
        [Mark(FILLED)],
        {"rangemode": "tozero", "title_text": title},
        alt=f"{result.verdict.n_groups} groups against {len(scores)} one-group models; the hardest to beat "
        f"is {said[0][0]}, {said[0][1]} log-likelihood per row.",
        caption="Each of them may use all columns, the sensitive ones too. Training rows, by "
        f"cross-validation; {format_confidence(CONFIDENCE)} intervals.",
        zero=True,
        frame=90 + _LINE * sum(row.tick.count("<br>") for row in rows),
        row_height=_ROW_HEIGHT,
        margin_t=12,
    )


def null_models_table(result: StudyResult) -> pd.DataFrame:
    """Return the gain over each null model with its interval, the hardest first."""
    scores = [] if result.verdict is None else list(result.verdict.null_models)
    scores.sort(key=lambda score: score.gain.value)
    rows = [
        (null_model_words(score.code), score.gain.value, score.gain.low, score.gain.high) for score in scores
    ]
    return pd.DataFrame(rows, columns=["one_group_model", "gain_per_row", "low", "high"])


def selection(result: StudyResult) -> go.Figure:
    """Draw the held-out log-likelihood of every number of groups that was tried, the chosen one filled."""
    if len(result.selection) < 2:
        return empty("Only one number of groups was tried; let the evidence choose to compare several.")
    by_hand = result.settings.n_groups != "auto"
    choice = result.selection_reason
    reason = "The number of groups was set by hand."
    if choice is not None:
        reason = choice_sentence(choice, result.selection, result.settings.family)
    fewer = "" if by_hand else why_fewer(result.selection, result.settings.max_groups)
    caption = f"{reason} Filled: the one used.{fewer}"
    return selection_of(result.selection, result.fit.n_groups, caption, choice)


def why_fewer(tried: Sequence[SelectionCandidate], most: int) -> str:
    """Say why fewer numbers of groups were tried than ``most``; nothing where all of them were.

    Starts with a space, to stand behind another sentence.
    """
    last = max((candidate.n_groups for candidate in tried), default=most)
    if last >= most:
        return ""
    return (
        f" More than {last} were not tried: held-out likelihood had stopped rising, or {last + 1} groups on "
        "these columns have more parameters than half of the training rows."
    )


def selection_of(
    tried: Sequence[SelectionCandidate], chosen: int, caption: str, choice: Choice | str | None = None
) -> go.Figure:
    """Draw numbers of groups that were tried, at least two, with ``chosen`` filled; ``choice`` says why."""
    numbers = [candidate.n_groups for candidate in tried]
    held_out = [candidate.held_out.value for candidate in tried]
    figure = go.Figure(_by_number(tried, held_out, chosen, [_hover(candidate) for candidate in tried], 13))
    figure.update_xaxes(title_text="Number of groups", tickvals=numbers)
    figure.update_yaxes(title_text="Log-likelihood per held-out row")
    figure.update_layout(showlegend=False, margin_t=12)
    highest = max(tried, key=lambda candidate: candidate.held_out.value)
    if chosen == 1 and highest.n_groups > 1:
        _say_why_not(figure, tried[0], choice)
    alt = f"Held-out log-likelihood for {numbers[0]} to {numbers[-1]} groups; {chosen} is chosen."
    return finish(figure, height=300, alt=alt, caption=caption)


def _say_why_not(figure: go.Figure, one: SelectionCandidate, choice: Choice | str | None) -> None:
    """Write beside the filled marker why a lower point was chosen, where the curve alone says otherwise."""
    settled = isinstance(choice, Choice) and choice.reason == "null model"
    text = (
        "This point is one straight line;<br>a richer one-group model does as well as any number of groups."
    )
    figure.add_annotation(
        x=one.n_groups,
        y=one.held_out.value,
        text=text if settled else "Chosen although others lie higher: the reason is below.",
        showarrow=False,
        xanchor="left",
        xshift=14,
        align="left",
    )


def _hover(candidate) -> str:
    stability = f"{candidate.stability:.2f}" if isfinite(candidate.stability) else "not computed"
    return (
        f"Groups: {candidate.n_groups}<br>held out {candidate.held_out.value:.4f} per row<br>"
        f"BIC {candidate.bic:,.0f}<br>smallest group {candidate.smallest_share:.0%}<br>"
        f"agreement of halves {stability}"
    )


def selection_table(result: StudyResult) -> pd.DataFrame:
    """Return every criterion by number of groups."""
    return selection_table_of(result.selection)


def selection_table_of(tried: Sequence[SelectionCandidate]) -> pd.DataFrame:
    """Return every criterion of the numbers of groups that were tried."""
    rows = [
        {
            "n_groups": candidate.n_groups,
            **interval_columns("held_out_per_row", candidate.held_out),
            "bic": candidate.bic,
            "aic": candidate.aic,
            "icl": candidate.icl,
            "worst_group": candidate.worst_group,
            "overall": candidate.overall,
            "smallest_share": candidate.smallest_share,
            "agreement_of_halves": candidate.stability,
        }
        for candidate in tried
    ]
    return pd.DataFrame(rows)


def beside_verdict(result: StudyResult) -> pd.DataFrame:
    """Return what stands beside the verdict, and doesn't decide it alone: what, value, how to read it."""
    verdict = result.verdict
    if verdict is None:
        return pd.DataFrame(columns=["what", "value", "read_as"])
    agreement = (
        f"{verdict.stability:.2f}".replace("-", "−") if isfinite(verdict.stability) else "not computed"
    )
    rows = [
        (
            f"Gain from {gate_columns_words(result.settings)}",
            format_estimate(verdict.gate_gain, CONFIDENCE),
            "Log-likelihood per held-out row of the predictor's groups over the same with constant shares.",
        ),
        (
            "Agreement of two halves",
            agreement,
            "1: groups fitted on two halves are the same people; 0: no more than chance.",
        ),
        *_agreement_row(verdict.agreement),
        *_worst_group_row(verdict.worst_group),
        *_bootstrap_row(verdict.bootstrap),
    ]
    return pd.DataFrame(rows, columns=["what", "value", "read_as"])


def _agreement_row(agreement: float | None) -> list[tuple[str, str, str]]:
    if agreement is None:
        return []
    meaning = "1: the groups that predict are those of the evidence, which may use every column; 0: others."
    said = f"{agreement:.2f}".replace("-", "−")
    return [("Agreement with the groups that predict", said, meaning)]


def _worst_group_row(worst: WorstGroupGain | None) -> list[tuple[str, str, str]]:
    if worst is None:
        return []
    pooled, mixture = format_number(worst.pooled), format_number(worst.mixture)
    meaning = (
        f"Squared error, one model {pooled}, groups {mixture}, by cross-validation in the training rows; "
        "below 0 the groups are better."
    )
    gain = worst.gain
    change = Estimate(-gain.value, -gain.high, -gain.low)
    return [("Worst group's error changes by", format_estimate(change, CONFIDENCE), meaning)]


def _bootstrap_row(test: BootstrapTest | None) -> list[tuple[str, str, str]]:
    if test is None:
        return []
    meaning = (
        f"Against one straight line with even normal noise only, {test.n_resamples} simulated tables of "
        f"{format_count(test.n_rows)} rows. Curves, uneven spread and heavy tails make it small too."
    )
    least = 1 / (test.n_resamples + 1)
    said = f"{test.p_value:.2f}"
    if test.p_value <= least * (1 + 1e-9):
        said += f" (the smallest possible with {test.n_resamples} tables)"
    return [("Likelihood-ratio bootstrap, p", said, meaning)]


def selection_curves(tried: Sequence[SelectionCandidate], chosen: int) -> go.Figure:
    """Draw BIC, the worst group's error and the agreement of halves by number of groups, ``chosen`` filled.

    They stand beside the choice, which held-out likelihood and the one-group accounts make.
    """
    if len(tried) < 2:
        return empty("Only one number of groups was tried; let the evidence choose to compare several.")
    titles = [f"{title}<br>({better})" for _, title, better in _PANELS]
    figure = make_subplots(rows=1, cols=len(_PANELS), subplot_titles=titles, horizontal_spacing=0.1)
    numbers = [candidate.n_groups for candidate in tried]
    for place, (name, title, _) in enumerate(_PANELS, 1):
        values = [getattr(candidate, name) for candidate in tried]
        words = [
            f"Groups: {number}<br>{title} {format_number(value)}"
            for number, value in zip(numbers, values, strict=True)
        ]
        figure.add_trace(_by_number(tried, values, chosen, words, 11), row=1, col=place)
    figure.update_xaxes(title_text="Number of groups", tickvals=numbers)
    figure.update_annotations(font_size=13)
    figure.update_layout(showlegend=False, margin_t=56)
    caption = "Filled: the number that was chosen. BIC alone finds groups in curved or noisy tables, too."
    lowest = min(tried, key=lambda candidate: candidate.bic)
    alt = f"BIC, worst group's error and agreement of halves for {numbers[0]} to {numbers[-1]} groups"
    alt = f"{alt}; {chosen} is chosen, BIC is lowest at {lowest.n_groups}."
    return finish(figure, height=290, alt=alt, caption=caption)


def _by_number(
    tried: Sequence[SelectionCandidate], values: Sequence[float], chosen: int, words: list[str], size: int
) -> go.Scatter:
    """Return a line over numbers of groups whose markers are hollow but for the chosen one."""
    own = [candidate.n_groups == chosen for candidate in tried]
    return go.Scatter(
        x=[candidate.n_groups for candidate in tried],
        y=[value if isfinite(value) else None for value in values],
        mode="lines+markers",
        line={"color": GREY, "width": 1.5},
        marker={
            "size": size,
            "color": [ACCENT if is_own else "rgba(0,0,0,0)" for is_own in own],
            "line": {"color": [ACCENT if is_own else GREY for is_own in own], "width": 2},
        },
        hoverinfo="text",
        hovertext=words,
    )
