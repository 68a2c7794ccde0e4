"""The mixture fitted again on two halves of the rows, its groups in the order of the fit on all of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rome.em.loop import run
from rome.em.matching import in_order, match_groups
from rome.em.mixture import Mixture
from rome.em.requirements import require_rows
from rome.em.sufficient_statistics import Experts, Parameters, RowBlocks, posterior
from rome.runtime.threads import one_blas_thread


def cross_fitted(
    mixture: Mixture, blocks: RowBlocks, max_iter: int, tol: float, rng: np.random.Generator
) -> Mixture:
    """Return ``mixture`` with the same mixture on two random halves of the rows.

    Both are found by EM from the parameters of all rows, so that they look for the same optimum; groups that
    change places on the way are matched back by the responsibilities of all rows. Neither the order of the
    rows nor whether a row has weight 2 or stands there twice changes anything.

    Raises
    ------
    TooFewRowsError
        One of the halves has fewer different rows than there are free parameters.
    """
    parts = _halves(blocks.distinct(), rng)
    fewest = min(part.n_rows for part in parts)
    columns = (len(mixture.scaling.experts.index), len(mixture.scaling.gate.index))
    require_rows(
        fewest, len(mixture.parameters.beta), *columns, mixture.outcome, mixture.noise, mixture.slopes
    )
    with one_blas_thread():
        reference = _responsibilities(blocks, mixture.parameters, mixture.experts)
        found = []
        for part in parts:
            fitted = run(part, mixture.parameters, mixture.experts, max_iter=max_iter, tol=tol).parameters
            own = _responsibilities(blocks, fitted, mixture.experts)
            found.append(in_order(fitted, match_groups(reference, own)))
    return replace(mixture, halves=(found[0], found[1]))


def _halves(rows: RowBlocks, rng: np.random.Generator) -> tuple[RowBlocks, RowBlocks]:
    """Return distinct rows in two parts of about equal weight.

    A whole weight is a count, and each of the persons whom it counts goes to either half by chance: were all
    who share one row to go together, halves of a table with few distinct rows would be no samples of it. Any
    other weight is a sampling weight, and its row goes whole to one half.
    """
    order = rng.permutation(rows.n_rows)
    before = np.cumsum(rows.weights[order]) <= rows.weight / 2
    first = np.zeros(rows.n_rows)
    first[order[before]] = rows.weights[order[before]]
    many = (rows.weights > 1) & (rows.weights == np.round(rows.weights))
    first[many] = rng.binomial(rows.weights[many].astype(np.int64), 0.5)
    return _weighted(rows, first), _weighted(rows, rows.weights - first)


def _weighted(rows: RowBlocks, weights: np.ndarray) -> RowBlocks:
    used = np.flatnonzero(weights > 0)
    return rows.take(used, weights[used])


def _responsibilities(blocks: RowBlocks, parameters: Parameters, experts: Experts) -> np.ndarray:
    return np.concatenate([posterior(block, parameters, experts)[0] for block in blocks])
