"""Coefficients of a study that people can read: in the columns' own units, with names and intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from rome.baselines import Pooled, PooledErrors
from rome.em import RomeEM
from rome.em.flexible import Expansion
from rome.em.standard_errors import StandardErrors
from rome.results import Coefficient
from rome.study.prepare import Prepared

INTERCEPT = "(intercept)"


@dataclass(frozen=True)
class _Term:
    """A term's name and column, the size of its unit in the model's matrix, and its spread there."""

    name: str
    column: str
    unit: float
    spread: float


@dataclass(frozen=True)
class CoefficientTables:
    """Coefficients of one fitted study; ``errors`` and ``pooled_errors`` come from its training rows.

    ``value`` is per unit of a number, or against the most frequent level of a text; the intercept is the
    prediction where numbers are average and texts at that level. Limits are value ± quantile × standard
    error, NaN where the rows don't determine a coefficient. ``gate_index`` are the positions of the gate's
    columns.
    """

    data: Prepared
    mixture: RomeEM
    errors: StandardErrors
    pooled: Pooled
    pooled_errors: PooledErrors
    gate_index: np.ndarray
    confidence: float

    def of_pooled(self) -> tuple[Coefficient, ...]:
        """Return the pooled model's coefficients, intercept first."""
        errors, pooled = self.pooled_errors, self.pooled
        reach = errors.quantile(self.confidence)
        values = np.append(pooled.intercept_, pooled.coef_)
        spreads = np.append(errors.intercept_se, errors.coef_se)
        return _readable(self._plain(self.data.design.expert_index), values, reach * spreads)

    def of_expert(self, k: int) -> tuple[Coefficient, ...]:
        """Return the coefficients of group ``k``'s expert, intercept first."""
        values = np.append(self.mixture.intercept_[k], self.mixture.coef_[k])
        spreads = np.append(self.errors.intercept_se[k], self.errors.coef_se[k])
        terms = self._terms(self.data.design.expert_index, self.mixture.expert_expansion)
        return _readable(terms, values, self._reach * spreads)

    def of_gate(self, k: int) -> tuple[Coefficient, ...]:
        """Return what moves membership of group ``k`` against the last group, intercept first."""
        values = np.append(self.mixture.gate_intercept_[k], self.mixture.gate_coef_[k])
        spreads = np.append(self.errors.gate_intercept_se[k], self.errors.gate_coef_se[k])
        terms = self._terms(self.gate_index, self.mixture.gate_expansion)
        return _readable(terms, values, self._reach * spreads)

    @property
    def _reach(self) -> float:
        return float(norm.ppf(0.5 + self.confidence / 2))

    def _plain(self, index: np.ndarray) -> list[_Term]:
        spread = self.data.X[self.data.train].std(axis=0)
        terms = self.data.design.terms
        return [_Term(terms[i].name, terms[i].column, terms[i].scale, float(spread[i])) for i in index]

    def _terms(self, index: np.ndarray, expansion: Expansion | None) -> list[_Term]:
        """Return the terms of columns at ``index``: the columns themselves, then bends and products."""
        plain = self._plain(index)
        return plain if expansion is None else plain + self._bends_and_products(expansion, plain)

    def _bends_and_products(self, expansion: Expansion, plain: list[_Term]) -> list[_Term]:
        """Return the terms after the straight ones. A bend has no unit of its own: its value is per unit
        of the standardised column's bend."""
        names = expansion.names([term.name for term in plain])[len(plain) :]
        spread = expansion.transform(self.data.X[self.data.train]).std(axis=0)[len(plain) :]
        further = []
        for name, (first, second), own in zip(names, expansion.parts, spread, strict=True):
            product = second > first
            column = " × ".join(dict.fromkeys([plain[first].column, plain[second].column]))
            further.append(
                _Term(
                    name,
                    column if product else plain[first].column,
                    plain[first].unit * plain[second].unit if product else 1.0,
                    float(own),
                )
            )
        return further


def _readable(terms: Sequence[_Term], values: np.ndarray, reach: np.ndarray) -> tuple[Coefficient, ...]:
    """Return coefficients from values and half widths of their intervals, (1 + terms,), intercept first."""
    first = float(values[0])
    found = [Coefficient(INTERCEPT, "", first, first, first - float(reach[0]), first + float(reach[0]))]
    for term, slope, half in zip(terms, values[1:], reach[1:], strict=True):
        value, width = float(slope / term.unit), float(half / term.unit)
        found.append(
            Coefficient(
                term.name, term.column, value, float(slope * term.spread), value - width, value + width
            )
        )
    return tuple(found)
