"""Who is in the groups: profiles, rules and partial effects of a fitted mixture, from held-out rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from rome.em.gate_draws import draw_gates
from rome.em.standard_errors import StandardErrors
from rome.groups.partial_effects import Move, Position, frequent, partial_effects, reach
from rome.groups.profile import difference_limits, standardised_differences
from rome.groups.rules import Attribute, find, missing_place, score
from rome.results import ProfileEntry
from rome.results.description import FEWEST_RULE_ROWS, GroupDescription, GroupRule, WhyNoRule
from rome.runtime.random import stream
from rome.settings.study import Settings
from rome.stats.bootstrap import Resampling
from rome.stats.sizes import too_small
from rome.study.lines import gate_index
from rome.study.prepare import Prepared, held_out_resampling
from rome.study.protocols import Groups
from rome.study.validation import group_names
from rome.table.design import Term

#: Most training rows that a rule is learnt on, and most held-out ones that partial effects average over.
MOST_RULE_ROWS, MOST_MOVED_ROWS = 20_000, 5_000
#: Gates drawn from the fitted one's covariance for the intervals of partial effects.
GATE_DRAWS = 200
#: Multiplications that the intervals of all profiles may take; beyond it there are fewer resamples.
_MOST_WORK = 4e9
_FEWEST_RESAMPLES = 200


def attributes_of(terms: Sequence[Term], references: dict[str, str]) -> tuple[Attribute, ...]:
    """Return what describes the groups: the design's terms, then the reference levels of texts with three or
    more values (with two, the other level's share says the same)."""
    count = {term.column: 0 for term in terms}
    for term in terms:
        count[term.column] += 1
    found = [
        Attribute(
            term.name,
            term.column,
            term.kind,
            term.sensitive,
            level=_level(term),
            opposite=references.get(term.column) if count[term.column] == 1 else None,
            mean=term.mean,
            scale=term.scale,
        )
        for term in terms
    ]
    for column, level in references.items():
        if count.get(column, 0) > 1:
            sensitive = next(term.sensitive for term in terms if term.column == column)
            found.append(Attribute(f"{column} = {level}", column, "level", sensitive, level=level))
    return tuple(found)


def _level(term: Term) -> str | None:
    return None if term.kind != "level" else term.level or "other levels"


def description_matrix(data: Prepared, attributes: Sequence[Attribute], rows: np.ndarray) -> np.ndarray:
    """Return rows as ``attributes`` describe them (n, q): the design's terms, then the reference levels."""
    X, terms = data.X[rows], data.design.terms
    rest = [
        1 - X[:, [place for place, term in enumerate(terms) if term.column == item.column]].sum(axis=1)
        for item in attributes[len(terms) :]
    ]
    return np.column_stack([X, *rest])


class Describer:
    """Everything that describes the groups of one fitted mixture."""

    def __init__(
        self, data: Prepared, settings: Settings, mixture: Groups, errors: StandardErrors | None
    ) -> None:
        self.data, self.settings, self.mixture, self.errors = data, settings, mixture, errors
        self.terms = data.design.terms
        self.attributes = attributes_of(self.terms, data.design.references)
        self.names = group_names(settings.n_groups)
        self.held_out = description_matrix(data, self.attributes, data.test)
        self.weights = data.weights[data.test]
        self.responsibilities = self._responsibilities(data.test)

    def profiles(self) -> list[tuple[ProfileEntry, ...]]:
        """Compare each group's held-out rows with all of them, in the columns' own units, with intervals."""
        values, weights, shares = self.held_out, self.weights, self.responsibilities
        means, overall, differences = standardised_differences(values, shares, weights)
        mean_limits, limits = difference_limits(values, shares, weights, self._affordable())
        # Means first, units second: in the units of a column of 1e308 a sum would overflow.
        scale, centre = (
            np.array([getattr(item, name) for item in self.attributes]) for name in ("scale", "mean")
        )
        with np.errstate(over="ignore"):
            means, overall, mean_limits = (part * scale + centre for part in (means, overall, mean_limits))
        return [
            tuple(
                ProfileEntry(
                    item.name,
                    item.column,
                    item.sensitive,
                    *(float(value) for value in (means[k, j], overall[j], differences[k, j])),
                    *(float(value) for value in limits[:, k, j]),
                    *(float(value) for value in mean_limits[:, k, j]),
                    is_share=item.kind != "numeric",
                )
                for j, item in enumerate(self.attributes)
            )
            for k in range(len(means))
        ]

    def descriptions(self) -> tuple[GroupDescription, ...]:
        """Return rules and partial effects of every group, or why a group has none."""
        if len(self.names) == 1:
            return (GroupDescription(reason="one group"),)
        moved, rules = self._partial_effects(), self._rules
        rows = min(len(self.held_out), MOST_MOVED_ROWS)
        return tuple(
            GroupDescription(() if why else rules[k], moved[k], rows, why)
            for k, why in enumerate(self._why_no_rule())
        )

    def first_rules(self) -> list[GroupRule | None]:
        """Return each group's rule on the sensitive columns, None where none is looked for."""
        if len(self.names) == 1:
            return [None]
        return [None if why else self._rules[k][0] for k, why in enumerate(self._why_no_rule())]

    def _why_no_rule(self) -> list[WhyNoRule | None]:
        """Return for each group why no rule is looked for, or None."""
        if len(self.data.train) < FEWEST_RULE_ROWS:
            return ["few training rows"] * len(self.names)
        small = too_small(self.weights, self.settings.min_group_size, self.responsibilities)
        return ["few held-out rows" if each else None for each in small]

    def _responsibilities(self, rows: np.ndarray) -> np.ndarray:
        return self.mixture.responsibilities(self.data.X[rows], self.data.y[rows])

    def _affordable(self) -> Resampling:
        usual = held_out_resampling(self.data, self.settings)
        work = self.held_out.size * (len(self.names) + 1)
        resamples = min(usual.n_resamples, max(_FEWEST_RESAMPLES, int(_MOST_WORK / work)))
        return Resampling(usual.n_rows, resamples, usual.seed, usual.confidence)

    def _sample(self, rows: np.ndarray, most: int, name: str) -> np.ndarray:
        """Return ``rows``, or as many of them as a description needs, drawn by the study's seed."""
        if len(rows) <= most:
            return rows
        drawn = stream(self.settings.random_state, name).choice(len(rows), most, replace=False)
        return rows[np.sort(drawn)]

    @cached_property
    def _rules(self) -> list[tuple[GroupRule, ...]]:
        rows = self._sample(self.data.train, MOST_RULE_ROWS, "rule rows")
        values = description_matrix(self.data, self.attributes, rows)
        weights, shares = self.data.weights[rows], self._responsibilities(rows)
        kinds = ("sensitive", "all")
        about = [(k, columns) for k in range(len(self.names)) for columns in kinds]
        found = [find(values, self.attributes, shares[:, k], weights, columns) for k, columns in about]
        scored = score(
            found,
            np.column_stack([rule.catches(self.held_out) for rule in found]),
            self.responsibilities[:, [k for k, _ in about]],
            self.weights,
            held_out_resampling(self.data, self.settings),
        )
        width = len(kinds)
        return [scored[width * k : width * (k + 1)] for k in range(len(self.names))]

    def _partial_effects(self) -> tuple[tuple, ...]:
        rows = self._sample(self.data.test, MOST_MOVED_ROWS, "moved rows")
        usual = held_out_resampling(self.data, self.settings)
        resampling = Resampling(len(rows), usual.n_resamples, usual.seed, usual.confidence)
        draws = None
        if self.errors is not None:
            rng = stream(self.settings.random_state, "gate draws")
            draws = draw_gates(self.mixture, self.errors, GATE_DRAWS, rng)
        return partial_effects(
            self.data.X[rows],
            self.data.weights[rows],
            self._moves(),
            self.mixture.membership,
            None if draws is None else draws.memberships,
            resampling,
        )

    def _moves(self) -> list[Move]:
        places = gate_index(self.data.design, self.settings)
        columns = dict.fromkeys(self.terms[place].column for place in places)
        moves = [self._move(column) for column in columns]
        return [move for move in moves if move is not None]

    def _move(self, column: str) -> Move | None:
        """Return the values between which a column moves, as training rows have them."""
        places = [place for place, term in enumerate(self.terms) if term.column == column]
        X, weights = self.data.X[self.data.train], self.data.weights[self.data.train]
        if self.terms[places[0]].kind == "numeric":
            return self._move_of_number(column, places, X, weights)
        one_each = np.eye(len(places))
        positions = [
            Position(_value(self.terms[place]), tuple(places), tuple(one_each[number]))
            for number, place in enumerate(places)
        ]
        reference = self.data.design.references.get(column, "other levels")
        positions.append(Position(reference, tuple(places), (0.0,) * len(places)))
        shares = np.average(X[:, places], axis=0, weights=weights)
        kept = frequent([*shares, 1 - shares.sum()])
        return Move(column, tuple(positions[place] for place in kept), ordered=False)

    def _move_of_number(
        self, column: str, places: list[int], X: np.ndarray, weights: np.ndarray
    ) -> Move | None:
        attribute = self.attributes[places[0]]
        absent = missing_place(self.attributes, column)
        known = np.ones(len(X), dtype=bool) if absent is None else X[:, absent] < 0.5
        ends = reach(X[known, places[0]], weights[known])
        if ends is None:
            return None
        present = (0.0,) * (len(places) - 1)
        positions = (
            Position(_tidy(float(attribute.in_units(end))), tuple(places), (end, *present)) for end in ends
        )
        return Move(column, tuple(positions), ordered=True)


def _value(term: Term) -> str:
    return "missing" if term.kind == "missing" else term.level or "other levels"


def _tidy(value: float) -> float:
    """Return a value without the rounding error of having been standardised."""
    return float(f"{value:.10g}")
