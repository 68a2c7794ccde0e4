"""One fit of RomeEM on rows that may live anywhere."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from sklearn.utils import check_random_state

from rome.em.cross_fit import cross_fitted
from rome.em.diagnostics import weak_spots
from rome.em.dispersion import dispersion_of, overdispersion
from rome.em.flexible import FlexibleColumns
from rome.em.loop import Fit, Progress, run
from rome.em.matching import sorted_by_share
from rome.em.mixture import Mixture, experts_of
from rome.em.requirements import Plan, few_rows
from rome.em.rows import Chunk, Rows, drawn, standardised
from rome.em.scaling import Moments, Scaling
from rome.em.starts import continued, race
from rome.em.sufficient_statistics import RowSource, one_pass
from rome.errors import OutcomeError, RomeWarning, SettingError
from rome.robust import RobustPath, robust_path
from rome.runtime.threads import one_blas_thread
from rome.settings.columns import check_outcome

#: Rows on which the robust proportions are solved at most, where not all rows are in memory: of that many, a
#: group's mean error is known to a few thousandths of its spread.
DRO_ROWS = 200_000


@dataclass(frozen=True)
class FitResult:
    """A fitted mixture, groups in decreasing order of size, its robust path, and how the fit went.

    ``shares`` (K,) are mean responsibilities, and ``dispersion`` (K,) is NaN where the family has none.
    The log-likelihood, the penalised one of every iteration in
    ``history``, and where each start stood are in units of y. ``weak_spots`` make the fit doubtful.
    """

    mixture: Mixture
    path: RobustPath
    shares: np.ndarray
    log_likelihood: float
    history: np.ndarray
    start_log_likelihoods: np.ndarray
    converged: bool
    dispersion: np.ndarray
    weak_spots: tuple[RomeWarning, ...]


def fit_mixture(
    plan: Plan, rows: Rows, last: Mixture | None = None, progress: Progress | None = None
) -> FitResult:
    """Fit the mixture that ``plan`` describes on ``rows``, from where ``last`` ended if it is given.

    The starts race on a sample at hand, the winner runs over all rows where they live, and the robust
    proportions are solved on all rows in memory, or on a sample of ``DRO_ROWS``. A flexible gate and
    experts that bend take their knots from that sample too, and t residuals the outcome's robust spread.

    Raises
    ------
    SettingError
        ``gamma="cross_fitted"`` is asked of rows that are too many to hold.
    """
    moments = rows.moments()
    held = rows.in_memory or moments.n_rows <= DRO_ROWS
    if plan.gamma == "cross_fitted" and not held:
        raise SettingError(
            f'gamma="cross_fitted" fits halves of rows in memory, and {moments.n_rows:,} rows are more than '
            f'{DRO_ROWS:,}. With so many the correction is negligible: take gamma="plain".'
        )
    check_outcome(plan.outcome, moments.telling())
    if plan.outcome == "count" and moments.mean[-1] == 0:
        raise OutcomeError("All counts are 0.", "Nothing was counted, so there is nothing to predict.")
    rng = np.random.default_rng(check_random_state(plan.random_state).randint(2**31 - 1))
    near = rows.take(None if held else drawn(moments.n_rows, DRO_ROWS, rng.spawn(1)[0]))
    scaling = _scaling(plan, moments, near, last)
    few = few_rows(moments.n_rows, plan, len(scaling.experts.index), len(scaling.gate.index))
    blocks = standardised(rows, scaling, moments)
    fit, starts = _climb(plan, blocks, scaling, last, rng, progress)
    ordered = sorted_by_share(fit.parameters, fit.counts)
    mixture = Mixture(ordered, scaling, plan.outcome, plan.noise, plan.slopes)
    sums = one_pass(blocks, mixture.parameters, mixture.experts)
    dispersion = dispersion_of(mixture, blocks)
    spots = (*weak_spots(mixture, sums, blocks, plan.names), *overdispersion(mixture, dispersion))
    if plan.gamma == "cross_fitted":
        mixture = cross_fitted(mixture, scaling.blocks(*near), plan.max_iter, plan.tol, rng)
    units = float(sums.counts.sum()) * np.log(scaling.y_scale)
    return FitResult(
        mixture,
        robust_path(mixture.dro_problem(*near), plan.predictor, plan.criterion, (plan.dro_strength,)),
        sums.counts / sums.counts.sum(),
        float(sums.log_likelihood - units),
        np.array(fit.history) - units,
        np.array(starts) - units,
        fit.converged,
        dispersion.value,
        spots if few is None else (few, *spots),
    )


def _scaling(plan: Plan, moments: Moments, near: Chunk, last: Mixture | None) -> Scaling:
    """Return the units of the fit: moments of all rows; bends and robust spread of those at hand."""
    scaling = Scaling.measured(moments, plan.expert_index, plan.gate_index, plan.outcome, plan.exposure)
    X, y, weights = near
    if plan.noise == "t":
        scaling = scaling.with_robust_outcome(y, weights)
    if plan.gate == "flexible":
        kept = None if last is None else last.gate_expansion
        scaling = replace(scaling, gate=FlexibleColumns.of(X, plan.gate_index, weights, kept))
    if plan.curves:
        kept = None if last is None else last.expert_expansion
        bent = FlexibleColumns.of(X, plan.expert_index, weights, kept, products=False)
        scaling = replace(scaling, experts=bent)
    return scaling


def _climb(
    plan: Plan,
    blocks: RowSource,
    scaling: Scaling,
    last: Mixture | None,
    rng: np.random.Generator,
    progress: Progress | None,
) -> tuple[Fit, tuple[float, ...]]:
    """Return the winning run of EM and where each start stood: one start if there is a last fit."""
    experts = experts_of(scaling, plan.outcome, plan.noise, plan.slopes)
    limits = {"max_iter": plan.max_iter, "tol": plan.tol, "progress": progress}
    with one_blas_thread():
        if last is None:
            return race(blocks, plan.n_groups, experts, n_init=plan.n_init, rng=rng, **limits)
        start = continued(last, scaling, plan.n_groups, (plan.outcome, plan.noise, plan.slopes))
        fit = run(blocks, start, experts, **limits)
        return fit, fit.history[:1]
