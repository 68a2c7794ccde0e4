"""Why a prediction is what it is: what each column adds to it against a typical row, in every rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rome.em.mixture import Mixture
from rome.score.scorer import Scorer
from rome.score.what_if import Value, frame_of, typical_row
from rome.study.model import Predictions

#: A probability this near 0 or 1 has its log-odds cut here.
_EDGE = 1e-9
#: What is this small beside the predictions is rounding, and no column's part.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Contributions:
    """What columns add to a row's predictions: ``base + values.sum() = total`` for every rule, but where a
    probability is so near 0 or 1 that its log-odds are cut.

    Attributes
    ----------
    columns : tuple of str, length C
        Columns of the table that any rule reads, those that add most first.
    rules : tuple of str, length R
        Groups' names, then "rome" (numeric outcomes only) and "pooled".
    base : ndarray of shape (R,)
        Predictions for the typical row: medians, and the most frequent levels. That of "rome" weights the
        groups' as for the row that is explained, not as for the typical one.
    values : ndarray of shape (C, R)
        In the outcome's units; log-odds where the outcome is binary.
    total : ndarray of shape (R,)
        Predictions for the row.

    Notes
    -----
    Groups' rules, straight or bent, are sums of functions of single columns, so that the change of one column
    adds the same whatever the others are, and no order of columns has to be chosen. ROME mixes the groups'
    rules; its columns count with the weights that the groups have for this row.
    """

    columns: tuple[str, ...]
    rules: tuple[str, ...]
    base: np.ndarray
    values: np.ndarray
    total: np.ndarray


def contributions(row: Mapping[str, Value], scorer: Scorer) -> Contributions | None:
    """Return what every column adds to the predictions for a row; None where the groups are networks, whose
    predictions are no sums."""
    if not isinstance(scorer.model.groups, Mixture):
        return None
    typical = typical_row(scorer)
    columns = [column for column in typical if column not in _unread(scorer)]
    rows = [typical, *(typical | {column: row.get(column)} for column in columns), dict(row)]
    frame = pd.concat([frame_of(each, scorer) for each in rows], ignore_index=True)
    predicted = scorer.model.predictions(scorer.model.design.transform(frame))
    rules, scores = list(scorer.group_names), predicted.group_predictions
    binary = scorer.study.data.outcome_kind == "binary"
    if not binary:
        weights = _weights(predicted.membership[-1], scorer)
        rules, scores = [*rules, "rome"], np.column_stack([scores, scores @ weights])
    rules, scores = [*rules, "pooled"], np.column_stack([scores, predicted.pooled])
    if binary:
        inside = np.clip(scores, _EDGE, 1 - _EDGE)
        scores = np.log(inside) - np.log1p(-inside)
    base, values, total = scores[0], scores[1:-1] - scores[0], scores[-1]
    order = np.argsort(-np.abs(values).max(axis=1, initial=0.0), kind="stable")
    rounding = _ROUNDING * max(1e-300, float(np.abs([base, total]).max()))
    order = order[np.abs(values[order]).max(axis=1, initial=0.0) > rounding]
    return Contributions(tuple(columns[place] for place in order), tuple(rules), base, values[order], total)


def _unread(scorer: Scorer) -> set[str]:
    """Return the columns that no rule reads: sensitive ones that were not allowed in."""
    roles = scorer.study.roles
    return set(roles.sensitive) - set(roles.allowed) - set(roles.features)


def _weights(membership: np.ndarray, scorer: Scorer) -> np.ndarray:
    """Return how much each group's prediction counts for a row of that membership, (K,)."""
    n_groups = len(membership)
    alike = np.tile(membership, (n_groups, 1))
    return scorer.robust(Predictions(alike, np.eye(n_groups), np.zeros(n_groups)))
