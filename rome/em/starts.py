"""Where EM starts: k-means on what one model leaves over, random labels, and a race between them; or where
the last fit ended.

The kinds of starts take turns, so that no table depends on one of them:

- ``slopes``: k-means on (r x_1, …, r x_p, r, s) with r the residual of one model for everybody. Within
  group k the mean of r x is Cov(x)(β_k − β), so that groups lie apart there where their slopes differ, even
  where their levels don't;
- ``attributes``: k-means on s alone; ``residual``: on (r, s), where levels or spreads differ;
- ``centres``: each row goes to the nearest of K rows drawn at random, in the space of ``slopes``;
- ``spread``: by the size of r, cut at random: groups that differ in how well one model fits them;
- ``random``: labels drawn evenly.

A start whose labels were there before is drawn at random instead. The winner of the race then tries to
exchange groups, which leads from one optimum to a higher one where there are more groups than the rows show:
one group is dissolved and another split (split and merge: Ueda, Nakano, Ghahramani & Hinton 2000, Neural
Computation 12, 2109-2128).

Where residuals have heavy tails, r is that of one t model, and a far row's is shrunk by the root of its
weight there, so that it makes no cluster of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rome.em.experts import solve_symmetric
from rome.em.flexible import expansion_of, straight_columns
from rome.em.loop import Fit, Progress, maximise, run
from rome.em.matching import match_groups
from rome.em.mixture import Mixture
from rome.em.scaling import Columns, Scaling
from rome.em.sufficient_statistics import (
    Experts,
    Parameters,
    RowBlocks,
    RowSource,
    posterior,
    sums_from_labels,
    total,
)
from rome.errors import SettingError
from rome.runtime.threads import kmeans_labels

KINDS = (
    "slopes",
    "spread",
    "attributes",
    "centres",
    "random",
    "slopes",
    "spread",
    "residual",
    "spread",
    "centres",
)
#: Iterations of a short start, and over how many of the last its gains are compared.
SHORT_ITERATIONS, _WINDOW = 25, 5
#: Short starts that run to the end: three of ten, and one of each five more.
_FEWEST_FINALISTS, _STARTS_A_FINALIST = 3, 5
#: Iterations between two looks at whether a finalist may still win.
_STRETCH = 40
#: What is left to climb is guessed from gains that fall at this rate at most: guesses stay finite.
_SLOWEST_RATE = 0.9
#: Runs whose responsibilities differ by less than this share of the rows, and whose likelihoods by less than
#: that a unit of weight, are on the way to the same place.
_SAME_ROWS, _SAME_HEIGHT = 0.02, 1e-3
#: Exchanges of groups that are tried for each start: twice as many in a small table, and fewer the more rows
#: there are, so that they take about as long in all tables; and after how many iterations one shows whether
#: it leads higher.
_EXCHANGES, _EXCHANGE_ROWS, _EXCHANGE_ITERATIONS = 2, 600, 12
#: Gain per unit of weight at which the one model behind the starts is good enough.
_ROUGH = 1e-6
#: Rows on which starts and finalists race at most; only the winner goes on to all rows. Optima that so many
#: rows can't rank differ by less than a sample does.
RACE_ROWS = 25_000


def pooled_residual(blocks: RowBlocks, experts: Experts) -> np.ndarray:
    """Return the residual (n,) of one model for everybody on the expert columns, in units of its spread."""
    if experts.first_df(1) is not None:
        return _tempered_residual(blocks, experts)
    if experts.log_link:
        residual = experts.residual(blocks.y, _alone(blocks, experts)[1][0])
    else:
        residual = _least_squares_residual(blocks)
    spread = float(np.sqrt(np.average(residual**2, weights=blocks.weights)))
    return residual / spread if spread > 0 else residual


def _least_squares_residual(blocks: RowBlocks) -> np.ndarray:
    weighted = blocks.experts * blocks.weights[:, None]
    beta = solve_symmetric(weighted.T @ blocks.experts, weighted.T @ blocks.y)
    return blocks.y - blocks.experts @ beta


def _tempered_residual(blocks: RowBlocks, experts: Experts) -> np.ndarray:
    """Return r √u of one t model, which has bounds: u falls with r²."""
    found, eta = _alone(blocks, experts)
    precision = experts.working(blocks.y, eta, np.ones((1, len(blocks.y))), found)[0]
    return ((blocks.y - eta) * np.sqrt(precision / found.sigma2[:, None]))[0]


def _alone(blocks: RowBlocks, experts: Experts) -> tuple[Parameters, np.ndarray]:
    """Return one model for everybody, roughly, and its linear predictors (1, n)."""
    alone = RowBlocks(blocks.experts, blocks.gate[:, :1], blocks.y, blocks.weights, blocks.offset)
    start = parameters_from_labels(alone, np.zeros(len(blocks.y), dtype=int), 1, experts)
    found = run(alone, start, experts, max_iter=SHORT_ITERATIONS, tol=_ROUGH).parameters
    eta = found.beta @ blocks.experts.T
    return found, eta if blocks.offset is None else eta + blocks.offset


def start_labels(
    blocks: RowBlocks, residual: np.ndarray, n_groups: int, number: int, rng: np.random.Generator
) -> np.ndarray:
    """Return the labels (n,) of start ``number``, of the kinds in ``KINDS`` by turns."""
    kind = KINDS[number % len(KINDS)]
    attributes = blocks.gate[:, 1:]
    if kind == "random" or (kind == "attributes" and not attributes.shape[1]):
        return rng.integers(0, n_groups, len(residual))
    if kind == "spread":
        return _cut(np.abs(residual), blocks.weights, rng.random(n_groups - 1))
    points = attributes
    if kind != "attributes":
        points = np.column_stack([residual, attributes])
    if kind in ("slopes", "centres"):
        points = np.column_stack([residual[:, None] * blocks.experts[:, 1:], points])
    if kind == "centres":
        return _nearest(points, points[rng.choice(len(points), n_groups, replace=False)])
    return kmeans_labels(points, n_groups, int(rng.integers(2**31 - 1)), blocks.weights)


def _cut(values: np.ndarray, weights: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return labels (n,) by the size of ``values``, cut where each of ``shares`` of the weight lies below."""
    order, below = np.argsort(values, kind="stable"), np.empty(len(values))
    below[order] = (np.cumsum(weights[order]) - 0.5 * weights[order]) / weights.sum()
    return np.searchsorted(np.sort(shares), below)


