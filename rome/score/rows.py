"""Row by row: membership, predictions, doubt and what is new, in blocks that bound the memory."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from rome.score.columns import absent
from rome.score.outcome import KnownOutcome
from rome.score.reasons import reasons_of
from rome.score.result import ScoredRows
from rome.score.scorer import Scorer

#: Rows that are turned into a matrix at a time.
BLOCK_ROWS = 20_000


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
    predictions = scorer.model.predictions(X)
    rows.membership[block] = predictions.membership
    rows.group_predictions[block] = predictions.group_predictions
    rows.pooled[block] = predictions.pooled
    rows.rome[block] = scorer.robust(predictions)
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
