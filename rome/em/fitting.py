"""One fit of RomeEM on rows that may live anywhere."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from sklearn.utils import check_random_state

from rome.em.fitted import store
from rome.em.flexible import FlexibleColumns
from rome.em.halves import with_halves
from rome.em.requirements import check_outcome, check_settings, column_indices
from rome.em.rows import Rows, drawn, standardised
from rome.em.scaling import Scaling
from rome.em.size import warn_of_few_rows
from rome.em.warm import last_expansion
from rome.errors import SettingError
from rome.robust import robust_path

if TYPE_CHECKING:
    from rome.em.estimator import RomeEM

#: Rows on which the robust proportions are played at most, where not all rows are in memory: of that many, a
#: group's mean error is known to a few thousandths of its spread.
GAME_ROWS = 200_000


def fit_rows(model: RomeEM, rows: Rows, progress=None) -> None:
    """Fit ``model`` on ``rows``; what it ends with is what ``fit`` ends with.

    The starts race on a sample at hand, the winner runs over all rows where they live, and the robust
    proportions are played on all rows in memory, or on a sample of ``GAME_ROWS``. A flexible gate takes its
    bends from that sample too.

    Raises
    ------
    SettingError
        ``gamma="cross_fitted"`` is asked of rows that are too many to hold.
    """
    check_settings(model)
    moments = rows.moments()
    held = rows.in_memory or moments.n_rows <= GAME_ROWS
    if model.gamma == "cross_fitted" and not held:
        raise SettingError(
            f'gamma="cross_fitted" fits halves of rows in memory, and {moments.n_rows:,} rows are more than '
            f'{GAME_ROWS:,}. With so many the correction is negligible: take gamma="plain".'
        )
    _take_columns(model, rows)
    if moments.odd is not None:
        check_outcome(model, np.array([moments.odd]))
    gate_index, expert_index = column_indices(model)
    rng = np.random.default_rng(check_random_state(model.random_state).randint(2**31 - 1))
    near = rows.take(None if held else drawn(moments.n_rows, GAME_ROWS, rng.spawn(1)[0]))
    scaling = Scaling.measured(moments, expert_index, gate_index, model.outcome == "binary")
    last = getattr(model, "_mixture", None) if model.warm_start else None
    if model.gate == "flexible":
        X, _, weights = near
        kept = None if last is None else last_expansion(last)
        scaling = replace(scaling, gate=FlexibleColumns.of(X, gate_index, weights, kept))
    terms = (len(scaling.experts.index), len(scaling.gate.index))
    warn_of_few_rows(moments.n_rows, model.n_groups, *terms, model.outcome, model.noise)
    blocks = standardised(rows, scaling, moments)
    fit, starts = model._climb(blocks, scaling, last, rng, progress)
    store(model, fit, starts, blocks, scaling)
    if model.gamma == "cross_fitted":
        model._mixture = with_halves(
            model._mixture, scaling.blocks(*near), int(model.max_iter), model.tol, rng
        )
    model._path = robust_path(
        model._mixture.game(*near), model.predictor, model.criterion, (model.dro_strength,)
    )
    model.prior_ = model._path.priors[0]


def _take_columns(model: RomeEM, rows: Rows) -> None:
    """Give ``model`` the columns of ``rows``, as scikit-learn's validation of X would."""
    model.n_features_in_ = rows.n_features
    if rows.names is not None:
        model.feature_names_in_ = np.array(rows.names, dtype=object)
    elif hasattr(model, "feature_names_in_"):
        del model.feature_names_in_
