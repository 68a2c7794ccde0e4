"""Which rows are unlike anything that a study has seen, at a known rate of false alarms.

A row is flagged for any of three reasons.

- *Category*: a level that no training row had, in a column where that is rare among training-like rows. How
  rare is Good and Turing's estimate, the share of training rows whose level came once; columns are watched,
  the rarest first, while the sum stays within half of the rate.
- *Range*: a number outside the training range, by more than held-out rows are.
- *Far*: a combination of values. Numbers as normal scores and levels as 0/1 terms, z, are measured by
  D² = (z − c)'(S + λI)⁻¹(z − c), with mean c and covariance S of the training rows. The ridge λ bounds what a
  rare level, or nearly collinear columns, can add.

What is left of the rate is halved between the last two, and each limit is a quantile of its score on the
held-out rows, to which c, S and the ranges were not fitted: the ⌈(m + 1)(1 − α)⌉-th smallest of m. A row
like them then exceeds it with probability α at most, whatever the distribution (Vovk, Gammerman & Shafer
2005; Bates et al. 2023, Annals of Statistics 51, 149-178). With few held-out rows the largest score is the
limit, and the rate that can be promised is 1/(m + 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd

from rome.reference.columns import ColumnReference
from rome.table.columns import numbers
from rome.table.design import Design

#: Share of training-like rows that may be flagged.
FALSE_FLAG_RATE = 0.01
#: λ, against a variance of 1 of every numeric column.
RIDGE = 0.1
#: Columns that a far row's reason names.
_MOST_NAMED = 2


@dataclass(frozen=True)
class Strangeness:
    """How strange rows are: ``unseen`` (n, U) by watched column, ``overshoot`` (n, V) by numeric column,
    ``distance`` (n,), D², and ``parts`` (n, C) of it by column; their sum is D²."""

    unseen: np.ndarray
    overshoot: np.ndarray
    distance: np.ndarray
    parts: np.ndarray


@dataclass(frozen=True)
class Novelty:
    """What decides whether a row is flagged.

    ``rate`` is the share of training-like rows that is flagged at most; ``held_out`` the rows that the limits
    were taken on; ``watched`` the columns whose unseen levels are flagged. ``centre`` (q,) and ``precision``
    (q, q) measure D².
    """

    rate: float
    held_out: int
    watched: tuple[str, ...]
    range_limit: float
    far_limit: float
    centre: np.ndarray
    precision: np.ndarray

    def strangeness(
        self, columns: Sequence[ColumnReference], design: Design, frame: pd.DataFrame, X: np.ndarray
    ) -> Strangeness:
        """Measure rows: the table's columns ``frame`` and their design X (n, p)."""
        z, owner = _terms(columns, design, frame, X)
        gap = z - self.centre
        parts = gap * (gap @ self.precision)
        by_column = np.column_stack([parts[:, owner == place].sum(axis=1) for place in range(len(columns))])
        unseen = [column.unseen(frame[column.column]) for column in columns if column.column in self.watched]
        return Strangeness(
            np.column_stack(unseen) if unseen else np.zeros((len(X), 0), dtype=bool),
            _overshoots(columns, frame),
            parts.sum(axis=1),
            by_column,
        )

    def flags(self, strange: Strangeness) -> dict[str, np.ndarray]:
        """Return which rows (n,) are flagged for each reason: ``category``, ``range`` and ``far``."""
        return {
            "category": strange.unseen.any(axis=1),
            "range": (strange.overshoot > self.range_limit).any(axis=1),
            # The row that set the limit is not beyond it, however its sum is rounded in another block.
            "far": strange.distance > self.far_limit * (1 + 1e-9),
        }

    def far_places(self, parts: np.ndarray) -> np.ndarray:
        """Return the places (m, 2) of the columns that far rows' D² comes from most, given its ``parts``
        (m, C), the most first; -1 where there is no second one that adds to it."""
        order = np.argsort(-parts, axis=1, kind="stable")[:, :_MOST_NAMED]
        return np.where(np.take_along_axis(parts, order, axis=1) > 0, order, -1)


def fit_novelty(
    columns: Sequence[ColumnReference],
    design: Design,
    train: tuple[pd.DataFrame, np.ndarray],
    held_out: tuple[pd.DataFrame, np.ndarray],
) -> Novelty:
    """Learn what is strange from training rows, and how strange is rare from held-out rows.

    ``train`` and ``held_out`` are the table's columns and the design (n, p) of some rows.
    """
    z, _ = _terms(columns, design, *train)
    centre = z.mean(axis=0)
    gap = z - centre
    covariance = gap.T @ gap / len(z)
    precision = np.linalg.inv(covariance + RIDGE * np.eye(len(centre)))
    watched, mass = _watched(columns)
    alpha = (FALSE_FLAG_RATE - mass) / 2
    bare = Novelty(0.0, len(held_out[1]), watched, np.inf, np.inf, centre, precision)
    strange = bare.strangeness(columns, design, *held_out)
    return Novelty(
        rate=mass + 2 * max(alpha, 1 / (len(held_out[1]) + 1)),
        held_out=len(held_out[1]),
        watched=watched,
        range_limit=_limit(strange.overshoot.max(axis=1, initial=0.0), alpha),
        far_limit=_limit(strange.distance, alpha),
        centre=centre,
        precision=precision,
    )


def _limit(scores: np.ndarray, alpha: float) -> float:
    """Return the ⌈(m + 1)(1 − α)⌉-th smallest of m scores, the largest where there are too few."""
    place = min(ceil((len(scores) + 1) * (1 - alpha) - 1e-9), len(scores))
    return float(np.partition(scores, place - 1)[place - 1])


def _watched(columns: Sequence[ColumnReference]) -> tuple[tuple[str, ...], float]:
    """Return the columns in which an unseen level is rare enough to be flagged, and how often one comes."""
    of_levels = [column for column in columns if column.kind == "levels" and column.known]
    total, names = 0.0, []
    for column in sorted(of_levels, key=lambda column: column.unseen_mass):
        if total + column.unseen_mass <= FALSE_FLAG_RATE / 2:
            total += column.unseen_mass
            names.append(column.column)
    return tuple(names), total


def _overshoots(columns: Sequence[ColumnReference], frame: pd.DataFrame) -> np.ndarray:
    """Return the overshoot of every numeric column with values, (n, V)."""
    found = [
        column.overshoot(numbers(frame[column.column]))
        for column in columns
        if column.kind == "numeric" and column.knots
    ]
    return np.column_stack(found) if found else np.zeros((len(frame), 0))


def _terms(
    columns: Sequence[ColumnReference], design: Design, frame: pd.DataFrame, X: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return z (n, q), and for each of its columns the place among ``columns`` that it belongs to (q,).

    Levels have a term each, the reference too, so that which level that is makes no difference.
    """
    places: dict[str, list[int]] = {}
    for place, term in enumerate(design.terms):
        places.setdefault(term.column, []).append(place)
    parts, owner = [], []
    for number, column in enumerate(columns):
        own = places.get(column.column, [])
        if not own:
            continue
        terms = X[:, own].copy()
        if column.kind == "numeric":
            terms[:, 0] = column.normal_scores(numbers(frame[column.column]))
        else:
            terms = np.column_stack([terms, 1 - terms.sum(axis=1)])
        parts.append(terms)
        owner += [number] * terms.shape[1]
    return np.column_stack(parts), np.array(owner)
