"""What RomeEM keeps of a fit: parameters in the user's units, and how the fit went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from rome.em.diagnostics import warn_of_weak_spots
from rome.em.experts import variance_factor
from rome.em.flexible import FlexibleColumns
from rome.em.loop import Fit
from rome.em.matching import sorted_by_share
from rome.em.mixture import Mixture
from rome.em.requirements import column_names
from rome.em.scaling import Scaling
from rome.em.sufficient_statistics import Parameters, RowSource, one_pass

if TYPE_CHECKING:
    from rome.em.estimator import RomeEM


def store(model: RomeEM, fit: Fit, starts: Sequence[float], blocks: RowSource, scaling: Scaling) -> None:
    """Write the attributes of a fitted ``model``, groups in decreasing order of size.

    Parameters
    ----------
    fit : Fit
        The winning run, in standardised units.
    starts : sequence of float
        Objective of every start when the race was decided.
    blocks : RowSource
        The rows that were fitted; they are walked once.
    scaling : Scaling
        The way back to the units of X and y.
    """
    parameters = sorted_by_share(fit.parameters, fit.counts)
    mixture = Mixture(parameters, scaling, model.outcome, model.noise)
    final = one_pass(blocks, parameters, mixture.experts)
    units = float(final.counts.sum()) * np.log(scaling.y_scale)
    model._mixture = mixture
    model.shares_ = final.counts / final.counts.sum()
    _store_parameters(model, parameters, scaling)
    model.log_likelihood_ = float(final.log_likelihood - units)
    model.history_ = np.array(fit.history) - units
    model.start_log_likelihoods_ = np.array(starts) - units
    model.n_iter_ = len(fit.history) - 1
    model.converged_ = fit.converged
    warn_of_weak_spots(model, mixture, final, blocks)


def _store_parameters(model: RomeEM, parameters: Parameters, scaling: Scaling) -> None:
    slopes, intercepts = scaling.experts.to_units(parameters.beta)
    model.coef_ = slopes * scaling.y_scale
    model.intercept_ = intercepts * scaling.y_scale + scaling.y_mean
    model.gate_coef_, model.gate_intercept_ = scaling.gate.to_units(parameters.gamma)
    model.gate_terms_ = _gate_terms(model, scaling)
    if model.outcome == "binary":
        model.sigma_ = model.scale_ = model.df_ = np.full(len(parameters.sigma2), np.nan)
        return
    model.scale_ = np.sqrt(parameters.sigma2) * scaling.y_scale
    model.sigma_ = model.scale_ * np.sqrt(variance_factor(parameters.df))
    model.df_ = np.full(len(parameters.sigma2), np.inf) if parameters.df is None else parameters.df


def _gate_terms(model: RomeEM, scaling: Scaling) -> tuple[str, ...]:
    names = column_names(model)
    if isinstance(scaling.gate, FlexibleColumns):
        expansion = scaling.gate.expansion
        return expansion.names([names[place] for place in expansion.index])
    return tuple(names[place] for place in scaling.gate.index)
