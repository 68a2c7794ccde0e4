"""How far counts and amounts scatter about their groups' means, against the family's own variance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from rome.em.mixture import Mixture
from rome.em.sufficient_statistics import Block, RowSource, posterior
from rome.errors import OverdispersionWarning

#: A dispersion that calls for a word: that much above 1, and that many standard errors.
_NOTABLE, _ERRORS = 0.5, 4.0
#: Smallest mean that a squared residual is divided by.
_SMALLEST_MEAN = 1e-10


@dataclass(frozen=True)
class Dispersion:
    """Pearson's dispersion of each group and its standard error, both (K,); NaN where a family has none."""

    value: np.ndarray
    error: np.ndarray


@dataclass(frozen=True)
class _Moments:
    """Σ w r, Σ w r e² and Σ w r e⁴ of Pearson residuals e, each (K,)."""

    counts: np.ndarray
    second: np.ndarray
    fourth: np.ndarray

    def __add__(self, other: _Moments) -> _Moments:
        return _Moments(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


def dispersion_of(mixture: Mixture, rows: RowSource) -> Dispersion:
    """Return the dispersion of a fitted ``mixture`` on its ``rows``, which are walked once for counts.

    Of counts it is Σ r (y − μ)²/μ over the group's rows less its coefficients (McCullagh & Nelder 1989, 4.5.2
    and 6.2.4), 1 if they are Poisson: weighting by r keeps a group's expectations as they are. Of positive
    amounts it is the φ that was fitted, the variance over the squared mean.
    """
    parameters, missing = mixture.parameters, np.full(len(mixture.parameters.beta), np.nan)
    if mixture.outcome == "positive":
        return Dispersion(parameters.sigma2, missing)
    if mixture.outcome != "count":
        return Dispersion(missing, missing)
    sums = rows.add_up(partial(_moments, mixture=mixture))
    free = np.maximum(sums.counts - parameters.beta.shape[1], 1.0)
    counts = np.maximum(sums.counts, 1.0)
    spread = np.maximum(sums.fourth / counts - (sums.second / counts) ** 2, 0.0)
    return Dispersion(sums.second / free, np.sqrt(spread / counts))


def overdispersion(mixture: Mixture, dispersion: Dispersion) -> Iterator[OverdispersionWarning]:
    """Warn of groups whose counts scatter clearly more than Poisson counts do."""
    if mixture.outcome != "count":
        return
    for k, (value, error) in enumerate(zip(dispersion.value, dispersion.error, strict=True)):
        if value - 1 > max(_NOTABLE, _ERRORS * error):
            yield OverdispersionWarning(
                f"Counts of group {k + 1} scatter {value:.1f} times as much as Poisson counts would.",
                "Rows of one group still differ in something that is not in the table: more groups or "
                'columns may say what. Take standard errors of kind="sandwich"; plain ones are too small.',
            )


def _moments(block: Block, mixture: Mixture) -> _Moments:
    parameters, experts = mixture.parameters, mixture.experts
    shares = posterior(block, parameters, experts)[0].T * block.weights
    mean = np.maximum(experts.mean(block.eta(parameters.beta)), _SMALLEST_MEAN)
    squared = (block.y - mean) ** 2 / mean
    return _Moments(shares.sum(axis=1), (shares * squared).sum(axis=1), (shares * squared**2).sum(axis=1))
