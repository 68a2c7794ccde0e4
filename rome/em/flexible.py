"""Columns that bend: restricted cubic splines for a gate or for experts, and products for a gate.

Each numeric column with enough distinct values gets two bends beside its straight term (four knots, linear
beyond the outer ones, so that a far row is not flung; Harrell 2015, section 2.4). A flexible gate also gets
the product of each pair of columns; experts that bend do not. What a bend or a product shares with the
straight terms is taken out of it, so that straight terms keep their meaning and the ridge on the rest pulls
towards the linear model. Columns are centred and scaled before they are bent or multiplied, so that neither
the units nor the zero of a column (a year, say) decide which terms there are. Plain arrays throughout: an
expansion can be stored without anything that executes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from rome.em.scaling import Columns
from rome.errors import SettingError

#: Distinct values below which a column gets no bend.
FEWEST_VALUES = 10
#: Terms besides the straight ones that a gate may have: products grow with the square of its columns.
MOST_TERMS = 120
#: Bends and products are measured in tens of their standard deviation, which makes their ridge 100 times that
#: of a straight term with the same number.
_SHRINK = 10.0
_KNOTS = (0.05, 0.35, 0.65, 0.95)
#: Share of a term's variance that straight terms must leave over for it to say anything.
_LEFT_OVER = 1e-6


@dataclass(frozen=True)
class Expansion:
    """From columns to straight and bent terms.

    ``index`` (d,) are the columns' positions in X. ``parts`` says what each further term is made of: (i, j)
    for the product of columns i < j, (i, i) and (i, −1) for the first and second bend of column i.
    ``centre`` and ``scale`` (d,) bring the columns to mean 0 and spread 1; in these, ``knots`` (d, 4) is
    NaN where a column has no bend, and ``straight`` (d + 1, m) is what is taken out of the further terms.
    """

    index: np.ndarray
    centre: np.ndarray
    scale: np.ndarray
    parts: tuple[tuple[int, int], ...]
    knots: np.ndarray
    straight: np.ndarray

    @classmethod
    def fit(
        cls, X: np.ndarray, index: np.ndarray, weights: np.ndarray, *, products: bool = True
    ) -> Expansion:
        """Choose knots and terms from rows X (n, p) with weights (n,).

        Parameters
        ----------
        products : bool
            Multiply columns two by two besides bending them.

        Raises
        ------
        SettingError
            With products, the columns have more than ``MOST_TERMS`` further terms.
        """
        units = Columns.fit(X, index, weights)
        chosen = (X[:, index] - units.mean) / units.scale
        knots = np.array([_knots(column, weights) for column in chosen.T]).reshape(-1, len(_KNOTS))
        bent = np.flatnonzero(np.isfinite(knots[:, 0]))
        parts = [(int(i), second) for i in bent for second in (int(i), -1)]
        if products:
            parts += list(combinations(range(len(index)), 2))
        if products and len(parts) > MOST_TERMS:
            raise SettingError(
                f'gate="flexible" on {len(index)} columns has {len(parts)} bends and products; the most is '
                f'{MOST_TERMS}. Use fewer gate columns, or gate="linear".'
            )
        raw = _terms(chosen, parts, knots)
        root = np.sqrt(weights)[:, None]
        base = np.column_stack([np.ones(len(chosen)), chosen])
        straight = np.linalg.lstsq(root * base, root * raw, rcond=1e-10)[0]
        left = np.average((raw - base @ straight) ** 2, axis=0, weights=weights)
        whole = np.average((raw - np.average(raw, axis=0, weights=weights)) ** 2, axis=0, weights=weights)
        keep = np.flatnonzero(left > _LEFT_OVER * np.maximum(whole, np.finfo(float).tiny))
        kept = tuple(parts[place] for place in keep)
        return cls(index, units.mean, units.scale, kept, knots, straight[:, keep])

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Return straight terms, bends and products (n, d + m) of rows X (n, p).

        Straight terms and products are in units of their columns, a bend is that of a standardised column.
        """
        own = X[:, self.index]
        chosen = (own - self.centre) / self.scale
        base = np.column_stack([np.ones(len(chosen)), chosen])
        further = _terms(chosen, self.parts, self.knots) - base @ self.straight
        sizes = [self.scale[i] * self.scale[j] if j > i else 1.0 for i, j in self.parts]
        return np.column_stack([own, further * np.array(sizes)])

    def names(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Return the name of each term, from the names of the d columns."""
        return (*columns, *(_name(part, columns) for part in self.parts))

    def as_dict(self) -> dict[str, object]:
        """Return the expansion as plain values, ready for JSON."""
        knots = [None if np.isnan(row[0]) else row.tolist() for row in self.knots]
        return {
            "index": self.index.tolist(),
            "centre": self.centre.tolist(),
            "scale": self.scale.tolist(),
            "parts": [list(part) for part in self.parts],
            "knots": knots,
            "straight": self.straight.tolist(),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> Expansion:
        """Return the expansion from what ``as_dict`` gave."""
        index = np.array(values["index"], dtype=int)
        knots = [[np.nan] * len(_KNOTS) if row is None else row for row in values["knots"]]
        parts = tuple((int(first), int(second)) for first, second in values["parts"])
        return cls(
            index,
            np.array(values["centre"], dtype=float).reshape(len(index)),
            np.array(values["scale"], dtype=float).reshape(len(index)),
            parts,
            np.array(knots, dtype=float).reshape(len(index), len(_KNOTS)),
            np.array(values["straight"], dtype=float).reshape(len(index) + 1, len(parts)),
        )


@dataclass(frozen=True)
class FlexibleColumns(Columns):
    """Standardised terms of an expansion: ``index``, ``mean`` and ``scale`` are the terms', not X's."""

    expansion: Expansion

    @classmethod
    def of(
        cls,
        X: np.ndarray,
        index: np.ndarray,
        weights: np.ndarray,
        expansion: Expansion | None = None,
        *,
        products: bool = True,
    ) -> FlexibleColumns:
        """Expand the columns ``index`` of X (n, p), anew unless an ``expansion`` is given, and measure the
        terms."""
        if expansion is None or not np.array_equal(expansion.index, index):
            expansion = Expansion.fit(X, index, weights, products=products)
        terms = expansion.transform(X)
        plain = Columns.fit(terms, np.arange(terms.shape[1]), weights)
        scale = plain.scale.copy()
        scale[len(index) :] *= _SHRINK
        return cls(plain.index, plain.mean, scale, expansion)

    @classmethod
    def unscaled(cls, expansion: Expansion) -> FlexibleColumns:
        """Return the terms of ``expansion`` as they are."""
        n_terms = len(expansion.index) + len(expansion.parts)
        return cls(np.arange(n_terms), np.zeros(n_terms), np.ones(n_terms), expansion)

    def design(self, X: np.ndarray) -> np.ndarray:
        """Return [1, standardised terms] of X, shape (n, 1 + terms)."""
        return super().design(self.expansion.transform(X))


def expansion_of(columns: Columns) -> Expansion | None:
    """Return the bends and products of columns; ``None`` where all terms are straight."""
    return columns.expansion if isinstance(columns, FlexibleColumns) else None


def straight_columns(columns: Columns) -> np.ndarray:
    """Return the positions in X of the columns whose straight terms come first in a design."""
    expansion = expansion_of(columns)
    return columns.index if expansion is None else expansion.index


def n_further_terms(columns: Columns) -> int:
    """Return how many bends and products come after the straight terms."""
    expansion = expansion_of(columns)
    return 0 if expansion is None else len(expansion.parts)


def term_names(columns: Columns, names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of a design's terms, from the ``names`` of X's columns."""
    own, expansion = [names[place] for place in straight_columns(columns)], expansion_of(columns)
    return tuple(own) if expansion is None else expansion.names(own)


def unscaled_like(columns: Columns) -> Columns:
    """Return the same terms in their own units."""
    expansion = expansion_of(columns)
    return Columns.unscaled(columns.index) if expansion is None else FlexibleColumns.unscaled(expansion)


def _knots(column: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return four knots at quantiles of the weighted values, or NaN where they are too few to bend at."""
    values, where = np.unique(column, return_inverse=True)
    below = np.cumsum(np.bincount(where, weights=weights))
    knots = values[np.searchsorted(below, np.array(_KNOTS) * below[-1]).clip(max=len(values) - 1)]
    if len(values) < FEWEST_VALUES or len(np.unique(knots)) < len(_KNOTS):
        return np.full(len(_KNOTS), np.nan)
    return knots


def _terms(chosen: np.ndarray, parts: Sequence[tuple[int, int]], knots: np.ndarray) -> np.ndarray:
    """Return the raw bends and products (n, m)."""
    columns = np.empty((len(chosen), len(parts)))
    for place, (first, second) in enumerate(parts):
        if second > first:
            columns[:, place] = chosen[:, first] * chosen[:, second]
        else:
            columns[:, place] = _bend(chosen[:, first], knots[first], 0 if second == first else 1)
    return columns


def _bend(values: np.ndarray, knots: np.ndarray, number: int) -> np.ndarray:
    """Return restricted cubic spline ``number`` of ``values``: cubic inside the knots, linear beyond them."""
    unit = (values - knots[0]) / (knots[-1] - knots[0])
    at = (knots - knots[0]) / (knots[-1] - knots[0])
    own, last, end = (np.maximum(unit - at[place], 0) ** 3 for place in (number, -2, -1))
    gap = at[-1] - at[-2]
    return own - last * (at[-1] - at[number]) / gap + end * (at[-2] - at[number]) / gap


def _name(part: tuple[int, int], columns: Sequence[str]) -> str:
    first, second = part
    if second > first:
        return f"{columns[first]} × {columns[second]}"
    return f"{columns[first]}, {'first' if second == first else 'second'} bend"
