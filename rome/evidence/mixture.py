"""The evidence mixture: groups that may use everything, and the same groups with one rule.

A claim about the world must not rest on what a predictor is forbidden to see, so experts and gate take all
columns, the sensitive ones too, numeric ones bent (restricted cubic splines), and beside them the predictions
of the best curved single model, so that a bend needs no groups. The same mixture with *shared slopes* is the
null model of one rule with any noise: level, spread, skewness and the number of modes may move with all
columns, the rule may not. Groups with slopes of their own are also fitted on from it, so that in sample they
can't end lower.

Terms come one after the other, those that say most about the outcome or about the size of residuals first and
bends last, and BIC on the fitted rows says how many: parameters that say nothing would cost held-out
likelihood, and so hide groups. There are at least ten rows a parameter, and no more than
``MOST_PARAMETERS``, for time.
"""

from __future__ import annotations

import warnings
from copy import deepcopy
from dataclasses import dataclass, replace

import numpy as np
from sklearn.base import clone

from rome.em import RomeEM
from rome.em.flexible import Expansion
from rome.em.requirements import free_parameters
from rome.errors import DegenerateGroupWarning, RomeWarning
from rome.evidence.null_models import Curve
from rome.evidence.ridge import Ridge, fit_ridge
from rome.evidence.sweep import Problem
from rome.results.verdict import Doubt
from rome.runtime.random import stream_seed
from rome.stats.shares import one_value_only

#: Rows for each free parameter at least, and free parameters at most.
ROWS_A_PARAMETER, MOST_PARAMETERS = 10, 100
#: Terms that experts and gate have at first, and by how many times more are tried.
_FIRST_TERMS, _TIMES = 4, 3
#: Starts of either mixture; one with slopes of its own has that from shared ones besides.
_STARTS = 2
_ITERATIONS, _TOLERANCE = 30, 3e-4
#: Groups from which one rule may also have noise that grows with the prediction: fewer can't form a fan of
#: rules, which such noise looks like, and for them that null model only costs power.
FANNED = 3
#: Components that one rule may have beyond the number of groups: noise of three modes is no second rule.
MORE_COMPONENTS = (1, 2)
#: Log spread, about its mean, within which the noise of one rule may grow with the prediction.
_SPREADS = (-3.0, 3.0)


@dataclass(frozen=True)
class Terms:
    """What experts and gate may see: the curve's predictions, straight columns and bends, in this order.

    ``experts`` and ``gate`` are their positions, the most telling first; ``roles`` are those of the straight
    columns that the predictor's experts and gate see.
    """

    expansion: Expansion
    experts: np.ndarray
    gate: np.ndarray
    roles: tuple[np.ndarray, np.ndarray]

    @classmethod
    def fit(cls, problem: Problem, curve: Curve) -> Terms:
        """Choose bends and order from fitted rows and the curve that was fitted to them."""
        columns = problem.columns
        expansion = Expansion.fit(problem.X, columns, problem.weights, products=False)
        telling = _telling(problem, curve)
        bends = [(-telling[part[0]], 1 + len(columns) + place) for place, part in enumerate(expansion.parts)]
        straight = np.argsort(-telling, kind="stable")
        sensitive = np.isin(columns[straight], problem.gate_index)
        last = np.array([place for _, place in sorted(bends)], dtype=int)
        experts = np.concatenate([[0], 1 + straight, last])
        gate = np.concatenate([[0], 1 + straight[sensitive], 1 + straight[~sensitive], last])
        allowed = np.isin(columns[straight], problem.expert_index)
        return cls(expansion, experts, gate, (1 + straight[allowed], 1 + straight[sensitive]))

    def design(self, X: np.ndarray, predictions: np.ndarray) -> np.ndarray:
        """Return all terms (n, t) of rows X (n, p) with the curve's ``predictions`` (n,)."""
        return np.column_stack([predictions, self.expansion.transform(X)])


def _telling(problem: Problem, curve: Curve) -> np.ndarray:
    """Return how much each column says (p,): its largest correlation, plain or squared, with the outcome or
    with the size of the residuals. Slopes that differ make residuals large at both ends of a column."""
    X, weights = problem.X[:, problem.columns], problem.weights
    fitted = curve.out_of_fold if problem.outcome == "numeric" else 1 / (1 + np.exp(-curve.out_of_fold))
    left = np.abs(problem.y - fitted)
    # In logs a few far rows don't decide.
    size = np.log(left + 1e-3 * float(np.average(left, weights=weights)) + np.finfo(float).tiny)
    centred = X - np.average(X, axis=0, weights=weights)
    found = [
        _correlation(X, problem.y, weights),
        _correlation(X, size, weights),
        _correlation(centred**2, size, weights),
    ]
    return np.max(found, axis=0)


