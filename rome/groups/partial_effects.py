"""What moves membership: the gate's average change as one column moves and the others stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from rome.results.description import PartialEffect
from rome.stats.bootstrap import Resampling
from rome.stats.estimate import Estimate

#: Membership probabilities (n, K) of rows (n, p), and those under every gate that was drawn.
Gate = Callable[[np.ndarray], np.ndarray]
DrawnGates = Callable[[np.ndarray], Iterable[np.ndarray]]
#: Percentiles between which a number moves; where they are equal, the next ones are taken.
_REACHES = ((0.25, 0.75), (0.05, 0.95), (0.0, 1.0))
#: A level with a smaller share of the weight is no end of a move, as long as two others are left.
_RAREST_LEVEL = 0.01


@dataclass(frozen=True)
class Position:
    """One value that a column can take: what a reader calls it, and the matrix's entries at ``places``."""

    name: float | str
    places: tuple[int, ...]
    entries: tuple[float, ...]

    def put(self, rows: np.ndarray) -> np.ndarray:
        """Return the rows (n, p) as they would be with this value."""
        moved = rows.copy()
        moved[:, self.places] = self.entries
        return moved


@dataclass(frozen=True)
class Move:
    """The values between which one column moves; a number has two, in ascending order."""

    column: str
    positions: tuple[Position, ...]
    ordered: bool


def partial_effects(
    rows: np.ndarray,
    weights: np.ndarray,
    moves: Sequence[Move],
    gate: Gate,
    drawn: DrawnGates | None,
    resampling: Resampling,
) -> tuple[tuple[PartialEffect, ...], ...]:
    """Return, for each group, the average change of its membership by column, the largest first.

    Parameters
    ----------
    rows : ndarray of shape (n, p)
        The rows to average over.
    weights : ndarray of shape (n,)
    moves : sequence of Move
        A level moves from where the group is rarest to where it is most frequent, which differ by group.
    gate : callable
        Membership probabilities (n, K) of rows (n, p).
    drawn : callable or None
        The same probabilities under gates drawn from the sampling distribution of the fitted one. None where
        that distribution is not known: then no change has an interval.
    resampling : Resampling
        Of the n rows. Every resample is paired with one of the drawn gates, in turn, so that an interval
        holds both uncertainties. From which level to which a text moves is taken as fitted.

    Notes
    -----
    The average of a discrete change over the rows at hand, an average marginal effect with the other columns
    at their observed values (Williams, 2012, Stata Journal 12(2), section 4).
    """
    found = [_moved(rows, weights, move, gate, drawn, resampling) for move in moves]
    return tuple(
        tuple(sorted(of_group, key=lambda effect: (-abs(effect.change.value), effect.column)))
        for of_group in zip(*found, strict=True)
    )


def _moved(
    rows: np.ndarray,
    weights: np.ndarray,
    move: Move,
    gate: Gate,
    drawn: DrawnGates | None,
    resampling: Resampling,
) -> list[PartialEffect]:
    shares = np.stack([gate(position.put(rows)) for position in move.positions])
    means = np.einsum("n,lnk->lk", weights / weights.sum(), shares)
    ends = _ends(means, move.ordered)
    names = [position.name for position in move.positions]
    values = [float(means[end, k] - means[start, k]) for k, (start, end) in enumerate(ends)]
    limits = [(np.nan, np.nan)] * len(ends)
    if drawn is not None:
        changes = _drawn_changes(rows, move, ends, drawn)
        limits = [resampling.limits(again) for again in _resampled_means(changes, weights, resampling).T]
    return [
        PartialEffect(move.column, names[start], names[end], Estimate(value, *limit))
        for (start, end), value, limit in zip(ends, values, limits, strict=True)
    ]


def _drawn_changes(
    rows: np.ndarray, move: Move, ends: list[tuple[int, int]], drawn: DrawnGates
) -> np.ndarray:
    """Return every row's change of membership under every drawn gate, (D, n, K)."""
    used = sorted({place for pair in ends for place in pair})
    changes = []
    for shares in zip(*(drawn(move.positions[place].put(rows)) for place in used), strict=True):
        at = dict(zip(used, shares, strict=True))
        changes.append(np.stack([at[end][:, k] - at[start][:, k] for k, (start, end) in enumerate(ends)], 1))
    return np.array(changes)


def _ends(means: np.ndarray, ordered: bool) -> list[tuple[int, int]]:
    """Return from which to which position each group's column moves, for average memberships (L, K)."""
    if ordered:
        return [(0, len(means) - 1)] * means.shape[1]
    low, high = means.argmin(axis=0), means.argmax(axis=0)
    return [
        (int(start), int(end)) if start != end else (0, len(means) - 1)
        for start, end in zip(low, high, strict=True)
    ]


def _resampled_means(values: np.ndarray, weights: np.ndarray, resampling: Resampling) -> np.ndarray:
    """Return the weighted means (B, K) of values (D, n, K) in every resample, the draws taken in turn."""
    means = np.empty((resampling.n_resamples, values.shape[2]))
    weighted, first = values * weights[:, None], 0
    for counts in resampling.counts():
        total, places = counts @ weights, np.arange(first, first + len(counts))
        for draw in range(len(values)):
            mine = np.flatnonzero(places % len(values) == draw)
            means[places[mine]] = (counts[mine] @ weighted[draw]) / total[mine, None]
        first += len(counts)
    return means


def reach(scores: np.ndarray, weights: np.ndarray) -> tuple[float, float] | None:
    """Return between which values (n,) a number moves: its weighted quartiles, or wider; None if constant."""
    for reached in _REACHES:
        start, end = np.quantile(scores, reached, method="inverted_cdf", weights=weights)
        if start < end:
            return float(start), float(end)
    return None


def frequent(shares: Sequence[float]) -> list[int]:
    """Return which levels are frequent enough to move between, by their shares of the weight."""
    places = [place for place, share in enumerate(shares) if share >= _RAREST_LEVEL]
    return places if len(places) > 1 else list(range(len(shares)))
