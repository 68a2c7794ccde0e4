"""The mixture fitted again on two halves of the rows, its groups in the order of the fit on all of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rome._sklearn import one_blas_thread
from rome.em.experts import Experts
from rome.em.labels import match_groups
from rome.em.loop import run
from rome.em.mixture import Mixture
from rome.em.size import require_rows
from rome.em.statistics import Parameters, RowBlocks, posterior


def with_halves(
    mixture: Mixture, blocks: RowBlocks, max_iter: int, tol: float, rng: np.random.Generator
) -> Mixture:
    """Return ``mixture`` with the same mixture on two random halves of the rows.

    Both are found by EM from the parameters of all rows, so that they look for the same optimum; groups that
    change places on the way are matched back by the responsibilities of all rows.

    Raises
    ------
    TooFewRowsError
        Half of the rows are fewer than the free parameters.
    """
    order = rng.permutation(len(blocks.y))
    middle = len(order) // 2
    columns = (len(mixture.scaling.experts.index), len(mixture.scaling.gate.index))
    require_rows(middle, len(mixture.parameters.beta), *columns, mixture.outcome, mixture.noise)
    with one_blas_thread():
        reference = _responsibilities(blocks, mixture.parameters, mixture.experts)
        found = []
        for rows in (order[:middle], order[middle:]):
            part = blocks.take(np.sort(rows))
            fitted = run(part, mixture.parameters, mixture.experts, max_iter=max_iter, tol=tol).parameters
            own = _responsibilities(blocks, fitted, mixture.experts)
            found.append(_in_order(fitted, match_groups(reference, own)))
    return replace(mixture, halves=(found[0], found[1]))


def _responsibilities(blocks: RowBlocks, parameters: Parameters, experts: Experts) -> np.ndarray:
    return np.concatenate([posterior(block, parameters, experts)[0] for block in blocks])


def _in_order(parameters: Parameters, order: np.ndarray) -> Parameters:
    gamma = parameters.gamma[order]
    return replace(
        parameters,
        beta=parameters.beta[order],
        sigma2=parameters.sigma2[order],
        gamma=gamma - gamma[-1],
        df=None if parameters.df is None else parameters.df[order],
    )
