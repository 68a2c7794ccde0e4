"""Standard errors of a fitted mixture, in the user's units."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rome.em.experts import HIGHEST_DF, LOWEST_DF, VARIANCE_FLOOR
from rome.em.information import Information, information
from rome.em.mixture import Mixture
from rome.em.scaling import Columns
from rome.em.sufficient_statistics import RowSource
from rome.errors import StandardErrorWarning
from rome.settings.spec import check_choice
from rome.stats.covariance import covariance as inverse_of

KINDS = ("louis", "sandwich")


@dataclass(frozen=True)
class StandardErrors:
    """Standard errors in the units of the attributes they belong to; NaN where the rows don't determine one.

    ``coef_se`` (K, p) and ``intercept_se`` (K,) belong to the experts, ``gate_coef_se`` (K, d) and
    ``gate_intercept_se`` (K,) to the gate (NaN for the reference group, whose γ is 0 by definition and
    not estimated).
    Experts with a log link have theirs on the log scale, and ``scale_se`` of a positive amount is that of its
    coefficient of variation.
    ``scale_se`` and ``df_se`` (K,) are NaN where the family has no such parameter, or where it sits on its
    bound. A group that is fitted without error (σ² on its floor) has none for its expert: what would be given
    is the floor's. ``gate_covariance`` ((K − 1)D, (K − 1)D) is that of γ in standardised units, the free
    groups one after the other, each with its intercept first; NaN in rows and columns that the rows don't
    determine.
    ``reasons`` says for each group with a NaN why, in a sentence.
    """

    coef_se: np.ndarray
    intercept_se: np.ndarray
    gate_coef_se: np.ndarray
    gate_intercept_se: np.ndarray
    scale_se: np.ndarray
    df_se: np.ndarray
    gate_covariance: np.ndarray
    kind: str
    reasons: tuple[str, ...] = ()


def standard_errors(mixture: Mixture, rows: RowSource, kind: str = "louis") -> StandardErrors:
    """Return standard errors of ``mixture`` from the rows that it was fitted on.

    Parameters
    ----------
    rows : RowSource
        Rows in the mixture's standardised units; walked once.
    kind : {"louis", "sandwich"}
        ``louis`` inverts the observed information (Louis 1982), which holds where the model does; a weight
        counts a row so many times. ``sandwich`` puts Σ w² s s' of the rows' scores s between two inverses
        (Huber 1967; White 1982; with weights Binder 1983): it also holds for the closest mixture to a truth
        that is none, and takes weights for sampling weights, of which only their ratios matter.

    Raises
    ------
    SettingError
        There is no such kind.
    """
    check_choice("kind", kind, KINDS)
    parameters, scaling = mixture.parameters, mixture.scaling
    info = information(rows, parameters, mixture.experts)
    without_error = _without_error(mixture)
    fixed = _on_a_bound(mixture, info, without_error)
    covariance, determined = _covariance(info, _ties(mixture, info, fixed), kind)
    spread = np.sqrt(np.where(determined, np.maximum(np.diag(covariance), 0), np.nan))
    width, n_groups = parameters.beta.shape[1], info.n_groups
    own = [info.expert(k) for k in range(n_groups)]
    beta = [slice(place.start, place.start + width) for place in own]
    slopes, intercepts = _in_units(scaling.experts, covariance, determined, beta)
    gates = [info.gate(k) for k in range(n_groups - 1)]
    free = slice(own[-1].stop, None)
    gate_slopes, gate_intercepts = _in_units(scaling.gate, covariance, determined, gates)
    extra = np.array([spread[place][width:] for place in own]).reshape(n_groups, -1)
    missing = np.full(n_groups, np.nan)
    scale = np.sqrt(parameters.sigma2) * scaling.slope_unit
    reasons = _reasons(info, determined, fixed, without_error)
    for reason in reasons:
        warnings.warn(reason, stacklevel=3)
    return StandardErrors(
        coef_se=slopes * scaling.slope_unit,
        intercept_se=intercepts * scaling.slope_unit,
        gate_coef_se=np.vstack([gate_slopes, np.full((1, gate_slopes.shape[1]), np.nan)]),
        gate_intercept_se=np.append(gate_intercepts, np.nan),
        scale_se=0.5 * scale * extra[:, 0] if extra.shape[1] else missing,
        df_se=parameters.df * extra[:, 1] if extra.shape[1] > 1 else missing,
        gate_covariance=_known(covariance, determined)[free, free],
        kind=kind,
        reasons=tuple(str(reason) for reason in reasons),
    )


def _without_error(mixture: Mixture) -> np.ndarray:
    """Return which groups (K,) have their residual variance on its floor."""
    sigma2 = mixture.parameters.sigma2
    return mixture.experts.has_spread & (sigma2 <= VARIANCE_FLOOR * (1 + 1e-9))


def _on_a_bound(mixture: Mixture, info: Information, without_error: np.ndarray) -> np.ndarray:
    """Return which parameters (P,) are held by a bound, and so have no sampling spread of the usual kind."""
    fixed = np.zeros(len(info.observed), dtype=bool)
    for k in np.flatnonzero(without_error):
        fixed[info.expert(k)] = True
    df = mixture.parameters.df
    if df is not None:
        held = (df <= LOWEST_DF) | (df >= HIGHEST_DF)
        fixed[[info.expert(k).stop - 1 for k in np.flatnonzero(held)]] = True
    return fixed


def _ties(mixture: Mixture, info: Information, fixed: np.ndarray) -> np.ndarray:
    """Return which parameters are one: a column for each that is estimated, (P, Q), 1 where it stands."""
    ties = np.eye(len(fixed))
    if mixture.slopes == "shared":
        width = mixture.parameters.beta.shape[1]
        starts = np.array([info.expert(k).start for k in range(info.n_groups)])
        slopes = starts[:, None] + np.arange(1, width)
        ties[slopes, slopes[0]] = 1.0
        ties = np.delete(ties, slopes[1:].ravel(), axis=1)
    ties[fixed] = 0.0
    return ties[:, ties.any(axis=0)]


def _covariance(info: Information, ties: np.ndarray, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the covariance (P, P) of all parameters and which of them (P,) the rows determine."""
    inverse, known = inverse_of(ties.T @ info.observed @ ties)
    if kind == "sandwich":
        inverse = inverse @ (ties.T @ info.scores @ ties) @ inverse
    return ties @ inverse @ ties.T, (ties @ known) > 0


