"""Errors by group on a new table's rows with an outcome, as a study scores its held-out rows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rome.groups import evaluate_like, latent, predicted
from rome.groups.groupings import MOST_CELLS, from_labels
from rome.results import Evaluation
from rome.runtime.random import stream
from rome.score.columns import KnownOutcome
from rome.score.result import GroupScores, ScoredRows
from rome.score.scorer import Scorer

#: Rows that errors rest on at most: more would cost memory, and no longer move their second digit.
MOST_ROWS = 200_000
#: Rows below which an error says nothing.
FEWEST_ROWS = 10


def group_scores(frame: pd.DataFrame, rows: ScoredRows, known: KnownOutcome, scorer: Scorer) -> GroupScores:
    """Score pooled and ROME in every grouping, with the study's resamples, level and smallest group."""
    usable = np.flatnonzero(np.isfinite(rows.outcome) & (rows.weight > 0))
    count = len(usable)
    if known.reason or count < FEWEST_ROWS:
        few = f"{count} of {len(rows.row):,} rows have an outcome; errors need at least {FEWEST_ROWS}."
        return GroupScores(None, count, 0, known.reason or few)
    if count > MOST_ROWS:
        drawn = stream(scorer.study.settings.random_state, "scored rows").choice(
            count, MOST_ROWS, replace=False
        )
        usable = usable[np.sort(drawn)]
    return GroupScores(_evaluate(frame, rows, usable, scorer), count, len(usable))


def _evaluate(frame: pd.DataFrame, rows: ScoredRows, usable: np.ndarray, scorer: Scorer) -> Evaluation:
    study, names = scorer.study, scorer.group_names
    scores = evaluate_like(
        study,
        "scored rows bootstrap",
        rows.outcome[usable],
        {"pooled": rows.pooled[usable], "rome": rows.rome[usable]},
        {
            "latent": latent(rows.responsibilities[usable], names),
            "predicted": predicted(rows.membership[usable], names),
            "observed": from_labels(_few_cells(scorer.reference.observed(frame.iloc[usable]))),
        },
        rows.weight[usable],
    )
    comparison = {f"worst_{name}": scores.compare(name, "pooled", "rome") for name in scores.groups}
    comparison["overall"] = scores.compare(None, "pooled", "rome")
    prior = study.chosen.prior
    return Evaluation(study.dro.strength, prior, scores.groups, comparison, scores.overall)


def _few_cells(labels: np.ndarray) -> np.ndarray:
    """Join the smallest observed groups of a table that has more than can be read and resampled."""
    names, counts = np.unique(labels, return_counts=True)
    if len(names) <= MOST_CELLS:
        return labels
    kept = set(names[np.argsort(-counts, kind="stable")][: MOST_CELLS - 1])
    return np.array([label if label in kept else "all other groups" for label in labels])
