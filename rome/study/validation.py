"""A mixture at every DRO strength, on rows inside the training part that the judged fits never saw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rome.em.matching import match_groups
from rome.groups import Scores, evaluate, latent
from rome.groups.groupings import from_labels
from rome.runtime.random import stream_seed
from rome.settings.study import STRENGTHS, Settings
from rome.stats.bootstrap import Resampling
from rome.stats.estimate import Estimate
from rome.study.cross_fit import FOLDS, MOST_ROWS, drawn, split
from rome.study.dro_strength import PathCandidate, best_strength
from rome.study.fit import fit_fold
from rome.study.lines import require_enough
from rome.study.prepare import Prepared
from rome.study.protocols import Groups, OneGroup
from rome.study.strengths import strengths


@dataclass(frozen=True)
class Validation:
    """The path on validation rows, the strength to take of it, the log-likelihood per row above one group,
    and the squared errors (n,) on the rows ``rows`` of the mixture at strength 0 and at the strength to take,
    and of the pooled model."""

    candidates: tuple[PathCandidate, ...]
    strength: float
    gain: Estimate
    rows: np.ndarray
    losses: np.ndarray
    chosen_losses: np.ndarray
    pooled_losses: np.ndarray


@dataclass(frozen=True)
class _Fold:
    """What one fold says of its validation rows: predictions (m, S), pooled (m,), group weights (m, K)
    and log-likelihood above one group (m,)."""

    rows: np.ndarray
    path: np.ndarray
    pooled: np.ndarray
    responsibilities: np.ndarray
    gain: np.ndarray


def validate(
    data: Prepared, settings: Settings, fitted: Groups, progress: Callable[[float], None]
) -> Validation:
    """Cross-fit the study's mixture within the training rows, and choose its strength.

    Every fold fits its own mixture, from its own starts, on the other folds' rows; its groups are matched
    to those of ``fitted`` by responsibilities, so that the latent grouping has one meaning.
    """
    rows = drawn(data, settings, MOST_ROWS, "candidate rows")
    folds = []
    for number, parts in enumerate(split(data, settings, rows)):
        within = _part(progress, number)
        folds.append(_fold(data, settings, fitted, parts, within))
        within(1.0)
    return _judge(data, settings, folds)


def _part(progress: Callable[[float], None], number: int) -> Callable[[float], None]:
    return lambda share: progress((number + share) / FOLDS)


def _fold(
    data: Prepared,
    settings: Settings,
    fitted: Groups,
    split: tuple[np.ndarray, np.ndarray],
    progress: Callable[[float], None],
) -> _Fold:
    inner, outer = split
    require_enough(data, settings, data.weights[inner])
    fold = fit_fold(data, settings, inner, progress)
    held, truth = data.X[outer], data.y[outer]
    own = fold.mixture.responsibilities(held, truth)
    order = match_groups(fitted.responsibilities(held, truth), own)
    return _Fold(
        rows=outer,
        path=fold.path.predict(fold.mixture.group_predictions(held), fold.mixture.membership(held)),
        pooled=fold.predict_pooled(held),
        responsibilities=own[:, order],
        gain=_log_likelihood(fold.mixture, held, truth) - _log_likelihood(fold.single, held, truth),
    )


def _log_likelihood(model: OneGroup, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    return model.log_likelihood_of_rows(X, y)


def _judge(data: Prepared, settings: Settings, folds: list[_Fold]) -> Validation:
    rows = np.concatenate([fold.rows for fold in folds])
    path = np.concatenate([fold.path for fold in folds])
    predictions = {"pooled": np.concatenate([fold.pooled for fold in folds])}
    predictions |= {_model(strength): path[:, place] for place, strength in enumerate(strengths(settings))}
    names = group_names(settings.n_groups)
    resampling = Resampling.within_budget(
        len(rows),
        settings.n_bootstrap,
        stream_seed(settings.random_state, "validation bootstrap"),
        settings.confidence,
    )
    scores = evaluate(
        data.y[rows],
        predictions,
        {
            "latent": latent(np.concatenate([fold.responsibilities for fold in folds]), names),
            "observed": from_labels(data.observed_group[rows]),
        },
        data.weights[rows],
        kind=data.outcome.kind,
        resampling=resampling,
        min_group_size=settings.min_group_size,
    )
    candidates = tuple(_candidate(scores, strength) for strength in strengths(settings))
    regular = [candidate for candidate in candidates if candidate.strength in STRENGTHS]
    gain = mean_with_interval(np.concatenate([fold.gain for fold in folds]), data.weights[rows], resampling)
    order = np.argsort(rows)
    # The same table gets the same strength, whatever strength a person chose.
    chosen = best_strength(regular, settings)
    judged = np.column_stack([path[:, 0], predictions[_model(chosen)], predictions["pooled"]])
    losses = (data.y[rows, None] - judged)[order] ** 2
    return Validation(candidates, chosen, gain, rows[order], *losses.T)


def _model(strength: float) -> str:
    return f"rome at {strength!r}"


def _candidate(scores: Scores, strength: float) -> PathCandidate:
    model = _model(strength)
    return PathCandidate(
        strength,
        {
            "overall": scores.compare(None, "pooled", model),
            "worst_latent": scores.compare("latent", "pooled", model),
            "worst_observed": scores.compare("observed", "pooled", model),
        },
    )


def group_names(n_groups: int) -> tuple[str, ...]:
    """Return "Group 1" …, in the order of the fit: largest first."""
    return tuple(f"Group {number + 1}" for number in range(n_groups))


def mean_with_interval(values: np.ndarray, weights: np.ndarray, resampling: Resampling) -> Estimate:
    """Return the weighted mean of row values (n,) with its bootstrap interval."""
    columns = np.column_stack([weights, weights * values])
    sums = np.concatenate([counts @ columns for counts in resampling.counts()])
    return resampling.estimate(float(np.average(values, weights=weights)), sums[:, 1] / sums[:, 0])
