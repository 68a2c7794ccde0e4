"""Which strength to recommend, from rows inside the training part that the judged fits never saw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from sklearn.model_selection import KFold, StratifiedKFold

from rome.baselines import Pooled
from rome.config import STRENGTHS, Noise, Settings
from rome.em import RomeEM
from rome.em.labels import match_groups
from rome.em.size import require_rows
from rome.errors import SettingError
from rome.groups import Scores, evaluate, latent
from rome.groups.groupings import from_labels
from rome.groups.intervals import Resampling
from rome.results import Estimate
from rome.robust.recommend import Candidate, Recommendation, recommend
from rome.seeds import stream, stream_seed
from rome.study.prepare import Prepared

FOLDS = 5
#: A fold's fit is judged, not kept: fewer starts and an earlier end are enough for it.
_FOLD_STARTS, _FOLD_ITERATIONS, _FOLD_TOLERANCE = 5, 150, 1e-6
#: Training rows that take part in validation; more would cost time and no longer change the choice.
_MOST_ROWS = 20_000


@dataclass(frozen=True)
class Validation:
    """The path on validation rows, and what the do-no-harm rule makes of it."""

    candidates: tuple[Candidate, ...]
    recommendation: Recommendation
    gain: Estimate


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
    data: Prepared, settings: Settings, fitted: RomeEM, progress: Callable[[float], None]
) -> Validation:
    """Cross-fit within the training rows and apply the do-no-harm rule.

    Every fold fits its own mixture, from its own starts, on the other folds' rows; its groups are matched
    to those of ``fitted`` by responsibilities, so that the latent grouping has one meaning.
    """
    rows = data.train
    if len(rows) > _MOST_ROWS:
        chosen = stream(settings.random_state, "validation rows").choice(len(rows), _MOST_ROWS, replace=False)
        rows = rows[np.sort(chosen)]
    # A fold without one of two outcomes could not be fitted.
    kind = StratifiedKFold if data.outcome.kind == "binary" else KFold
    splitter = kind(FOLDS, shuffle=True, random_state=stream_seed(settings.random_state, "validation"))
    folds = []
    for number, (inner, outer) in enumerate(splitter.split(rows, data.y[rows])):
        folds.append(_fold(data, settings, fitted, rows[inner], rows[outer]))
        progress((number + 1) / FOLDS)
    return _judge(data, settings, folds)


def _fold(data: Prepared, settings: Settings, fitted: RomeEM, inner: np.ndarray, outer: np.ndarray) -> _Fold:
    X, y, weights = data.X[inner], data.y[inner], data.weights[inner]
    require_enough(data, settings, weights)
    quick = replace(
        settings,
        n_init=min(settings.n_init, _FOLD_STARTS),
        max_iter=min(settings.max_iter, _FOLD_ITERATIONS),
        tol=max(settings.tol, _FOLD_TOLERANCE),
    )
    model = estimator(data, quick).fit(X, y, sample_weight=weights)
    single = estimator(data, settings, n_groups=1).fit(X, y, sample_weight=weights)
    pooled = Pooled(data.outcome.kind).fit(X[:, data.design.expert_index], y, sample_weight=weights)
    held, truth = data.X[outer], data.y[outer]
    path = model.path(X, y, strengths=strengths(settings), sample_weight=weights)
    own = model.responsibilities(held, truth)
    order = match_groups(fitted.responsibilities(held, truth), own)
    return _Fold(
        rows=outer,
        path=path.predict(model.group_predictions(held), model.membership(held)),
        pooled=pooled.predict(held[:, data.design.expert_index]),
        responsibilities=own[:, order],
        gain=model.log_likelihood_of_rows(held, truth) - single.log_likelihood_of_rows(held, truth),
    )


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
    # The same table gets the same recommendation, whatever strength a person chose.
    recommendation = recommend(regular, settings.guard, gain, settings.confidence)
    return Validation(candidates, recommendation, gain)


def strengths(settings: Settings) -> tuple[float, ...]:
    """Return the positions of the dial: those of every study, and the one that was asked for."""
    asked = settings.dro_strength
    if asked is None or any(abs(asked - strength) < 1e-9 for strength in STRENGTHS):
        return STRENGTHS
    return tuple(sorted((*STRENGTHS, float(asked))))


def _model(strength: float) -> str:
    return f"rome at {strength!r}"


def _candidate(scores: Scores, strength: float) -> Candidate:
    model = _model(strength)
    return Candidate(
        strength,
        {
            "overall": scores.compare(None, "pooled", model),
            "worst_latent": scores.compare("latent", "pooled", model),
            "worst_observed": scores.compare("observed", "pooled", model),
        },
    )


def estimator(data: Prepared, settings: Settings, n_groups: int | None = None) -> RomeEM:
    """Return the unfitted mixture of a study (with ``n_groups`` other than the settings', if given)."""
    strength = 0.5 if settings.dro_strength is None else settings.dro_strength
    return RomeEM(
        settings.n_groups if n_groups is None else n_groups,
        gate_features=data.design.gate_index.tolist(),
        expert_features=data.design.expert_index.tolist(),
        outcome=data.outcome.kind,
        noise=noise_of(data, settings),
        gate=settings.gate,
        predictor=settings.predictor,
        criterion=settings.criterion,
        gamma=settings.gamma,
        dro_strength=strength,
        n_init=settings.n_init,
        max_iter=settings.max_iter,
        tol=settings.tol,
        random_state=stream_seed(settings.random_state, "em"),
    )


def noise_of(data: Prepared, settings: Settings) -> Noise:
    """Return the residuals' family.

    Raises
    ------
    SettingError
        The outcome is binary and has no residual scale, but ``noise="t"`` was asked for.
    """
    if data.outcome.kind == "binary" and settings.noise == "t":
        raise SettingError(
            'The noise is "t", which is for a numeric outcome; this one has two values. Use noise "normal".'
        )
    return settings.noise


def require_enough(data: Prepared, settings: Settings, weights: np.ndarray) -> None:
    """Raise ``TooFewRowsError`` where the rows of a fit, with ``weights``, are fewer than its parameters.

    The estimator fits them with a warning; a study draws conclusions, and there are none to draw.
    """
    columns = (len(data.design.expert_index), len(data.design.gate_index))
    require_rows(int((weights > 0).sum()), settings.n_groups, *columns, data.outcome.kind, settings.noise)


def group_names(n_groups: int) -> tuple[str, ...]:
    """Return "Group 1" …, in the order of the fit: largest first."""
    return tuple(f"Group {number + 1}" for number in range(n_groups))


def mean_with_interval(values: np.ndarray, weights: np.ndarray, resampling: Resampling) -> Estimate:
    """Return the weighted mean of row values (n,) with its bootstrap interval."""
    columns = np.column_stack([weights, weights * values])
    sums = np.concatenate([counts @ columns for counts in resampling.counts()])
    return resampling.estimate(float(np.average(values, weights=weights)), sums[:, 1] / sums[:, 0])