def _correlation(columns: np.ndarray, values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    share = weights / weights.sum()
    columns, values = columns - share @ columns, values - share @ values
    spread = np.sqrt((share @ columns**2) * (share @ values**2))
    return np.abs((share * values) @ columns) / np.where(spread > 0, spread, np.inf)


@dataclass(frozen=True)
class Scaled:
    """A mixture with shared slopes of (y − m)/s(m), where m is the curve's prediction, the first term, and
    the spread s moves with it: one rule whose noise of any shape grows with the prediction."""

    mixture: RomeEM
    log_spread: Ridge

    def log_likelihood_of_rows(self, Z: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return the log-likelihood of each row (n,), from its terms (n, t), in units of y."""
        return self.mixture.log_likelihood_of_rows(Z, _standard(Z, y, self.log_spread)) - _log_spread(
            Z, self.log_spread
        )


def _log_spread(Z: np.ndarray, log_spread: Ridge) -> np.ndarray:
    relative = log_spread.predict(Z[:, :1]) - log_spread.intercept
    return log_spread.intercept + np.clip(relative, *_SPREADS)


def _standard(Z: np.ndarray, y: np.ndarray, log_spread: Ridge) -> np.ndarray:
    return (y - Z[:, 0]) / np.exp(_log_spread(Z, log_spread))


@dataclass(frozen=True)
class Pair:
    """The evidence mixture fitted to the same rows with slopes of each group's ``own``, and with ``shared``
    ones: on the terms that suit these best, and on the terms of the former.

    ``doubts`` says of own and of shared slopes what is wrong with a group: it is hardly more than "one value"
    of the outcome, or "degenerate", that is nearly empty, without error or another's twin.
    """

    own: RomeEM
    shared: RomeEM
    shared_on_own_terms: RomeEM
    doubts: dict[str, Doubt | None]


@dataclass(frozen=True)
class _Fit:
    """A mixture on one choice of terms, its BIC, and whether a group is doubtful."""

    mixture: RomeEM
    doubtful: bool
    bic: float


def fit_pair(problem: Problem, terms: Terms, Z: np.ndarray, n_groups: int, n_rows: int | None = None) -> Pair:
    """Fit both mixtures of ``n_groups`` on the rows of ``problem``, whose terms are Z (n, t).

    BIC chooses the terms of each: those of the predictor's mixture, or the most telling, of which three times
    as many are tried each time, as long as that pays for either. ``n_rows`` is the number of rows that terms
    are counted by, if not those of ``problem``: halves of a table are fitted as it is.
    """
    most = _affordable(problem, n_groups, Z.shape[1], n_rows or int((problem.weights > 0).sum()))
    fits = [_both(problem, Z, n_groups, *(part[:most] for part in terms.roles))]
    grown: list[tuple[_Fit, _Fit]] = []
    count = _FIRST_TERMS
    while not grown or (count < _TIMES * most and _pays(grown)):
        count_now = min(count, most)
        grown.append(_both(problem, Z, n_groups, terms.experts[:count_now], terms.gate[:count_now]))
        count *= _TIMES
    fits += grown
    shared, same = (min(fits, key=lambda pair, place=place: pair[place].bic)[0] for place in (0, 1))
    own = min((pair[1] for pair in fits), key=lambda fit: fit.bic)
    doubts = {"shared": _doubt(problem, shared, Z), "own": _doubt(problem, own, Z)}
    return Pair(own.mixture, shared.mixture, same.mixture, doubts)


def freer_rules(problem: Problem, Z: np.ndarray, shared: RomeEM) -> list[RomeEM | Scaled]:
    """Fit what has one rule like the mixture ``shared``, on its terms, with noise of more shapes: with one
    and with two more components and, from ``FANNED`` groups on, with noise that grows with the prediction.

    None of them for a binary outcome, of which a row shows no more than a probability.
    """
    if problem.outcome == "binary":
        return []
    freer: list[RomeEM | Scaled] = []
    for more in MORE_COMPONENTS:
        larger = clone(shared).set_params(n_groups=shared.n_groups + more)
        freer.append(_fitted(larger, problem, Z).mixture)
    if shared.n_groups >= FANNED:
        freer.append(_scaled(problem, Z, shared))
    return freer


def _scaled(problem: Problem, Z: np.ndarray, shared: RomeEM) -> Scaled:
    """Fit what ``Scaled`` is on the terms of ``shared``."""
    left = np.abs(problem.y - Z[:, 0])
    least = 1e-3 * float(np.average(left, weights=problem.weights)) + np.finfo(float).tiny
    log_spread = fit_ridge(Z[:, :1], np.log(left + least), problem.weights, True)
    standard = replace(problem, y=_standard(Z, problem.y, log_spread))
    return Scaled(_fitted(clone(shared), standard, Z).mixture, log_spread)


def _pays(grown: list[tuple[_Fit, _Fit]]) -> bool:
    """Whether the last terms lowered the BIC of either mixture."""
    if len(grown) < 2:
        return True
    return any(new.bic < old.bic for new, old in zip(grown[-1], grown[-2], strict=True))


def _affordable(problem: Problem, n_groups: int, available: int, n_rows: int) -> int:
    """Return how many terms experts and gate may have each, at least one, on so many rows."""
    parameters = min(n_rows / ROWS_A_PARAMETER, MOST_PARAMETERS)
    fixed = free_parameters(n_groups, 0, 0, problem.outcome, problem.noise)
    return int(np.clip((parameters - fixed) // (2 * n_groups - 1), 1, available))


def _both(
    problem: Problem, Z: np.ndarray, n_groups: int, experts: np.ndarray, gate: np.ndarray
) -> tuple[_Fit, _Fit]:
    """Return the mixtures with shared slopes and with own ones, the higher of a race and a climb from shared
    ones, on terms at positions ``experts`` and ``gate`` of Z."""
    raced = RomeEM(
        n_groups,
        gate_features=gate.tolist(),
        expert_features=experts.tolist(),
        outcome=problem.outcome,
        noise=problem.noise,
        dro_strength=0.0,
        n_init=_STARTS,
        max_iter=_ITERATIONS,
        tol=_TOLERANCE,
        random_state=stream_seed(problem.seed, "evidence mixture"),
    )
    shared = _fitted(clone(raced).set_params(slopes="shared"), problem, Z)
    climbed = deepcopy(shared.mixture).set_params(slopes="own", warm_start=True)
    own = min((_fitted(one, problem, Z) for one in (raced, climbed)), key=lambda fit: fit.bic)
    return shared, own


def _fitted(mixture: RomeEM, problem: Problem, Z: np.ndarray) -> _Fit:
    """Fit, and note whether it warns of a degenerate group; no other of its warnings matters."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", RomeWarning)
        mixture.fit(Z, problem.y, sample_weight=problem.weights)
    for other in caught:
        if not issubclass(other.category, RomeWarning):
            warnings.warn_explicit(other.message, other.category, other.filename, other.lineno)
    doubtful = any(issubclass(one.category, DegenerateGroupWarning) for one in caught)
    family = (problem.outcome, problem.noise, mixture.slopes)
    terms = (len(mixture.expert_features), len(mixture.gate_features))
    parameters = free_parameters(mixture.n_groups, *terms, *family)
    bic = -2 * mixture.log_likelihood_ + parameters * np.log(len(problem.y))
    return _Fit(mixture, doubtful, float(bic))


def _doubt(problem: Problem, fit: _Fit, Z: np.ndarray) -> Doubt | None:
    """Return what is wrong with a group of a fit, if anything is."""
    if problem.outcome == "numeric":
        mass = fit.mixture.responsibilities(Z, problem.y) * problem.weights[:, None]
        if one_value_only(problem.y, mass).any():
            return "one value"
    return "degenerate" if fit.doubtful else None


def separate_levels(shared: RomeEM) -> bool:
    """Whether groups with one rule are apart: each level from the next higher by Ashman's D above 2.

    D = √2 |α_j − α_k| / √(σ_j² + σ_k²); above 2 two normals stand clearly apart (Ashman, Bird & Zepf 1994,
    The Astronomical Journal 108).
    """
    order = np.argsort(shared.intercept_)
    level, variance = shared.intercept_[order], shared.sigma_[order] ** 2
    apart = np.sqrt(2) * np.diff(level) / np.sqrt(variance[1:] + variance[:-1])
    return bool((apart > 2).all())
