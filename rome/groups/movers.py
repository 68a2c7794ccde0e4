"""What moves membership: the gate's average change as one column moves and the others stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rome.description import Mover
from rome.groups.intervals import Resampling

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


def movers(
    rows: np.ndarray,
    weights: np.ndarray,
    moves: Sequence[Move],
    gate: Callable[[np.ndarray], np.ndarray],
    resampling: Resampling,
) -> tuple[tuple[Mover, ...], ...]:
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
    resampling : Resampling
        Of the n rows. The gate is taken as fitted: its own uncertainty is not in the interval.

    Notes
    -----
    The average of a discrete change over the rows at hand, an average marginal effect with the other columns
    at their observed values (Williams, 2012, Stata Journal 12(2), section 4).
    """
    found = [_moved(rows, weights, move, gate, resampling) for move in moves]
    return tuple(
        tuple(sorted(of_group, key=lambda mover: (-abs(mover.change.value), mover.column)))
        for of_group in zip(*found, strict=True)
    )


def _moved(
    rows: np.ndarray,
    weights: np.ndarray,
    move: Move,
    gate: Callable[[np.ndarray], np.ndarray],
    resampling: Resampling,
) -> list[Mover]:
    shares = np.stack([gate(position.put(rows)) for position in move.positions])
    means = np.einsum("n,lnk->lk", weights / weights.sum(), shares)
    ends = _ends(means, move.ordered)
    changes = np.column_stack(
        [shares[end, :, k] - shares[start, :, k] for k, (start, end) in enumerate(ends)]
    )
    again = _resampled_means(changes, weights, resampling)
    names = [position.name for position in move.positions]
    return [
        Mover(
            move.column,
            names[start],
            names[end],
            resampling.estimate(means[end, k] - means[start, k], again[:, k]),
        )
        for k, (start, end) in enumerate(ends)
    ]


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
    """Return the weighted means of (n, K) values in every resample, (B, K)."""
    columns = np.column_stack([weights, values * weights[:, None]])
    sums = np.concatenate([counts @ columns for counts in resampling.counts()])
    return sums[:, 1:] / sums[:, :1]


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
