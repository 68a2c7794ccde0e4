"""Weak spots of a fit, as warnings that name the column or group, the likely cause and the remedy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import numpy as np

from rome.em import gate
from rome.em.experts import VARIANCE_FLOOR
from rome.em.flexible import straight_columns
from rome.em.mixture import Mixture
from rome.em.sufficient_statistics import Block, RowSource, Sums, posterior
from rome.errors import (
    CollinearColumnsWarning,
    ColumnWarning,
    ConstantColumnWarning,
    DegenerateGroupWarning,
    HeavyTailsWarning,
    RomeWarning,
    SeparationWarning,
)

#: Smallest eigenvalue of a correlation matrix, and smallest variance of a standardised column, that count.
_COLLINEAR, _CONSTANT = 1e-8, 1e-10
#: Share of a vanishing direction above which a column has a part in it.
_LOADING = 1e-4
#: A coefficient of which the ridge gives more than a tenth of the information is the ridge's, not the rows'.
_RIDGE_SHARE = 10.0
#: Excess kurtosis of a group's residuals that calls for another noise (a t with 6 degrees of freedom has 3).
_HEAVY, _FEWEST_FOR_TAILS = 3.0, 50
#: Groups whose predictions differ by less than this many residual standard deviations are one group.
_SAME = 0.05

#: What makes a coefficient of a logistic or Poisson expert mean little, and the remedy.
_TOLD_APART = {
    "binary": (
        "{columns} tells the two outcomes apart without exception: only the ridge keeps coefficients finite.",
        "Leave out what was known only after the outcome, use fewer columns or fewer groups, or add rows.",
    ),
    "count": (
        "less than a tenth of an event is expected that could tell the coefficient of {columns}: it means "
        "nothing.",
        "Where a level of the column was never counted, merge it with another or leave it out; in a group "
        "that is hardly ever counted, look at the level alone.",
    ),
}


@dataclass(frozen=True)
class _Look:
    """Sums over rows that only diagnostics need: grams of both designs, and residual moments (K,)."""

    experts: np.ndarray
    gate: np.ndarray
    second: np.ndarray
    fourth: np.ndarray

    def __add__(self, other: _Look) -> _Look:
        return _Look(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


def weak_spots(
    mixture: Mixture, sums: Sums, rows: RowSource, names: Sequence[str]
) -> tuple[RomeWarning, ...]:
    """Return what makes a fitted ``mixture`` doubtful.

    Parameters
    ----------
    sums : Sums
        Of ``rows`` at the mixture's parameters.
    rows : RowSource
        The rows that were fitted; they are walked once.
    names : sequence of str
        Of X's columns.
    """
    look = rows.add_up(partial(_look, mixture=mixture))
    weight = float(sums.counts.sum())
    scaling = mixture.scaling
    found: list[RomeWarning] = []
    odd: list[int] = []
    bare = weight < len(look.experts)
    if not bare:
        index = straight_columns(scaling.experts)
        warned, odd = _odd_columns(_straight(look.experts, index) / weight, index, "outcome model", names)
        found += warned
    if len(sums.counts) > 1:
        gate_index = straight_columns(scaling.gate)
        gram = _straight(look.gate, gate_index) / weight
        warned, odd_gate = _odd_columns(gram, gate_index, "gate", names)
        found += [*warned, *_gate_separation(mixture, sums, gate_index, odd_gate, names)]
    if mixture.outcome in _TOLD_APART and not bare:
        found += _outcome_separation(mixture, sums, odd, names)
    found += [*_degenerate_groups(mixture, sums), *_twins(mixture, look.experts / weight)]
    if mixture.outcome == "numeric" and mixture.noise == "normal":
        found += _heavy_tails(sums.counts, look)
    return tuple(found)


def _look(block: Block, mixture: Mixture) -> _Look:
    parameters = mixture.parameters
    shares = posterior(block, parameters, mixture.experts)[0].T * block.weights
    squared = (block.y - parameters.beta @ block.experts.T) ** 2
    return _Look(
        (block.experts.T * block.weights) @ block.experts,
        (block.gate.T * block.weights) @ block.gate,
        (shares * squared).sum(axis=1),
        (shares * squared**2).sum(axis=1),
    )


def _straight(gram: np.ndarray, index: np.ndarray) -> np.ndarray:
    """Return the part of a gram that belongs to the intercept and the straight terms, which come first."""
    return gram[: len(index) + 1, : len(index) + 1]


def _of_columns(
    kind: type[ColumnWarning], what: str, remedy: str, positions: Sequence[int], names: Sequence[str]
) -> ColumnWarning:
    places = [int(place) for place in positions]
    return kind(what, remedy, places, [names[place] for place in places])


def _odd_columns(
    gram: np.ndarray, index: np.ndarray, where: str, names: Sequence[str]
) -> tuple[list[RomeWarning], list[int]]:
    """Return warnings of constant and of collinear columns of a design with the intercept first, and which
    (among ``index``) they are."""
    found: list[RomeWarning] = []
    constant = [place for place in range(len(index)) if gram[place + 1, place + 1] < _CONSTANT]
    if constant:
        what, remedy = (
            f"In the {where}, {{columns}} has one value in all rows.",
            "It says nothing; leave it out.",
        )
        found.append(_of_columns(ConstantColumnWarning, what, remedy, index[constant], names))
    kept = [0, *(place + 1 for place in range(len(index)) if place not in constant)]
    scale = np.sqrt(np.diag(gram)[kept])
    values, vectors = np.linalg.eigh(gram[np.ix_(kept, kept)] / np.outer(scale, scale))
    part = (vectors[:, values < _COLLINEAR] ** 2).sum(axis=1)
    collinear = [kept[place] - 1 for place in range(1, len(kept)) if part[place] > _LOADING]
    if collinear:
        what = f"In the {where}, {{columns}} determine each other exactly."
        remedy = "Predictions stand, but their coefficients share one effect at will; leave one of them out."
        found.append(_of_columns(CollinearColumnsWarning, what, remedy, index[collinear], names))
    return found, constant + collinear


def _gate_separation(
    mixture: Mixture, sums: Sums, index: np.ndarray, odd: list[int], names: Sequence[str]
) -> Iterator[RomeWarning]:
    """Warn of gate columns whose coefficient only the ridge keeps finite."""
    n_groups, width = mixture.parameters.gamma.shape
    ridge = gate.ridge_of(width)
    system = sums.gate_hessian + np.kron(np.eye(n_groups - 1) - 1 / n_groups, np.diag(ridge))
    known = 1 / np.diag(np.linalg.inv(system)).reshape(n_groups - 1, width)
    enough = sums.counts > mixture.parameters.beta.shape[1]
    for place in range(len(index)):
        groups = [
            k + 1
            for k in range(n_groups - 1)
            if enough[k] and enough[-1] and known[k, place + 1] < _RIDGE_SHARE * ridge[place + 1]
        ]
        if groups and place not in odd:
            yield _of_columns(
                SeparationWarning,
                f"In the gate, {{columns}} tells group {groups[0]} from group {n_groups} without exception: "
                "only the ridge keeps its coefficient finite; intervals mean little.",
                "If the group is this column, look at it as an observed group instead, or leave it out of "
                "the gate.",
                index[[place]],
                names,
            )


def _outcome_separation(
    mixture: Mixture, sums: Sums, odd: list[int], names: Sequence[str]
) -> Iterator[RomeWarning]:
    """Warn of groups in which a column tells the two outcomes apart without exception, or in which hardly
    anything is counted that could tell its coefficient."""
    width, index = mixture.parameters.beta.shape[1], straight_columns(mixture.scaling.experts)
    if width == 1:
        return
    penalty = np.diag(np.maximum(mixture.experts.ridge_of(mixture.parameters.beta), 1e-10))
    least = _RIDGE_SHARE * mixture.experts.slope_ridge
    for k, count in enumerate(sums.counts):
        known = 1 / np.diag(np.linalg.inv(sums.xtx[k] + penalty))
        apart = [place for place in range(len(index)) if known[place + 1] < least]
        apart = [place for place in apart if place not in odd]
        if apart and count > width:
            yield _of_columns(
                SeparationWarning,
                f"In group {k + 1}, {_TOLD_APART[mixture.outcome][0]}",
                _TOLD_APART[mixture.outcome][1],
                index[apart],
                names,
            )


def _degenerate_groups(mixture: Mixture, sums: Sums) -> Iterator[RomeWarning]:
    n_groups, width = mixture.parameters.beta.shape
    for k, count in enumerate(sums.counts):
        if n_groups > 1 and count < width + 1:
            yield DegenerateGroupWarning(
                f"Group {k + 1} holds only {count:.1f} rows, fewer than its expert has coefficients.",
                f"The data may not bear {n_groups} groups; try {n_groups - 1}.",
            )
        elif mixture.experts.has_spread and mixture.parameters.sigma2[k] <= VARIANCE_FLOOR * (1 + 1e-9):
            yield DegenerateGroupWarning(
                f"Group {k + 1} is fitted without error: its residual spread sits on the floor.",
                "A column may be computed from the outcome, or many rows may share one outcome value; "
                "check for both.",
            )


def _twins(mixture: Mixture, gram: np.ndarray) -> Iterator[RomeWarning]:
    """Warn of two groups that say the same: same predictions, same spread."""
    parameters, spreads = mixture.parameters, mixture.experts.has_spread
    n_groups = len(parameters.beta)
    for first, second in combinations(range(n_groups), 2):
        apart = parameters.beta[first] - parameters.beta[second]
        spread = parameters.sigma2[[first, second]] if spreads else np.ones(2)
        alike = abs(np.log(spread[0] / spread[1])) < 2 * _SAME
        if alike and apart @ gram @ apart < _SAME**2 * spread.min():
            yield DegenerateGroupWarning(
                f"Groups {first + 1} and {second + 1} make the same predictions with the same spread.",
                f"The data may not bear {n_groups} groups; try {n_groups - 1}.",
            )


def _heavy_tails(counts: np.ndarray, look: _Look) -> Iterator[RomeWarning]:
    for k, count in enumerate(counts):
        if count < _FEWEST_FOR_TAILS or look.second[k] <= 0:
            continue
        excess = float(count * look.fourth[k] / look.second[k] ** 2) - 3
        # Six standard errors of a normal sample's kurtosis: small groups have it by chance.
        if excess > max(_HEAVY, 6 * np.sqrt(24 / count)):
            yield HeavyTailsWarning(
                f"Residuals of group {k + 1} have heavy tails (kurtosis {excess + 3:.1f}, 3 if normal).",
                'A few far rows may bend its coefficients or make a group of their own; try noise="t" '
                "(--noise t; on the Train page, More settings).",
            )
