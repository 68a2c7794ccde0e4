"""Family ``em``: groups that predict by lines (ROME-EM), with least squares or logit as the pooled model."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace

import numpy as np

from rome.baselines import Pooled, PooledErrors
from rome.em import ArrayRows, ClusterRows, RomeEM
from rome.em.flexible import Expansion
from rome.em.mixture import Mixture
from rome.em.requirements import require_rows
from rome.em.standard_errors import StandardErrors
from rome.errors import RomeWarning, SettingError
from rome.robust import RobustPath
from rome.runtime.random import stream_seed
from rome.settings.study import Noise, Settings
from rome.study.coefficients import CoefficientTables
from rome.study.prepare import Prepared
from rome.study.protocols import Curve
from rome.study.strengths import strengths
from rome.table.design import Design

#: A fold's fit is judged, not kept: fewer starts and an earlier end are enough for it.
_FOLD_STARTS, _FOLD_ITERATIONS, _FOLD_TOLERANCE = 5, 150, 1e-6


@dataclass(frozen=True)
class LinesFold:
    """Lines fitted to the rows of a fold."""

    mixture: RomeEM
    single: RomeEM
    pooled: Pooled
    path: RobustPath
    expert_index: np.ndarray

    def predict_pooled(self, X: np.ndarray) -> np.ndarray:
        """Return the pooled prediction (n,) from the columns that the experts see."""
        return self.pooled.predict(X[:, self.expert_index])


@dataclass(frozen=True)
class FittedLines(LinesFold):
    """Lines fitted to the training rows of a study, with what their coefficients are worth."""

    data: Prepared
    settings: Settings
    pooled_with_sensitive: Pooled
    errors: StandardErrors
    pooled_errors: PooledErrors
    training: None = None

    @property
    def n_iter(self) -> int:
        """Iterations of the run that was kept."""
        return self.mixture.n_iter_

    @property
    def converged(self) -> bool:
        """Whether that run settled before its limit."""
        return bool(self.mixture.converged_)

    @property
    def history(self) -> tuple[float, ...]:
        """Its log-likelihood by iteration."""
        return tuple(float(value) for value in self.mixture.history_)

    @property
    def starts(self) -> tuple[float, ...]:
        """Where each start stood when the race was decided."""
        return tuple(float(value) for value in self.mixture.start_log_likelihoods_)

    def predict_pooled_with_sensitive(self, X: np.ndarray) -> np.ndarray:
        """Return the prediction (n,) of one line that sees every column."""
        return self.pooled_with_sensitive.predict(X)

    def stored(self) -> tuple[Mixture, Mixture]:
        """Return the groups and the pooled line as the study keeps them."""
        pooled = self.pooled
        line = Mixture.one_line(pooled.coef_, pooled.intercept_, self.expert_index, self.data.outcome.kind)
        return self.mixture.in_units(), line

    def tables(self) -> CoefficientTables:
        """Return the coefficients with their intervals."""
        return CoefficientTables(
            self.data,
            self.mixture,
            self.errors,
            self.pooled,
            self.pooled_errors,
            gate_index(self.data.design, self.settings),
            self.settings.confidence,
        )


def fit_lines(
    data: Prepared, settings: Settings, progress: Curve | None, scheduler: str | None
) -> FittedLines:
    """Fit the groups, and what they are compared with, to the training rows."""
    X, y, weights = data.X[data.train], data.y[data.train], data.weights[data.train]
    kind = data.outcome.kind
    pooled = Pooled(kind).fit(X[:, data.design.expert_index], y, sample_weight=weights)
    everything = Pooled(kind).fit(X, y, sample_weight=weights)
    with warnings.catch_warnings():
        # One group is there to compare with; what ails it, the groups may mend.
        warnings.simplefilter("ignore", RomeWarning)
        single = lines(data, settings, n_groups=1).fit(X, y, sample_weight=weights)
    mixture = _fit_groups(lines(data, settings), ArrayRows(X, y, weights), progress, scheduler)
    path = mixture.path(X, y, strengths=strengths(settings), sample_weight=weights)
    # Uneven case weights are sampling weights: a person who stands for many is still one observation.
    uneven = bool(np.ptp(weights) > 0)
    errors = mixture.standard_errors(X, y, weights, kind="sandwich" if uneven else "louis")
    pooled_errors = pooled.standard_errors(
        X[:, data.design.expert_index], y, weights, kind="sandwich" if uneven else "classical"
    )
    return FittedLines(
        mixture,
        single,
        pooled,
        path,
        data.design.expert_index,
        data,
        settings,
        everything,
        errors,
        pooled_errors,
    )


def _fit_groups(model: RomeEM, rows: ArrayRows, progress: Curve | None, scheduler: str | None) -> RomeEM:
    if scheduler is None:
        return model.fit_blocks(rows, progress)
    with ClusterRows(scheduler, rows) as held:
        return model.fit_blocks(held, progress)


def fit_lines_fold(data: Prepared, settings: Settings, rows: np.ndarray) -> LinesFold:
    """Fit the groups and the pooled line to the rows of a fold (positions among the used rows)."""
    X, y, weights = data.X[rows], data.y[rows], data.weights[rows]
    model = lines(data, quick_settings(settings)).fit(X, y, sample_weight=weights)
    single = lines(data, settings, n_groups=1).fit(X, y, sample_weight=weights)
    index = data.design.expert_index
    pooled = Pooled(data.outcome.kind).fit(X[:, index], y, sample_weight=weights)
    path = model.path(X, y, strengths=strengths(settings), sample_weight=weights)
    return LinesFold(model, single, pooled, path, index)


def quick_settings(
    settings: Settings,
    starts: int = _FOLD_STARTS,
    iterations: int = _FOLD_ITERATIONS,
    tolerance: float = _FOLD_TOLERANCE,
) -> Settings:
    """Return settings for a fit that is judged and not kept."""
    return replace(
        settings,
        n_init=min(settings.n_init, starts),
        max_iter=min(settings.max_iter, iterations),
        tol=max(settings.tol, tolerance),
    )


def lines(data: Prepared, settings: Settings, n_groups: int | None = None) -> RomeEM:
    """Return the unfitted mixture of a study (with ``n_groups`` other than the settings', if given)."""
    strength = 0.0 if settings.dro_strength is None else settings.dro_strength
    return RomeEM(
        settings.n_groups if n_groups is None else n_groups,
        gate_features=gate_index(data.design, settings).tolist(),
        expert_features=data.design.expert_index.tolist(),
        curves=settings.curves,
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


def gate_index(design: Design, settings: Settings) -> np.ndarray:
    """Return the positions of the terms that membership may depend on."""
    if settings.gate_columns == "s":
        return design.gate_index
    return np.union1d(design.gate_index, design.expert_index)


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
    """Raise ``TooFewRowsError`` where the rows of a fit, with ``weights``, are fewer than lines' parameters.

    The estimator fits them with a warning; a study draws conclusions, and there are none to draw.
    """
    experts, used = data.design.expert_index, np.flatnonzero(weights > 0)
    n_experts = len(experts)
    if settings.curves:
        n_experts += len(Expansion.fit(data.X[used], experts, weights[used], products=False).parts)
    columns = (n_experts, len(gate_index(data.design, settings)))
    require_rows(int((weights > 0).sum()), settings.n_groups, *columns, data.outcome.kind, settings.noise)