def _nearest(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Return which of the ``centres`` (K, q) each of the points (n, q) is nearest to."""
    return ((centres**2).sum(axis=1) - 2 * points @ centres.T).argmin(axis=1)


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
    if experts.log_link:
        # From the rows' own values: a Newton step from one level would overshoot where groups are far apart.
        begun = _stepped(blocks, responsibilities, parameters, experts, own_eta=True)
        parameters = replace(begun, sigma2=parameters.sigma2)
    return _stepped(blocks, responsibilities, parameters, experts)


def _stepped(
    blocks: RowBlocks,
    responsibilities: np.ndarray,
    parameters: Parameters,
    experts: Experts,
    own_eta: bool = False,
) -> Parameters:
    """Return the parameters after an M-step for given responsibilities (K, n)."""
    parts, start = [], 0
    for block in blocks:
        rows = slice(start, start + len(block.y))
        eta = experts.first_eta(block.y) if own_eta else None
        parts.append(sums_from_labels(block, responsibilities[:, rows], parameters, experts, eta))
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
    """Run ``n_init`` short starts, then the most promising to the end, and the winner on all rows.

    Returns
    -------
    fit : Fit
        The finalist with the highest penalised log-likelihood.
    starts : tuple of float
        The objective that each start had reached when the race was decided (on the rows that raced, at most
        ``RACE_ROWS``, scaled to the weight of all rows).
    """
    sampled = blocks.sample(RACE_ROWS, rng)
    climb = _Climb(sampled.distinct(), experts, n_groups, max_iter, tol, progress)
    fits = [
        climb.begin(labels, SHORT_ITERATIONS)
        for labels in _all_labels(climb.track, experts, n_groups, n_init, rng)
    ]
    starts = tuple(fit.objective * blocks.weight / climb.track.weight for fit in fits)
    best = climb.exchanged(climb.best_of(fits), _tries(n_init, climb.track.n_rows), rng)
    if sampled.n_rows < blocks.n_rows:
        best = run(blocks, best.parameters, experts, max_iter=max_iter, tol=tol, progress=progress)
    return best, starts


def _tries(n_init: int, n_rows: int) -> int:
    """Return how many exchanges of groups are tried."""
    return round(n_init * min(_EXCHANGES, _EXCHANGE_ROWS / n_rows))


def _all_labels(
    track: RowBlocks, experts: Experts, n_groups: int, n_init: int, rng: np.random.Generator
) -> Iterator[np.ndarray]:
    """Yield the labels of every start, no partition twice but by chance; one group has one start."""
    residual, seen = pooled_residual(track, experts), set()
    for number in range(n_init if n_groups > 1 else 1):
        labels = start_labels(track, residual, n_groups, number, rng)
        _, first, place = np.unique(labels, return_index=True, return_inverse=True)
        partition = first[place].tobytes()
        if partition in seen:
            labels = rng.integers(0, n_groups, len(residual))
        seen.add(partition)
        yield labels


@dataclass(frozen=True)
class _Climb:
    """Runs of EM on the rows that race, ``track``."""

    track: RowBlocks
    experts: Experts
    n_groups: int
    max_iter: int
    tol: float
    progress: Progress | None

    def begin(self, labels: np.ndarray, iterations: int) -> Fit:
        """Return a short run from labels (n,)."""
        start = parameters_from_labels(self.track, labels, self.n_groups, self.experts)
        return self._run(start, min(iterations, self.max_iter))

    def further(self, fit: Fit, iterations: int) -> Fit:
        """Return a run that goes on from where ``fit`` ended, by so many iterations at most."""
        left = min(iterations, self.max_iter - (len(fit.history) - 1))
        if fit.converged or left <= 0:
            return fit
        rest = self._run(fit.parameters, left)
        return replace(rest, history=fit.history + rest.history[1:])

    def best_of(self, fits: Sequence[Fit]) -> Fit:
        """Run the most promising short runs to the end, one for each place they lead to; return the best."""
        most = max(_FEWEST_FINALISTS, 1 + len(fits) // _STARTS_A_FINALIST)
        chosen: list[Fit] = []
        for fit in sorted(fits, key=lambda fit: -_promise(fit)):
            if len(chosen) < most and not any(self._lead_alike(fit, other) for other in chosen):
                chosen.append(fit)
        best = self.further(chosen[0], self.max_iter)
        for fit in chosen[1:]:
            best = max(best, self._against(fit, best), key=lambda fit: fit.objective)
        return best

    def _against(self, fit: Fit, best: Fit) -> Fit:
        """Run ``fit`` on, in stretches, as long as it may get higher than ``best`` by another way."""
        while True:
            before = len(fit.history)
            if _promise(fit) <= best.objective or self._lead_alike(fit, best):
                return fit
            fit = self.further(fit, _STRETCH)
            if len(fit.history) == before:
                return fit

    def exchanged(self, best: Fit, tries: int, rng: np.random.Generator) -> Fit:
        """Return ``best``, or a higher run found from it by dissolving one group and splitting another."""
        for number in range(tries if self.n_groups > 2 else 0):
            fit = self.begin(self._exchange(best, number, rng), _EXCHANGE_ITERATIONS)
            for iterations in (SHORT_ITERATIONS, self.max_iter):
                if _promise(fit) > best.objective:
                    fit = self.further(fit, iterations)
            if fit.objective > best.objective + self.tol * self.track.weight:
                best = fit
        return best

    def _run(self, start: Parameters, iterations: int) -> Fit:
        return run(self.track, start, self.experts, max_iter=iterations, tol=self.tol, progress=self.progress)

    def _responsibilities(self, fit: Fit) -> np.ndarray:
        """Return P(group | row) of all rows, (n, K)."""
        return np.concatenate([posterior(block, fit.parameters, self.experts)[0] for block in self.track])

    def _lead_alike(self, fit: Fit, other: Fit) -> bool:
        """Whether two runs are on the way to the same place, so that one of them is enough."""
        weight, apart = self.track.weight, abs(fit.objective - other.objective)
        if fit.converged and other.converged and apart <= 10 * self.tol * weight:
            return True
        if apart > _SAME_HEIGHT * weight:
            return False
        first, second = self._responsibilities(fit), self._responsibilities(other)
        second = second[:, match_groups(first, second)]
        moved = 0.5 * np.abs(first - second).sum(axis=1)
        return float(self.track.weights @ moved) <= _SAME_ROWS * weight

    def _exchange(self, fit: Fit, number: int, rng: np.random.Generator) -> np.ndarray:
        """Return the likeliest groups (n,) with one dissolved into the others and another split in two.

        By turns the split group falls apart by the size of its residuals, or by their sign times a random
        direction of the expert columns, along which its line may turn.
        """
        track, shares = self.track, self._responsibilities(fit)
        gone = int(rng.integers(self.n_groups))
        shares[:, gone] = -1.0
        labels = shares.argmax(axis=1)
        counts = np.bincount(labels, track.weights, self.n_groups)
        split = int(rng.choice(self.n_groups, p=counts / counts.sum()))
        rows = np.flatnonzero(labels == split)
        eta = track.experts[rows] @ fit.parameters.beta[split]
        eta = eta if track.offset is None else eta + track.offset[rows]
        residual = self.experts.residual(track.y[rows], eta)
        if number % 2:
            direction = track.experts[rows] @ rng.standard_normal(track.experts.shape[1])
            apart = residual * direction > 0
        else:
            apart = _cut(np.abs(residual), track.weights[rows], rng.random(1)) > 0
        labels[rows[apart]] = gone
        return labels


def _promise(fit: Fit) -> float:
    """Return where a run seems to lead: gains that fall at a constant rate have a sum (Aitken)."""
    history = fit.history
    if fit.converged or len(history) <= 2 * _WINDOW:
        return fit.objective
    last, before = history[-1] - history[-1 - _WINDOW], history[-1 - _WINDOW] - history[-1 - 2 * _WINDOW]
    rate = min(last / before, _SLOWEST_RATE) if before > 0 else _SLOWEST_RATE
    return fit.objective + last * rate / (1 - rate)


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
            ("exposure", old.exposure == scaling.exposure),
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
    beta[:, 0] -= scaling.level
    stretch = old.slope_unit / scaling.slope_unit
    return replace(
        parameters,
        beta=beta / scaling.slope_unit,
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
