"""Score pooled and ROME in every grouping and at every strength, with paired bootstrap intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np
from scipy.special import expit, logit
from scipy.stats import norm

from rome.groups.groupings import Grouped
from rome.groups.metrics import auc, from_sums, loss_name, metric_names, model_columns, truth_columns
from rome.results import Comparison, GroupScore
from rome.settings.study import Grouping, Outcome
from rome.stats.bootstrap import Resampling, group_sums, resampled_group_sums, two_sided_p
from rome.stats.estimate import Estimate

_EVERYBODY = "Everybody"
#: A difference below this share of the loss is rounding: two ways to compute the same predictions.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Scores:
    """Scores of all models on the same rows.

    ``groups[grouping]`` holds one ``GroupScore`` a group with every model of ``models``;
    ``compare(a, b)`` of two models comes from the same resamples.
    """

    models: tuple[str, ...]
    groups: Mapping[Grouping, tuple[GroupScore, ...]]
    overall: GroupScore
    _losses: Mapping[str, tuple[np.ndarray, np.ndarray]]
    _ranked: Mapping[str, np.ndarray]
    _names: Mapping[str, tuple[str, ...]]
    _resampling: Resampling

    def compare(self, grouping: Grouping | None, pooled: str, rome: str) -> Comparison:
        """Compare two models on the worst group of ``grouping``, or on everybody (``None``)."""
        key = grouping or _EVERYBODY
        point, resampled = self._losses[key]
        ranked = self._ranked[key]
        if not ranked.any():
            return _not_comparable(
                "No group is large enough to be ranked; widen the grouping or use more rows."
            )
        first, second = self.models.index(pooled), self.models.index(rome)
        point, resampled = point[ranked], resampled[:, ranked]
        names = np.array(self._names[key])[ranked]
        worst = point.max(axis=0)
        again = resampled.max(axis=1)
        comparison = _comparison(worst[[first, second]], again[:, [first, second]], self._resampling)
        if grouping is None:
            return comparison
        who = point.argmax(axis=0)
        return replace(comparison, worst_pooled=str(names[who[first]]), worst_rome=str(names[who[second]]))

    def worst(self, grouping: Grouping, model: str) -> float:
        """Return the loss of the worst ranked group; NaN where none is large enough."""
        ranked = self._ranked[grouping]
        return (
            float(self._losses[grouping][0][ranked, self.models.index(model)].max())
            if ranked.any()
            else np.nan
        )


def _not_comparable(reason: str) -> Comparison:
    numbers = [field.name for field in fields(Comparison) if field.type == "float"]
    return Comparison(**dict.fromkeys(numbers, float("nan")), reason=reason)


def _difference(pooled: np.ndarray, rome: np.ndarray) -> np.ndarray:
    difference = rome - pooled
    return np.where(np.abs(difference) <= _ROUNDING * np.abs(pooled), 0.0, difference)


def _comparison(values: np.ndarray, resampled: np.ndarray, resampling: Resampling) -> Comparison:
    """Compare two losses (2,) with their resampled values (B, 2)."""
    difference = _difference(resampled[:, 0], resampled[:, 1])
    relative = np.divide(
        difference, resampled[:, 0], out=np.full_like(difference, np.nan), where=resampled[:, 0] > 0
    )
    low, high = resampling.limits(difference)
    relative_low, relative_high = resampling.limits(relative)
    pooled_low, pooled_high = resampling.limits(resampled[:, 0])
    rome_low, rome_high = resampling.limits(resampled[:, 1])
    gap = float(_difference(*values))
    return Comparison(
        pooled=float(values[0]),
        rome=float(values[1]),
        difference=gap,
        low=low,
        high=high,
        p_value=two_sided_p(difference),
        relative=gap / float(values[0]) if values[0] > 0 else float("nan"),
        relative_low=relative_low,
        relative_high=relative_high,
        pooled_low=pooled_low,
        pooled_high=pooled_high,
        rome_low=rome_low,
        rome_high=rome_high,
    )


def evaluate(
    outcome: np.ndarray,
    predictions: Mapping[str, np.ndarray],
    groupings: Mapping[Grouping, Grouped],
    weights: np.ndarray,
    *,
    kind: Outcome,
    resampling: Resampling,
    min_group_size: int,
) -> Scores:
    """Score every model in every group on held-out rows.

    Parameters
    ----------
    outcome, weights : ndarray of shape (n,)
    predictions : mapping of model name to ndarray of shape (n,)
    groupings : mapping of grouping name to ``Grouped`` of the same n rows
    kind : {"numeric", "binary"}
    resampling : Resampling
        Shared by everything, so that differences are paired.
    min_group_size : int
        Rows (see ``rome.stats.sizes``) below which a group is shown but not ranked.
    """
    models = tuple(predictions)
    centre = float(np.average(outcome, weights=weights))
    truth = truth_columns(outcome, kind, centre)
    columns = [model_columns(outcome, predictions[model], kind) for model in models]
    width = columns[0].shape[1]
    stacked = np.column_stack([truth, *columns])
    everybody = {_EVERYBODY: Grouped((_EVERYBODY,), np.ones((len(outcome), 1)))}
    all_groupings = {**everybody, **groupings}
    weighted = {key: grouped.weights * weights[:, None] for key, grouped in all_groupings.items()}
    points = {key: group_sums(value, stacked) for key, value in weighted.items()}
    again: dict[str, list[np.ndarray]] = {key: [] for key in weighted}
    for counts in resampling.counts():
        for key, value in weighted.items():
            again[key].append(resampled_group_sums(counts, value, stacked))
    tables, losses, ranked = {}, {}, {}
    for key, grouped in all_groupings.items():
        ranked[key] = ~grouped.too_small(weights, min_group_size)
        value = _metrics(points[key], models, width, kind)
        spread = _metrics(np.concatenate(again[key]), models, width, kind)
        areas = _areas(outcome, predictions, weighted[key], resampling) if kind == "binary" else None
        shares = weighted[key].sum(axis=0) / weights.sum()
        tables[key] = _group_scores(
            grouped, shares, models, kind, value, spread, areas, ranked[key], resampling
        )
        loss = loss_name(kind)
        losses[key] = (value[loss], spread[loss])
    ranked[_EVERYBODY] = np.array([True])
    names = {key: grouped.names for key, grouped in all_groupings.items()}
    overall = tables.pop(_EVERYBODY)[0]
    return Scores(models, tables, overall, losses, ranked, names, resampling)


def _metrics(sums: np.ndarray, models: tuple[str, ...], width: int, kind: Outcome) -> dict[str, np.ndarray]:
    """Return each metric of sums (..., C) for all models, shape (..., M)."""
    truth = sums[..., None, :3]
    parts = sums[..., 3:].reshape(*sums.shape[:-1], len(models), width)
    return from_sums(truth, parts, kind)


def _areas(
    outcome: np.ndarray, predictions: Mapping[str, np.ndarray], weights: np.ndarray, resampling: Resampling
) -> list[list[Estimate]]:
    """Return AUC with its interval (on the logit scale) for each group and model."""
    return [
        [_area(outcome, prediction, weight, resampling.confidence) for prediction in predictions.values()]
        for weight in weights.T
    ]


def _area(outcome: np.ndarray, prediction: np.ndarray, weight: np.ndarray, confidence: float) -> Estimate:
    value, error = auc(outcome, prediction, weight)
    if not 0 < value < 1:
        return Estimate(value, float("nan"), float("nan"))
    reach = norm.ppf((1 + confidence) / 2) * error / (value * (1 - value))
    return Estimate(value, float(expit(logit(value) - reach)), float(expit(logit(value) + reach)))


def _group_scores(
    grouped, shares, models, kind, value, spread, areas, ranked, resampling
) -> tuple[GroupScore, ...]:
    sizes = grouped.sizes
    rows = []
    for position, name in enumerate(grouped.names):
        scores = {}
        for number, model in enumerate(models):
            scores[model] = {
                metric: resampling.estimate(
                    value[metric][position, number], spread[metric][:, position, number]
                )
                for metric in metric_names(kind)
            }
            if areas is not None:
                scores[model]["auc"] = areas[position][number]
        n, share = round(float(sizes[position])), float(shares[position])
        rows.append(GroupScore(name, n, share, not bool(ranked[position]), scores))
    return tuple(rows)
