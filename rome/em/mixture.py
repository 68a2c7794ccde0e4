"""A fitted mixture on plain arrays: what the estimator validates, this computes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rome.em import gate
from rome.em.experts import Family, GaussianExperts, LogisticExperts, TExperts
from rome.em.flexible import Expansion, expansion_of, n_further_terms, term_names, unscaled_like
from rome.em.log_link import GammaExperts, PoissonExperts
from rome.em.scaling import Columns, Scaling
from rome.em.sufficient_statistics import Experts, Parameters, posterior
from rome.robust.gated import DroProblem

_FAMILIES: dict[str, type[Family]] = {
    "numeric": GaussianExperts,
    "binary": LogisticExperts,
    "count": PoissonExperts,
    "positive": GammaExperts,
}


@dataclass(frozen=True)
class Mixture:
    """Parameters in standardised units with the way back; X is (n, p), y (n,) in the user's units."""

    parameters: Parameters
    scaling: Scaling
    outcome: str
    noise: str = "normal"
    slopes: str = "own"
    #: The same mixture on two halves of the rows, where Γ is to be cross-fitted.
    halves: tuple[Parameters, Parameters] | None = None

    @classmethod
    def one_line(cls, coef: np.ndarray, intercept: float, index: np.ndarray, outcome: str) -> Mixture:
        """Return a mixture of one group, with slopes (p,) on the columns ``index`` of X, per unit of X."""
        alone = Parameters(np.append(intercept, coef)[None], np.ones(1), np.zeros((1, 1)))
        none = np.arange(0)
        return cls(alone, Scaling(Columns.unscaled(index), Columns.unscaled(none), 0.0, 1.0), outcome)

    @property
    def experts(self) -> Experts:
        """The experts' family."""
        return experts_of(self.scaling, self.outcome, self.noise, self.slopes)

    @property
    def gate_expansion(self) -> Expansion | None:
        """Bends and products of a flexible gate; ``None`` for a linear one."""
        return expansion_of(self.scaling.gate)

    @property
    def expert_expansion(self) -> Expansion | None:
        """Bends of experts that bend; ``None`` for lines."""
        return expansion_of(self.scaling.experts)

    def in_units(self) -> Mixture:
        """Return the same mixture with coefficients per unit of X and y, whose scaling changes nothing."""
        scaling, parameters = self.scaling, self.parameters
        slopes, intercepts = scaling.experts.to_units(parameters.beta)
        gate_slopes, gate_intercepts = scaling.gate.to_units(parameters.gamma)
        unit = scaling.slope_unit
        beta = np.column_stack([intercepts * unit + scaling.level, slopes * unit])
        scale = np.sqrt(parameters.sigma2) * unit
        gamma = np.column_stack([gate_intercepts, gate_slopes])
        plain = replace(
            scaling,
            experts=unscaled_like(scaling.experts),
            gate=unscaled_like(scaling.gate),
            y_mean=0.0,
            y_scale=1.0,
        )
        own = Parameters(beta, scale**2, gamma, parameters.df)
        return Mixture(own, plain, self.outcome, self.noise, self.slopes)

    def gate_terms(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return the names of the gate's terms, from the ``names`` of X's columns."""
        return term_names(self.scaling.gate, names)

    def expert_terms(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return the names of the experts' terms, from the ``names`` of X's columns."""
        return term_names(self.scaling.experts, names)

    def residual_scale(self) -> tuple[np.ndarray, np.ndarray]:
        """Return scale, in units of y, and degrees of freedom of residuals, both (K,).

        Normal residuals have infinite degrees. A positive amount has the coefficient of variation for a scale
        and no degrees of freedom; a binary outcome and a count have neither.
        """
        n_groups, df = len(self.parameters.beta), self.parameters.df
        none = np.full(n_groups, np.nan)
        if not self.experts.has_spread:
            return none, none
        scale = np.sqrt(self.parameters.sigma2) * self.scaling.slope_unit
        if self.outcome == "positive":
            return scale, none
        return scale, np.full(n_groups, np.inf) if df is None else df

    def membership(self, X: np.ndarray) -> np.ndarray:
        """Return P(group | s), (n, K)."""
        return np.exp(gate.log_membership(self.scaling.gate.design(X), self.parameters.gamma)).T

    def group_predictions(self, X: np.ndarray) -> np.ndarray:
        """Return each expert's prediction, (n, K)."""
        return self._predictions(X, self.parameters)

    def _predictions(self, X: np.ndarray, parameters: Parameters) -> np.ndarray:
        eta = self.scaling.experts.design(X) @ parameters.beta.T
        offset = self.scaling.offset(X)
        eta = eta if offset is None else eta + offset[:, None]
        return self.experts.mean(eta) * self.scaling.y_scale + self.scaling.y_mean

    def responsibilities(self, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return P(group | x, s, y), (n, K)."""
        return self.posterior(X, y)[0]

    def posterior(self, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return responsibilities (n, K) and the log-likelihood of each row (n,) in units of y."""
        blocks = self.scaling.blocks(X, y, np.ones(len(y)))
        parts = [posterior(block, self.parameters, self.experts) for block in blocks]
        rows = np.concatenate([part[1] for part in parts]) - np.log(self.scaling.y_scale)
        return np.concatenate([part[0] for part in parts]), rows

    def dro_problem(self, X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> DroProblem:
        """Return what the robust proportions are solved on."""
        halves = None
        if self.halves is not None:
            halves = tuple(self._predictions(X, half) for half in self.halves)
        return DroProblem(
            self.group_predictions(X),
            self.membership(X),
            self.posterior(X, y)[0],
            y,
            np.asarray(weights),
            halves,
            n_coefficients=self.parameters.beta.shape[1],
        )


def experts_for(outcome: str, noise: str = "normal", slopes: str = "own", n_bends: int = 0) -> Experts:
    """Return the experts for ``outcome`` and, if it is "numeric", ``noise`` "normal" or "t".

    ``slopes`` are each group's "own" or "shared"; the last ``n_bends`` columns are bends.
    """
    family = TExperts if outcome == "numeric" and noise == "t" else _FAMILIES[outcome]
    return family(slopes == "shared", n_bends)


def experts_of(scaling: Scaling, outcome: str, noise: str, slopes: str) -> Experts:
    """Return the experts' family on the columns of ``scaling``, whose bends have a ridge."""
    return experts_for(outcome, noise, slopes, n_further_terms(scaling.experts))
