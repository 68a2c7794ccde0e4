"""Row by row: membership, predictions, doubt and what is new, in blocks that bound the memory."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from rome.reference import ColumnReference, Strangeness
from rome.score.columns import absent
from rome.score.outcome import KnownOutcome
from rome.score.result import ScoredRows
from rome.score.scorer import Scorer
from rome.table.columns import number_text, numbers

#: Rows that are turned into a matrix at a time.
BLOCK_ROWS = 20_000
_MOST_SAID = 3


def doubt_of(membership: np.ndarray) -> np.ndarray:
    """Return the entropy of memberships (n, K) over log K, in [0, 1]; 0 for one group."""
    if membership.shape[1] < 2:
        return np.zeros(len(membership))
    logs = np.log(np.where(membership > 0, membership, 1.0))
    # Rounding may leave a hair below 0 or above 1.
    return np.clip(-(membership * logs).sum(axis=1) / np.log(membership.shape[1]), 0.0, 1.0)


def score_rows(
    frame: pd.DataFrame,
    scorer: Scorer,
    known: KnownOutcome,
    told: Callable[[float], None] = lambda share: None,
) -> tuple[ScoredRows, dict[str, int]]:
    """Score the columns ``frame`` that the model reads; also return how many rows each reason flags."""
    n, K = len(frame), len(scorer.group_names)
    rows = ScoredRows(
        row=np.arange(1, n + 1),
        membership=np.empty((n, K)),
        group_predictions=np.empty((n, K)),
        rome=np.empty(n),
        pooled=np.empty(n),
        doubt=np.empty(n),
        flagged=np.zeros(n, dtype=bool),
        reason=np.full(n, "", dtype=object),
        filled=filled_columns(frame, scorer),
        outcome=known.values,
        weight=known.weight,
        responsibilities=np.full((n, K), np.nan),
    )
    counts = {"category": 0, "range": 0, "far": 0}
    for start in range(0, n, BLOCK_ROWS):
        block = slice(start, min(start + BLOCK_ROWS, n))
        _score_block(frame.iloc[block], block, scorer, rows, counts)
        told(block.stop / n)
    return rows, counts


def _score_block(
    part: pd.DataFrame, block: slice, scorer: Scorer, rows: ScoredRows, counts: dict[str, int]
) -> None:
    X = scorer.model.design.transform(part)
    answers = scorer.model.answers(X)
    rows.membership[block] = answers.membership
    rows.group_predictions[block] = answers.group_predictions
    rows.pooled[block] = answers.pooled
    rows.rome[block] = scorer.robust(answers)
    rows.doubt[block] = doubt_of(answers.membership)
    seen = np.isfinite(rows.outcome[block])
    if seen.any():
        rows.responsibilities[block][seen] = scorer.model.responsibilities(X[seen], rows.outcome[block][seen])
    novelty = scorer.reference.novelty
    strange = novelty.strangeness(scorer.reference.columns, scorer.model.design, part, X)
    flags = novelty.flags(strange)
    for reason, flagged in flags.items():
        counts[reason] += int(flagged.sum())
        rows.flagged[block] |= flagged
    for place in np.flatnonzero(rows.flagged[block]):
        rows.reason[block.start + place] = said_of(part.iloc[place], scorer, strange, flags, int(place))


def said_of(
    row: pd.Series, scorer: Scorer, strange: Strangeness, flags: dict[str, np.ndarray], place: int
) -> str:
    """Say why the row at ``place`` is unlike anything seen: its own values, and the columns concerned."""
    columns, novelty = scorer.reference.columns, scorer.reference.novelty
    watched = [column for column in columns if column.column in novelty.watched]
    ranged = [column for column in columns if column.kind == "numeric" and column.knots]
    said = [_new_level(row, watched[k]) for k in np.flatnonzero(strange.unseen[place])]
    beyond = strange.overshoot[place] > novelty.range_limit
    said += [_out_of_range(row, ranged[k]) for k in np.flatnonzero(beyond)]
    if flags["far"][place] and not said:
        named = novelty.far_columns(columns, strange.parts[place])
        said.append(f"an unusual combination, most of all of {' and '.join(named)}")
    more = len(said) - _MOST_SAID
    return "; ".join(said[:_MOST_SAID]) + (f"; and {more} more" if more > 0 else "")


def _new_level(row: pd.Series, column: ColumnReference) -> str:
    value = str(column.spell(pd.Series([row[column.column]], dtype="str")).iloc[0])
    return f'{column.column} is "{value}", which no training row had{_meant(value, column)}'


def _meant(value: str, column: ColumnReference) -> str:
    """Name a known level that differs in its case or spaces only: most likely it was meant."""
    folded = {level.strip().casefold(): level for level in column.counts}
    known = folded.get(value.strip().casefold())
    return "" if known is None else f' (written "{known}" there)'


def _out_of_range(row: pd.Series, column: ColumnReference) -> str:
    value = float(numbers(pd.Series([row[column.column]]))[0])
    above = value > column.high
    end, word = (column.high, "above") if above else (column.low, "below")
    return f"{column.column} is {_short(value)}, {word} all training rows ({_short(end)})"


def _short(value: float) -> str:
    """Write a number to six digits, whole ones whole."""
    return number_text(float(f"{value:.6g}"))


def filled_columns(frame: pd.DataFrame, scorer: Scorer) -> np.ndarray:
    """Name for each row (n,) the columns without a value, which was replaced as in training."""
    filled = np.full(len(frame), "", dtype=object)
    used = {coding.column for coding in scorer.model.design.codings if coding.reason is None}
    for column in scorer.reference.columns:
        if column.column not in used:
            continue
        for place in np.flatnonzero(absent(frame[column.column], column)):
            filled[place] += f"{', ' if filled[place] else ''}{column.column}"
    return filled
