"""The whole path: robust proportions and predictors for every strength, without a refit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np

from rome.robust.aggregate import aggregate_weights, gram
from rome.robust.correction import corrected_gram
from rome.robust.gated import DroProblem, gated_weights, least_favourable_prior
from rome.settings.spec import check_choice
from rome.settings.study import Predictor, check_criterion
from rome.stats.sizes import effective_rows

#: Rows of the problem that a group needs for ``gated`` to move its share, and rows for each coefficient:
#: with three rows a coefficient the expert's own estimation adds about half to its error on new rows.
FEWEST_GUARDED_ROWS, ROWS_A_COEFFICIENT = 10, 3


@dataclass(frozen=True)
class RobustPath:
    """Robust proportions q for each strength.

    ``priors`` is (S, K), ``shares`` the π̄ (K,) around which they lie.
    """

    strengths: tuple[float, ...]
    priors: np.ndarray
    shares: np.ndarray
    predictor: str

    def predict(self, group_predictions: np.ndarray, membership: np.ndarray) -> np.ndarray:
        """Return predictions (n, S) for rows with group predictions and membership, both (n, K).

        ``aggregate`` doesn't read ``membership``.
        """
        if self.predictor == "aggregate":
            return group_predictions @ self.priors.T
        columns = [
            (gated_weights(membership, prior, self.shares) * group_predictions).sum(axis=1)
            for prior in self.priors
        ]
        return np.column_stack(columns)


def robust_path(
    problem: DroProblem, predictor: str, criterion: str, strengths: tuple[float, ...]
) -> RobustPath:
    """Solve for q at every strength on the rows of ``problem``.

    Raises
    ------
    SettingError
        There is no such predictor or criterion, they don't go together, or a strength is outside [0, 1].
    """
    check_choice("The predictor", predictor, get_args(Predictor))
    check_criterion(predictor, criterion)
    shares = problem.shares
    if predictor == "aggregate":
        gamma = gamma_of(problem)
        priors = [
            aggregate_weights(gamma, problem.noise, shares, strength, criterion) for strength in strengths
        ]
    else:
        priors = _gated_priors(problem, criterion, strengths)
    return RobustPath(tuple(strengths), np.array(priors), shares, predictor)


def gamma_of(problem: DroProblem) -> np.ndarray:
    """Return Γ (K, K) of the problem's rows, cross-fitted where it holds the predictions of two halves."""
    gamma = gram(
        problem.predictions, float(np.average(problem.outcome, weights=problem.weights)), problem.weights
    )
    if problem.half_predictions is None:
        return gamma
    return corrected_gram(gamma, *problem.half_predictions, problem.weights)


def _gated_priors(problem: DroProblem, criterion: str, strengths: tuple[float, ...]) -> list[np.ndarray]:
    """Solve at rising strengths, each from the one before: H grows with the strength, so that is inside."""
    guarded = guarded_groups(problem)
    if guarded.sum() < 2:
        return [problem.shares.copy() for _ in strengths]
    chosen, found, prior = problem.only(guarded), {}, None
    for strength in sorted(set(strengths)):
        prior = least_favourable_prior(chosen, strength, criterion, prior)
        found[strength] = problem.shares.copy()
        found[strength][guarded] = prior * problem.shares[guarded].sum()
    return [found[strength] for strength in strengths]


def guarded_groups(problem: DroProblem) -> np.ndarray:
    """Return which groups have the rows to be guarded, bool (K,); the others keep their share.

    An expert of a nearly empty group can predict anything, and one of few rows for its coefficients fits them
    and no others. Guarding the group would multiply its weight by q/π̄, up to thousands, and hand its
    predictions to everybody.
    """
    fewest = max(FEWEST_GUARDED_ROWS, ROWS_A_COEFFICIENT * problem.n_coefficients)
    effective = effective_rows(problem.weights)
    # A hair below counts: shares carry rounding errors.
    return problem.shares * effective >= fewest * (1 - 1e-9)
