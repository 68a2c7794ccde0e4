"""Who is in which group of two studies of one table, and which groups are the same ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import linear_sum_assignment

from rome.results import RowArrays

#: After the outcome is seen, and before.
When = Literal["posterior", "predicted"]


@dataclass(frozen=True)
class Match:
    """A group of the first study and its like in the second, by position.

    ``overlap`` is Σ_i w_i r_ij s_ik, the case weight that belongs to both, as a share of everybody's;
    ``of_first`` and ``of_second`` are the same as shares of either group.
    """

    first: int
    second: int
    overlap: float
    of_first: float
    of_second: float


@dataclass(frozen=True)
class Movement:
    """How the rows that two studies share are divided by each.

    ``posterior`` and ``predicted`` count rows by their likeliest group of the first study (K) and of the
    second (L), after the outcome is seen and before. ``matches`` pairs groups so that their overlap is
    greatest; ``agreement`` is the share of rows whose two likeliest groups (after) are such a pair, and
    ``by_chance`` what it would be if the two divisions had nothing to do with each other. ``rand`` is the
    adjusted Rand index: 1 for the same division, 0 on average for unrelated ones.
    """

    rows: int
    posterior: np.ndarray
    predicted: np.ndarray
    matches: tuple[Match, ...]
    agreement: float
    by_chance: float
    rand: float

    def counts(self, when: When) -> np.ndarray:
        """Return the rows by group of the first study and of the second, (K, L)."""
        return self.posterior if when == "posterior" else self.predicted

    def shares_of_first(self, when: When) -> np.ndarray:
        """Return the rows as shares of each group of the first study, (K, L); NaN for a group without any."""
        counts = self.counts(when)
        total = counts.sum(axis=1, keepdims=True)
        return np.divide(counts, total, out=np.full(counts.shape, np.nan), where=total > 0)


def shared_rows(first: RowArrays, second: RowArrays) -> tuple[np.ndarray, np.ndarray]:
    """Return where the rows that both studies use stand in the first and in the second."""
    _, here, there = np.intersect1d(first.row, second.row, assume_unique=True, return_indices=True)
    return here, there


def movement(first: RowArrays, second: RowArrays) -> Movement | None:
    """Return how rows moved between the groups of two studies of one table; None where they share no row."""
    here, there = shared_rows(first, second)
    if not len(here):
        return None
    matches = _matches(first.responsibilities[here], second.responsibilities[there], first.weight[here])
    posterior = _cross(first.posterior_group[here], second.posterior_group[there], _shape(first, second))
    predicted = _cross(first.predicted_group[here], second.predicted_group[there], _shape(first, second))
    share = posterior / posterior.sum()
    chance = np.outer(share.sum(axis=1), share.sum(axis=0))
    pairs = [(match.first, match.second) for match in matches]
    return Movement(
        rows=len(here),
        posterior=posterior,
        predicted=predicted,
        matches=matches,
        agreement=float(sum(share[pair] for pair in pairs)),
        by_chance=float(sum(chance[pair] for pair in pairs)),
        rand=adjusted_rand(posterior),
    )


def _shape(first: RowArrays, second: RowArrays) -> tuple[int, int]:
    return first.membership.shape[1], second.membership.shape[1]


def _cross(first: np.ndarray, second: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Count rows by group of the first (K) and of the second (L)."""
    return np.bincount(first * shape[1] + second, minlength=shape[0] * shape[1]).reshape(shape)


def _matches(first: np.ndarray, second: np.ndarray, weight: np.ndarray) -> tuple[Match, ...]:
    weight = weight / weight.sum()
    overlap = (first * weight[:, None]).T @ second
    sizes = weight @ first, weight @ second
    rows, columns = linear_sum_assignment(overlap, maximize=True)
    return tuple(
        Match(
            int(j),
            int(k),
            float(overlap[j, k]),
            _share(overlap[j, k], sizes[0][j]),
            _share(overlap[j, k], sizes[1][k]),
        )
        for j, k in zip(rows, columns, strict=True)
    )


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else float("nan")


def adjusted_rand(counts: np.ndarray) -> float:
    """Return the adjusted Rand index of a cross-table of two partitions (K, L); NaN where both have one part.

    References
    ----------
    Hubert & Arabie (1985), Journal of Classification 2, 193-218.
    """

    def pairs(values: np.ndarray) -> float:
        values = values.astype(float)
        return float((values * (values - 1)).sum() / 2)

    together = pairs(counts)
    first, second = pairs(counts.sum(axis=1)), pairs(counts.sum(axis=0))
    expected = first * second / max(pairs(counts.sum(keepdims=True)), 1.0)
    most = (first + second) / 2
    return (together - expected) / (most - expected) if most > expected else float("nan")
