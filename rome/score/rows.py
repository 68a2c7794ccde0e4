"""Row by row, in blocks that bound the memory: membership, predictions, doubt, and in words what is new."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pandas as pd

from rome.reference import ColumnReference, Strangeness
from rome.score.columns import KnownOutcome, absent
from rome.score.result import ScoredRows
from rome.score.scorer import Scorer
from rome.table.columns import number_text, numbers

#: Rows that are turned into a matrix at a time.
BLOCK_ROWS = 20_000
#: Reasons of a row that are said; the rest are counted.
_MOST_SAID = 3
#: Places among the rows that are spoken of (m,), and what is said of each (m,) of str.
Said = tuple[np.ndarray, np.ndarray]


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
    progress: Callable[[float], None] = lambda share: None,
) -> tuple[ScoredRows, dict[str, int]]:
    """Score the columns ``frame`` that the model reads; also return how many rows each reason flags."""
    n, K = len(frame), len(scorer.group_names)
    rows = ScoredRows(
        row=np.arange(1, n + 1),
        membership=np.empty((n, K)),
        group_predictions=np.empty((n, K)),
        rome=np.empty(n),
        pooled=np.empty(n),
        advised=None if scorer.study.advice is None else np.empty(n),
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
        audited = None if known.prediction is None else known.prediction[block]
        _score_block(frame.iloc[block], block, scorer, rows, counts, audited)
        progress(block.stop / n)
    return rows, counts


def _score_block(
    part: pd.DataFrame,
    block: slice,
    scorer: Scorer,
    rows: ScoredRows,
    counts: dict[str, int],
    audited: np.ndarray | None,
) -> None:
    X = scorer.model.design.transform(part)
    predictions = scorer.model.predictions(X)
    rows.membership[block] = predictions.membership
    rows.group_predictions[block] = predictions.group_predictions
    rows.pooled[block] = predictions.pooled
    rows.rome[block] = scorer.robust(predictions)
    if rows.advised is not None:
        rows.advised[block] = scorer.model.predict_advised(X, predictions, scorer.study.advice, audited)
    rows.doubt[block] = doubt_of(predictions.membership)
    seen = np.isfinite(rows.outcome[block])
    if seen.any():
        rows.responsibilities[block][seen] = scorer.model.responsibilities(X[seen], rows.outcome[block][seen])
    novelty = scorer.reference.novelty
    strange = novelty.strangeness(scorer.reference.columns, scorer.model.design, part, X)
    flags = novelty.flags(strange)
    for reason, flagged in flags.items():
        counts[reason] += int(flagged.sum())
        rows.flagged[block] |= flagged
    rows.reason[block] = reasons_of(part, scorer, strange, flags)


def filled_columns(frame: pd.DataFrame, scorer: Scorer) -> np.ndarray:
    """Name for each row (n,) the columns without a value, which was replaced as in training."""
    filled = np.full(len(frame), "", dtype=object)
    used = {coding.column for coding in scorer.model.design.codings if coding.reason is None}
    for column in scorer.reference.columns:
        if column.column not in used:
            continue
        places = np.flatnonzero(absent(frame[column.column], column))
        before = filled[places]
        filled[places] = np.where(before == "", column.column, before + f", {column.column}")
    return filled


def reasons_of(
    frame: pd.DataFrame, scorer: Scorer, strange: Strangeness, flags: dict[str, np.ndarray]
) -> np.ndarray:
    """Say of every flagged row why it is unlike anything seen: its own values, and the columns concerned.

    Parameters
    ----------
    frame : DataFrame of n rows
        The columns that the model reads.
    scorer : Scorer
    strange : Strangeness
        Of these rows.
    flags : dict of ndarray of bool, shape (n,)
        As ``Novelty.flags`` gives them.

    Returns
    -------
    ndarray of object, shape (n,)
        Empty texts where a row is not flagged.
    """
    texts, counts = np.full(len(frame), "", dtype=object), np.zeros(len(frame), dtype=int)
    for places, said in _of_columns(frame, scorer, strange):
        first, later = counts[places] == 0, (counts[places] > 0) & (counts[places] < _MOST_SAID)
        texts[places[first]] = said[first]
        texts[places[later]] = texts[places[later]] + "; " + said[later]
        counts[places] += 1
    more = np.flatnonzero(counts > _MOST_SAID)
    texts[more] = [f"{texts[place]}; and {counts[place] - _MOST_SAID} more" for place in more]
    far = np.flatnonzero(flags["far"] & (counts == 0))
    texts[far] = _combinations(scorer, strange.parts[far])
    return texts


def _of_columns(frame: pd.DataFrame, scorer: Scorer, strange: Strangeness) -> Iterator[Said]:
    """Yield what single columns have to say: new levels first, then numbers out of range."""
    columns, novelty = scorer.reference.columns, scorer.reference.novelty
    watched = [column for column in columns if column.column in novelty.watched]
    ranged = [column for column in columns if column.kind == "numeric" and column.knots]
    for k, column in enumerate(watched):
        places = np.flatnonzero(strange.unseen[:, k])
        if len(places):
            yield places, _each(column.spell(frame[column.column].iloc[places]), _new_level(column))
    beyond = strange.overshoot > novelty.range_limit
    for k, column in enumerate(ranged):
        places = np.flatnonzero(beyond[:, k])
        if len(places):
            yield places, _each(numbers(frame[column.column].iloc[places]), _out_of_range(column))


def _each(values: Sequence[object], say: Callable[[object], str]) -> np.ndarray:
    """Return what is said of each value, (m,) of object; the same value is worded once."""
    codes, distinct = pd.factorize(np.asarray(values))
    said = np.empty(len(distinct), dtype=object)
    said[:] = [say(value) for value in distinct]
    return said[codes]


def _new_level(column: ColumnReference) -> Callable[[object], str]:
    """Return what words a level that no training row had.

    A known level that differs in its case or spaces only was most likely meant, and is named.
    """
    folded = {level.strip().casefold(): level for level in column.counts}

    def say(value: object) -> str:
        known = folded.get(str(value).strip().casefold())
        meant = "" if known is None else f' (written "{known}" there)'
        return f'{column.column} is "{value}", which no training row had{meant}'

    return say


def _out_of_range(column: ColumnReference) -> Callable[[float], str]:
    """Return what words a number outside the training range."""
    ends = {True: f"above all training rows ({_short(column.high)})"}
    ends[False] = f"below all training rows ({_short(column.low)})"
    return lambda value: f"{column.column} is {_short(value)}, {ends[bool(value > column.high)]}"


def _short(value: float) -> str:
    """Write a number to six digits, whole ones whole."""
    return number_text(float(f"{value:.6g}"))


def _combinations(scorer: Scorer, parts: np.ndarray) -> np.ndarray:
    """Name for far rows the columns that their D² comes from most, given its ``parts`` (m, C)."""
    columns, novelty = scorer.reference.columns, scorer.reference.novelty
    named = novelty.far_places(parts)
    distinct, codes = np.unique(named, axis=0, return_inverse=True)
    said = np.empty(len(distinct), dtype=object)
    said[:] = [_combination([columns[place].column for place in line if place >= 0]) for line in distinct]
    return said[codes.ravel()]


def _combination(named: Sequence[str]) -> str:
    return f"an unusual combination, most of all of {' and '.join(named)}"
