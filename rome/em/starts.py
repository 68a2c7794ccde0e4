"""Where EM starts: k-means on what one model leaves over, random labels, and a race between them; or where
the last fit ended.

The kinds of starts take turns, so that no table depends on one of them:

- ``slopes``: k-means on (r x_1, …, r x_p, r, s) with r the residual of one model for everybody. Within
  group k the mean of r x is Cov(x)(β_k − β), so that groups lie apart there where their slopes differ, even
  where their levels don't;
- ``attributes``: k-means on s alone; ``residual``: on (r, s), where levels or spreads differ;
- ``random``: labels drawn evenly.

Where residuals have heavy tails, r is that of one t model, and a far row's is shrunk by the root of its
weight there, so that it makes no cluster of its own.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rome.em.experts import solve_symmetric
from rome.em.flexible import expansion_of, straight_columns
from rome.em.loop import Fit, maximise, run
from rome.em.mixture import Mixture
from rome.em.scaling import Columns, Scaling
from rome.em.sufficient_statistics import Experts, Parameters, RowBlocks, RowSource, sums_from_labels, total
from rome.errors import SettingError
from rome.runtime.threads import kmeans_labels

KINDS = ("slopes", "random", "attributes", "slopes", "residual")
#: Iterations of a short start, and how many of the short starts run to the end.
SHORT_ITERATIONS = 25
FINALISTS = 3
#: Gain per unit of weight at which the one model behind the starts is good enough.
_ROUGH = 1e-6
#: Rows on which starts and finalists race at most; only the winner goes on to all rows. Optima that so many
#: rows can't rank differ by less than a sample does.
RACE_ROWS = 25_000


def pooled_residual(blocks: RowBlocks, experts: Experts) -> np.ndarray:
    """Return the residual (n,) of one model for everybody on the expert columns, in units of its spread."""
    if experts.first_df(1) is not None:
        return _tempered_residual(blocks, experts)
    weighted = blocks.experts * blocks.weights[:, None]
    beta = solve_symmetric(weighted.T @ blocks.experts, weighted.T @ blocks.y)
    residual = blocks.y - blocks.experts @ beta
    spread = float(np.sqrt(np.average(residual**2, weights=blocks.weights)))
    return residual / spread if spread > 0 else residual


def _tempered_residual(blocks: RowBlocks, experts: Experts) -> np.ndarray:
    """Return r √u of one t model, which has bounds: u falls with r²."""
    alone = RowBlocks(blocks.experts, blocks.gate[:, :1], blocks.y, blocks.weights)
    start = parameters_from_labels(alone, np.zeros(len(blocks.y), dtype=int), 1, experts)
    found = run(alone, start, experts, max_iter=SHORT_ITERATIONS, tol=_ROUGH).parameters
    eta = found.beta @ blocks.experts.T
    precision = experts.working(blocks.y, eta, np.ones((1, len(blocks.y))), found)[0]
    return ((blocks.y - eta) * np.sqrt(precision / found.sigma2[:, None]))[0]


def start_labels(
    blocks: RowBlocks, residual: np.ndarray, n_groups: int, number: int, rng: np.random.Generator
) -> np.ndarray:
    """Return the labels (n,) of start ``number``, of the kinds in ``KINDS`` by turns."""
    kind = KINDS[number % len(KINDS)]
    attributes = blocks.gate[:, 1:]
    if kind == "random" or (kind == "attributes" and not attributes.shape[1]):
        return rng.integers(0, n_groups, len(residual))
    points = attributes
    if kind != "attributes":
        points = np.column_stack([residual, attributes])
    if kind == "slopes":
        points = np.column_stack([residual[:, None] * blocks.experts[:, 1:], points])
    return kmeans_labels(points, n_groups, int(rng.integers(2**31 - 1)), blocks.weights)


def parameters_from_labels(
    blocks: RowBlocks, labels: np.ndarray, n_groups: int, experts: Experts
) -> Parameters:
    """Return the parameters that an M-step gives for hard labels (n,)."""
    responsibilities = np.full((n_groups, len(labels)), 0.02 / n_groups)
    responsibilities[labels, np.arange(len(labels))] += 0.98
    beta = np.zeros((n_groups, blocks.experts.shape[1]))
    beta[:, 0] = experts.first_level(blocks.y, blocks.weights)
    gamma = np.zeros((n_groups, blocks.gate.shape[1]))
    parameters = Parameters(beta, np.ones(n_groups), gamma, experts.first_df(n_groups))
    parts, start = [], 0
    for block in blocks:
        rows = slice(start, start + len(block.y))
        parts.append(sums_from_labels(block, responsibilities[:, rows], parameters, experts))
        start = rows.stop
    return maximise(total(parts), parameters, experts)


def race(
    blocks: RowSource,
    n_groups: int,
    experts: Experts,
    *,
    n_init: int,
    max_iter: int,
    tol: float,
    rng: np.random.Generator,
    progress=None,
) -> tuple[Fit, tuple[float, ...]]:
    """Run ``n_init`` short starts, then the best ``FINALISTS`` to the end, and the winner on all rows.

    Returns
    -------
    fit : Fit
        The finalist with the highest penalised log-likelihood.
    starts : tuple of float
        The objective that each start had reached when the race was decided (on the rows that raced, at most
        ``RACE_ROWS``, scaled to the weight of all rows).
    """
    sampled = blocks.sample(RACE_ROWS, rng)
    track = sampled.distinct()
    residual = pooled_residual(track, experts)
    short = min(SHORT_ITERATIONS, max_iter)
    fits = []
    for number in range(n_init if n_groups > 1 else 1):
        labels = start_labels(track, residual, n_groups, number, rng)
        start = parameters_from_labels(track, labels, n_groups, experts)
        fits.append(run(track, start, experts, max_iter=short, tol=tol, progress=progress))
    stretch = blocks.weight / track.weight
    starts = tuple(fit.objective * stretch for fit in fits)
    finalists = sorted(fits, key=lambda fit: -fit.objective)[:FINALISTS]
    finished = _finish_all(track, finalists, experts, max_iter, tol, progress)
    best = max(finished, key=lambda fit: fit.objective)
    if sampled.n_rows < blocks.n_rows:
        best = run(blocks, best.parameters, experts, max_iter=max_iter, tol=tol, progress=progress)
    return best, starts


def _finish_all(blocks, finalists: list[Fit], experts: Experts, max_iter: int, tol: float, progress):
    finished: list[Fit] = []
    for fit in finalists:
        if not any(_same(fit, other, tol) for other in finished):
            finished.append(_finish(blocks, fit, experts, max_iter, tol, progress))
    return finished


def _same(fit: Fit, other: Fit, tol: float) -> bool:
    """Whether two converged starts reached the same likelihood, so that one of them is enough."""
    return fit.converged and abs(fit.objective - other.objective) <= 10 * tol * float(fit.counts.sum())


def _finish(blocks: RowBlocks, fit: Fit, experts: Experts, max_iter: int, tol: float, progress) -> Fit:
    left = max_iter - (len(fit.history) - 1)
    if fit.converged or left <= 0:
        return fit
    rest = run(blocks, fit.parameters, experts, max_iter=left, tol=tol, progress=progress)
    history = fit.history + rest.history[1:]
    return Fit(
        rest.parameters, rest.log_likelihood, rest.objective, history, rest.converged, rest.counts, rest.sums
    )


def continued(mixture: Mixture, scaling: Scaling, n_groups: int, family: tuple[str, str, str]) -> Parameters:
    """Return the parameters of a fitted ``mixture`` in the standard units of other rows.

    Parameters
    ----------
    scaling : Scaling
        Of the rows that the next fit sees.
    n_groups : int
        Groups of the next fit.
    family : (outcome, noise, slopes)
        Of the next fit. Slopes that were shared may become the groups' own: a higher likelihood is near.

    Raises
    ------
    SettingError
        The next fit has other groups, columns or experts than the fitted mixture.
    """
    old, parameters = mixture.scaling, mixture.parameters
    changed = [
        name
        for name, same in (
            ("n_groups", len(parameters.beta) == n_groups),
            ("outcome or noise", (mixture.outcome, mixture.noise) == family[:2]),
            ("slopes", mixture.slopes in ("shared", family[2])),
            ("expert_features or curves", _same_terms(old.experts, scaling.experts)),
            ("gate or gate_features", _same_terms(old.gate, scaling.gate)),
        )
        if not same
    ]
    if changed:
        raise SettingError(
            f"warm_start continues the last fit, but {' and '.join(changed)} differ from it. "
            "Set warm_start=False to start anew."
        )
    plain = mixture.in_units().parameters
    beta = _standardised(scaling.experts, plain.beta)
    beta[:, 0] -= scaling.y_mean
    stretch = old.y_scale / scaling.y_scale
    return replace(
        parameters,
        beta=beta / scaling.y_scale,
        sigma2=parameters.sigma2 * stretch**2,
        gamma=_standardised(scaling.gate, plain.gamma),
    )


def _same_terms(old: Columns, new: Columns) -> bool:
    kinds = [expansion_of(columns) is None for columns in (old, new)]
    return (
        kinds[0] == kinds[1]
        and np.array_equal(old.index, new.index)
        and np.array_equal(straight_columns(old), straight_columns(new))
    )


def _standardised(columns: Columns, plain: np.ndarray) -> np.ndarray:
    """Return coefficients (K, 1 + p) per standard deviation from those per unit."""
    slopes = plain[:, 1:]
    return np.column_stack([plain[:, 0] + slopes @ columns.mean, slopes * columns.scale])