def _known(covariance: np.ndarray, determined: np.ndarray) -> np.ndarray:
    return np.where(np.logical_and.outer(determined, determined), covariance, np.nan)


def _in_units(
    columns: Columns, covariance: np.ndarray, determined: np.ndarray, places: Sequence[slice]
) -> tuple[np.ndarray, np.ndarray]:
    """Return standard errors of slopes (G, p) and intercepts (G,) per unit of X: the map is affine."""
    width = len(columns.scale)
    slopes, intercepts = np.full((len(places), width), np.nan), np.full(len(places), np.nan)
    to_intercept = np.concatenate([[1.0], -columns.mean / columns.scale])
    for k, place in enumerate(places):
        own, known = covariance[place, place], determined[place]
        slopes[k] = np.where(known[1:], np.sqrt(np.maximum(np.diag(own)[1:], 0)) / columns.scale, np.nan)
        if known.all():
            intercepts[k] = np.sqrt(max(to_intercept @ own @ to_intercept, 0.0))
    return slopes, intercepts


def _reasons(
    info: Information, determined: np.ndarray, fixed: np.ndarray, without_error: np.ndarray
) -> list[StandardErrorWarning]:
    missing = ~determined & ~fixed
    reasons = []
    for k in range(info.n_groups):
        if without_error[k]:
            what = (
                f"Standard errors of the expert of group {k + 1} can't be given: the group is fitted without "
                "error, its residual spread is on its floor."
            )
            remedy = (
                "A column may be computed from the outcome, or many rows may share one outcome value; check "
                "for both."
            )
            reasons.append(StandardErrorWarning(what, remedy))
        places = [("the expert", info.expert(k))]
        places += [("the gate", info.gate(k))] if k < info.n_groups - 1 else []
        parts = [name for name, place in places if missing[place].any()]
        if parts:
            what = (
                f"Standard errors of {' and '.join(parts)} of group {k + 1} can't be given: the rows don't "
                "determine all of its coefficients (the information is not positive definite)."
            )
            remedy = (
                "Collinear columns, a nearly empty group or EM that has not converged are the usual causes; "
                "drop a column, use fewer groups, or raise max_iter."
            )
            reasons.append(StandardErrorWarning(what, remedy))
    return reasons
