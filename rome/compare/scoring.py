"""From predictions to the tidy table: every model's metrics in every group of every grouping."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from rome.compare.result import EVERYBODY, SCORE_COLUMNS, ScoredGrouping
from rome.groups.groupings import Grouped, from_labels, latent
from rome.groups.metrics import auc, from_sums, model_columns, truth_columns
from rome.stats.bootstrap import group_sums
from rome.study.prepare import Prepared


def groupings_of(data: Prepared, responsibilities: np.ndarray | None) -> dict[ScoredGrouping, Grouped]:
    """Return the groupings of the held-out rows; ``responsibilities`` (n, K) are those of all used rows."""
    found: dict[ScoredGrouping, Grouped] = {
        "overall": Grouped((EVERYBODY,), np.ones((len(data.test), 1))),
        "observed": from_labels(data.observed_group[data.test]),
    }
    if responsibilities is not None:
        names = [f"Group {number + 1}" for number in range(responsibilities.shape[1])]
        found["latent"] = latent(responsibilities[data.test], names)
    return found


def split_scores(
    split: int,
    data: Prepared,
    predictions: Mapping[str, np.ndarray],
    groupings: Mapping[ScoredGrouping, Grouped],
    min_group_size: int,
) -> pd.DataFrame:
    """Return one split's rows of the tidy table, with the columns of ``SCORE_COLUMNS``."""
    rows = [
        (split, model, grouping, *rest)
        for grouping, grouped in groupings.items()
        for model, prediction in predictions.items()
        for rest in _scores(data, prediction, grouped, min_group_size if grouping != "overall" else 0)
    ]
    return pd.DataFrame(rows, columns=list(SCORE_COLUMNS))


def _scores(
    data: Prepared, prediction: np.ndarray, grouped: Grouped, min_group_size: int
) -> Iterator[tuple[str, int, float, bool, str, float]]:
    """Yield group, n, share, too small, metric and value."""
    kind, outcome, weights = data.outcome.kind, data.y[data.test], data.weights[data.test]
    weighted = grouped.weights * weights[:, None]
    truth = truth_columns(outcome, kind, float(np.average(outcome, weights=weights)))
    sums = group_sums(weighted, np.column_stack([truth, model_columns(outcome, prediction, kind)]))
    metrics = from_sums(sums[:, :3], sums[:, 3:], kind)
    if kind == "binary":
        metrics["auc"] = np.array([auc(outcome, prediction, column)[0] for column in weighted.T])
    small = grouped.too_small(weights, min_group_size)
    shares = weighted.sum(axis=0) / weights.sum()
    for place, name in enumerate(grouped.names):
        about = (name, round(float(grouped.sizes[place])), float(shares[place]), bool(small[place]))
        for metric, values in metrics.items():
            yield *about, metric, float(values[place])
