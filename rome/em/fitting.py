"""One fit of RomeEM on rows that may live anywhere."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from sklearn.utils import check_random_state

from rome.em.cross_fit import with_halves
from rome.em.experts import experts_for
from rome.em.fitted import store
from rome.em.flexible import FlexibleColumns
from rome.em.loop import Fit, Progress, run
from rome.em.mixture import Mixture
from rome.em.requirements import check_outcome, column_indices, warn_of_few_rows
from rome.em.rows import Chunk, Rows, drawn, standardised
from rome.em.scaling import Moments, Scaling
from rome.em.starts import race
from rome.em.sufficient_statistics import RowSource
from rome.em.warm import last_expansion, parameters_for
from rome.errors import SettingError
from rome.robust import robust_path
from rome.runtime.threads import one_blas_thread

if TYPE_CHECKING:
    from rome.em.estimator import RomeEM

#: Rows on which the robust proportions are played at most, where not all rows are in memory: of that many, a
#: group's mean error is known to a few thousandths of its spread.
GAME_ROWS = 200_000


def fit_rows(model: RomeEM, rows: Rows, progress: Progress | None = None) -> None:
    """Fit ``model``, whose settings are checked and whose columns are known, on ``rows``.

    The starts race on a sample at hand, the winner runs over all rows where they live, and the robust
    proportions are played on all rows in memory, or on a sample of ``GAME_ROWS``. A flexible gate takes its
    bends from that sample too, and t residuals the outcome's robust spread.

    Raises
    ------
    SettingError
        ``gamma="cross_fitted"`` is asked of rows that are too many to hold.
    """
    column_indices(model)
    moments = rows.moments()
    held = rows.in_memory or moments.n_rows <= GAME_ROWS
    if model.gamma == "cross_fitted" and not held:
        raise SettingError(
            f'gamma="cross_fitted" fits halves of rows in memory, and {moments.n_rows:,} rows are more than '
            f'{GAME_ROWS:,}. With so many the correction is negligible: take gamma="plain".'
        )
    if moments.odd is not None:
        check_outcome(model, np.array([moments.odd]))
    rng = np.random.default_rng(check_random_state(model.random_state).randint(2**31 - 1))
    near = rows.take(None if held else drawn(moments.n_rows, GAME_ROWS, rng.spawn(1)[0]))
    last = getattr(model, "_mixture", None) if model.warm_start else None
    scaling = _scaling(model, moments, near, last)
    terms = (len(scaling.experts.index), len(scaling.gate.index))
    warn_of_few_rows(moments.n_rows, model.n_groups, *terms, model.outcome, model.noise)
    blocks = standardised(rows, scaling, moments)
    fit, starts = _climb(model, blocks, scaling, last, rng, progress)
    store(model, fit, starts, blocks, scaling)
    if model.gamma == "cross_fitted":
        model._mixture = with_halves(
            model._mixture, scaling.blocks(*near), int(model.max_iter), model.tol, rng
        )
    model._path = robust_path(
        model._mixture.game(*near), model.predictor, model.criterion, (model.dro_strength,)
    )
    model.prior_ = model._path.priors[0]


def _scaling(model: RomeEM, moments: Moments, near: Chunk, last: Mixture | None) -> Scaling:
    """Return the units of the fit: moments of all rows; bends and robust spread of those at hand."""
    gate_index, expert_index = column_indices(model)
    scaling = Scaling.measured(moments, expert_index, gate_index, model.outcome == "binary")
    X, y, weights = near
    if model.noise == "t":
        scaling = scaling.with_robust_outcome(y, weights)
    if model.gate == "flexible":
        kept = None if last is None else last_expansion(last)
        scaling = replace(scaling, gate=FlexibleColumns.of(X, gate_index, weights, kept))
    return scaling


def _climb(
    model: RomeEM,
    blocks: RowSource,
    scaling: Scaling,
    last: Mixture | None,
    rng: np.random.Generator,
    progress: Progress | None,
) -> tuple[Fit, tuple[float, ...]]:
    """Return the winning run of EM and where each start stood: one start if there is a last fit."""
    experts, n_groups = experts_for(model.outcome, model.noise), int(model.n_groups)
    limits = {"max_iter": int(model.max_iter), "tol": model.tol, "progress": progress}
    with one_blas_thread():
        if last is None:
            return race(blocks, n_groups, experts, n_init=int(model.n_init), rng=rng, **limits)
        start = parameters_for(last, scaling, n_groups, (model.outcome, model.noise))
        fit = run(blocks, start, experts, **limits)
        return fit, fit.history[:1]
