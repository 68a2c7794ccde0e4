"""Score pooled and ROME in every grouping and at every strength, with paired bootstrap intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, logit
from scipy.stats import norm

from rome.groups.groupings import Grouped
from rome.groups.metrics import auc, from_sums, loss_name, model_columns, truth_columns
from rome.results import Comparison, GroupScore, StudyResult
from rome.results.scores import NotCompared
from rome.runtime.random import stream_seed
from rome.settings.study import Grouping, Outcome
from rome.stats.bootstrap import Resampling, group_sums, resampled_group_sums, two_sided_p
from rome.stats.estimate import Estimate

_EVERYBODY = "Everybody"
#: A difference below this share of the loss is rounding: two ways to compute the same predictions.
_ROUNDING = 1e-9
_NO_ESTIMATE = Estimate(float("nan"), float("nan"), float("nan"))


@dataclass(frozen=True)
class PairedDifference:
    """The losses of two models on the same resamples, and second − first; ``relative`` is that over first.

    ``worst_first`` and ``worst_second`` name the groups, where it is about the worst of some; ``reason`` says
    why the values are NaN where they are.
    """

    first: Estimate
    second: Estimate
    difference: Estimate
    relative: Estimate
    p_value: float
    worst_first: str | None = None
    worst_second: str | None = None
    reason: NotCompared | None = None


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

    def difference(self, grouping: Grouping | None, first: str, second: str) -> PairedDifference:
        """Return how two models differ on the worst group of ``grouping``, or on everybody (``None``)."""
        key = grouping or _EVERYBODY
        ranked = self._ranked[key]
        if not ranked.any():
            return PairedDifference(*(_NO_ESTIMATE,) * 4, np.nan, reason="no group ranked")
        models = [self.models.index(first), self.models.index(second)]
        point, resampled = (losses[..., ranked, :][..., models] for losses in self._losses[key])
        found = _paired(point.max(axis=0), resampled.max(axis=1), self._resampling)
        if grouping is None:
            return found
        worst = np.array(self._names[key])[ranked][point.argmax(axis=0)]
        first, second = (self._resampling.largest(point[:, model], resampled[..., model]) for model in (0, 1))
        return replace(
            found, first=first, second=second, worst_first=str(worst[0]), worst_second=str(worst[1])
        )

    def compare(self, grouping: Grouping | None, pooled: str, rome: str) -> Comparison:
        """Return the same of a pooled model and of ROME, as a study stores it."""
        found = self.difference(grouping, pooled, rome)
        return Comparison(
            pooled=found.first.value,
            rome=found.second.value,
            difference=found.difference.value,
            low=found.difference.low,
            high=found.difference.high,
            p_value=found.p_value,
            relative=found.relative.value,
            relative_low=found.relative.low,
            relative_high=found.relative.high,
            pooled_low=found.first.low,
            pooled_high=found.first.high,
            rome_low=found.second.low,
            rome_high=found.second.high,
            worst_pooled=found.worst_first,
            worst_rome=found.worst_second,
            reason=found.reason,
        )

    def worst(self, grouping: Grouping, model: str) -> float:
        """Return the loss of the worst ranked group; NaN where none is large enough."""
        losses = self._losses[grouping][0][self._ranked[grouping], self.models.index(model)]
        return float(losses.max()) if len(losses) else np.nan


def _gap(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.where(np.abs(second - first) <= _ROUNDING * np.abs(first), 0.0, second - first)


def _share(gap: np.ndarray, first: np.ndarray) -> np.ndarray:
    return np.divide(gap, first, out=np.full_like(gap, np.nan), where=first > 0)


def _paired(values: np.ndarray, resampled: np.ndarray, resampling: Resampling) -> PairedDifference:
    """Compare two losses (2,) with their resampled values (B, 2)."""
    gap, gaps = _gap(*values), _gap(*resampled.T)
    return PairedDifference(
        *(resampling.estimate(values[model], resampled[:, model]) for model in (0, 1)),
        difference=resampling.estimate(gap, gaps),
        relative=resampling.estimate(_share(gap, values[0]), _share(gaps, resampled[:, 0])),
        p_value=two_sided_p(gaps),
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
        estimates = {metric: _estimates(value[metric], spread[metric], resampling) for metric in value}
        if kind == "binary":
            estimates["auc"] = _areas(outcome, predictions, weighted[key], resampling)
        shares = weighted[key].sum(axis=0) / weights.sum()
        tables[key] = _group_scores(grouped, shares, models, estimates, ranked[key])
        losses[key] = (value[loss_name(kind)], spread[loss_name(kind)])
    ranked[_EVERYBODY] = np.array([True])
    names = {key: grouped.names for key, grouped in all_groupings.items()}
    overall = tables.pop(_EVERYBODY)[0]
    return Scores(models, tables, overall, losses, ranked, names, resampling)


def evaluate_like(
    study: StudyResult,
    stream: str,
    outcome: np.ndarray,
    predictions: Mapping[str, np.ndarray],
    groupings: Mapping[Grouping, Grouped],
    weights: np.ndarray,
) -> Scores:
    """Score other rows as a finished study scored its own, with resamples of their own random ``stream``."""
    settings, seed = study.settings, stream_seed(study.settings.random_state, stream)
    return evaluate(
        outcome,
        predictions,
        groupings,
        weights,
        kind=study.data.outcome_kind,
        resampling=Resampling.within_budget(len(outcome), settings.n_bootstrap, seed, settings.confidence),
        min_group_size=settings.min_group_size,
    )


def _metrics(sums: np.ndarray, models: tuple[str, ...], width: int, kind: Outcome) -> dict[str, np.ndarray]:
    """Return each metric of sums (..., C) for all models, shape (..., M)."""
    truth = sums[..., None, :3]
    parts = sums[..., 3:].reshape(*sums.shape[:-1], len(models), width)
    return from_sums(truth, parts, kind)


def _estimates(value: np.ndarray, resampled: np.ndarray, resampling: Resampling) -> list[list[Estimate]]:
    """Return one metric (G, M) with its intervals from resampled values (B, G, M)."""
    return [
        [resampling.estimate(one, drawn) for one, drawn in zip(*of_group, strict=True)]
        for of_group in zip(value, np.moveaxis(resampled, 0, -1), strict=True)
    ]


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
    grouped: Grouped,
    shares: np.ndarray,
    models: tuple[str, ...],
    estimates: Mapping[str, list[list[Estimate]]],
    ranked: np.ndarray,
) -> tuple[GroupScore, ...]:
    """Return the table of a grouping from its groups' shares (G,) and each metric's estimates (G, M)."""
    rows = []
    for group, name in enumerate(grouped.names):
        scores = {
            model: {metric: table[group][number] for metric, table in estimates.items()}
            for number, model in enumerate(models)
        }
        n, share = round(float(grouped.sizes[group])), float(shares[group])
        rows.append(GroupScore(name, n, share, not bool(ranked[group]), scores))
    return tuple(rows)


@dataclass(frozen=True)
class Disparity:
    """The worst and the best group under one metric, with their gap and ratio (worst over best).

    The gap is the largest value minus the smallest. The ratio is NaN for a best value of 0, and for the
    mean residual, which has a sign. NaN values and ``None`` names where no group is large enough;
    ``reason`` then says so.
    """

    worst: float
    best: float
    gap: float
    ratio: float
    worst_group: str | None
    best_group: str | None
    reason: str | None = None


#: Metrics for which more is better.
HIGHER_IS_BETTER = frozenset({"r2", "accuracy", "auc", "tpr"})
#: The metric whose best value is 0, with errors on both sides.
_SIGNED = "mean_residual"


def disparity(scores: Sequence[GroupScore], model: str, metric: str) -> Disparity:
    """Return the disparity of ``model`` in ``metric`` over the groups that are not too small.

    The worst group has the least of a metric that is better when higher, the mean residual furthest from
    0, and the most of everything else; of a selection rate, which has no good side, that is the highest.
    """
    found = {score.group: score.scores[model][metric].value for score in scores if not score.too_small}
    ranked = [(value, group) for group, value in found.items() if np.isfinite(value)]
    if not ranked:
        nan = float("nan")
        return Disparity(nan, nan, nan, nan, None, None, "every group is too small to be ranked")
    values = [value for value, _ in ranked]
    size = abs if metric == _SIGNED else float
    ranked.sort(key=lambda pair: (size(pair[0]), pair[1]), reverse=metric not in HIGHER_IS_BETTER)
    (worst, worst_group), (best, best_group) = ranked[0], ranked[-1]
    has_ratio = best != 0 and metric != _SIGNED
    ratio = worst / best if has_ratio else float("nan")
    return Disparity(worst, best, max(values) - min(values), ratio, worst_group, best_group)
