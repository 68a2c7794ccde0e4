"""A rule that finds a group: a shallow tree on training rows, said in conditions, scored on held-out rows.

The tree is fitted to responsibilities by squared error, which makes the same splits as a classification tree
with Gini impurity on every row taken twice, in the group with weight r and outside it with weight 1 − r.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.tree import DecisionTreeRegressor

from rome.groups.attributes import Attribute
from rome.groups.boxes import Box, conditions, cut, inside, round_threshold, without_the_needless
from rome.results.description import Condition, GroupRule, RuleColumns, RuleLevel
from rome.stats.bootstrap import Resampling
from rome.stats.estimate import Estimate

MAX_DEPTH = 3
#: Share of the training weight that a leaf must hold.
SMALLEST_LEAF = 0.02
#: A shallower tree is taken where its agreement with membership is this close to the deepest one's.
_AS_GOOD = 0.01
#: A rule that agrees with membership by less than this more than no rule does says nothing.
_LEAST_GAIN = 0.02
#: A good rule goes at least this share of the way from no rule to perfect agreement.
_GOOD_SKILL = 0.5
#: Memberships are rounded to one part in this many while a tree is learnt.
_STEPS = 2.0**20
_NO_ESTIMATE = Estimate(float("nan"), float("nan"), float("nan"))


@dataclass(frozen=True)
class Found:
    """A rule before it is scored: its boxes, and the attributes that they are about."""

    columns: RuleColumns
    boxes: tuple[Box, ...]
    attributes: tuple[Attribute, ...]
    fitted_rows: int

    def catches(self, values: np.ndarray) -> np.ndarray:
        """Return which rows of a description's matrix (n, p) the rule catches, (n,)."""
        caught = np.zeros(len(values), dtype=bool)
        for box in self.boxes:
            caught |= inside(box, values, self.attributes)
        return caught

    def clauses(self) -> tuple[tuple[Condition, ...], ...]:
        """Return the rule in conditions."""
        return tuple(conditions(box, self.attributes) for box in self.boxes)


def find(
    values: np.ndarray,
    attributes: Sequence[Attribute],
    membership: np.ndarray,
    weights: np.ndarray,
    columns: RuleColumns,
) -> Found:
    """Learn a rule for one group from training rows.

    Parameters
    ----------
    values : ndarray of shape (n, p)
        The description's matrix, as ``attributes`` explain it.
    attributes : sequence of p Attribute
    membership : ndarray of shape (n,)
        Responsibility of the group for each row, in [0, 1].
    weights : ndarray of shape (n,)
    columns : {"sensitive", "all"}
        Which columns may be used.

    Returns
    -------
    Found
        The leaves in which the group has the majority; where that is none or all of them, the leaf in which
        it is densest; no box where no split was made.
    """
    usable = [place for place, item in enumerate(attributes) if columns == "all" or item.sensitive]
    if not usable:
        return Found(columns, (), tuple(attributes), len(values))
    # In the order of their content, rows give the same tree in whatever order they came; and sums of so
    # coarse numbers have no rounding error, by which one of two equal splits could win.
    coarse = np.round(membership * _STEPS) / _STEPS
    order = np.lexsort([*values[:, usable].T, weights, membership])
    chosen = values[order][:, usable]
    tree = DecisionTreeRegressor(
        max_depth=MAX_DEPTH, min_weight_fraction_leaf=SMALLEST_LEAF, random_state=0
    ).fit(chosen, coarse[order], sample_weight=weights[order])
    leaves = _Leaves(tree.tree_, chosen, [attributes[place] for place in usable], usable)
    found = [
        Found(columns, leaves.boxes(depth), tuple(attributes), len(values))
        for depth in range(1, tree.get_depth() + 1)
    ]
    if not found:
        return Found(columns, (), tuple(attributes), len(values))
    agreement = [_agreement(rule.catches(values), membership, weights) for rule in found]
    return found[int(np.argmax(np.array(agreement) >= agreement[-1] - _AS_GOOD))]


def _agreement(caught: np.ndarray, membership: np.ndarray, weights: np.ndarray) -> float:
    return float(np.average(np.where(caught, membership, 1 - membership), weights=weights))


class _Leaves:
    """The leaves of a fitted tree as boxes in the columns' own units."""

    def __init__(
        self, tree, values: np.ndarray, attributes: Sequence[Attribute], places: Sequence[int]
    ) -> None:
        self.tree, self.attributes, self.places = tree, attributes, places
        self.share = tree.value[:, 0, 0]
        # The tree compared in single precision; what it parted is what the threshold in units must part.
        seen = values.astype(np.float32)
        self.thresholds = {
            node: round_threshold(
                values[:, column], seen[:, column] <= tree.threshold[node], attributes[column]
            )
            for node, column in enumerate(tree.feature)
            if column >= 0
        }

    def boxes(self, depth: int) -> tuple[Box, ...]:
        """Return the boxes of the group's leaves when the tree is cut off at ``depth``."""
        leaves = list(self._below(0, depth, {}))
        major = {node for node, _ in leaves if self.share[node] > 0.5}
        if not major or len(major) == len(leaves):
            densest = max(leaves, key=lambda leaf: self.share[leaf[0]])
            found = [densest[1]]
        else:
            found = self._joined(0, depth, {}, major)
        tidy = [without_the_needless(box, self.attributes) for box in found]
        return tuple({self.places[column]: limits for column, limits in box.items()} for box in tidy)

    def _children(self, node: int, box: Box):
        parts = cut(box, self.tree.feature[node], self.thresholds[node])
        return zip((self.tree.children_left[node], self.tree.children_right[node]), parts, strict=True)

    def _is_leaf(self, node: int, depth: int) -> bool:
        return depth == 0 or self.tree.children_left[node] < 0

    def _below(self, node: int, depth: int, box: Box):
        if self._is_leaf(node, depth):
            yield node, box
            return
        for child, part in self._children(node, box):
            yield from self._below(child, depth - 1, part)

    def _joined(self, node: int, depth: int, box: Box, major: set[int]) -> list[Box]:
        """Return the boxes of the leaves in ``major``; two that make up their parent are the parent."""
        if all(leaf in major for leaf, _ in self._below(node, depth, box)):
            return [box]
        if self._is_leaf(node, depth):
            return []
        return [
            found
            for child, part in self._children(node, box)
            for found in self._joined(child, depth - 1, part, major)
        ]


def score(
    rules: Sequence[Found],
    caught: np.ndarray,
    membership: np.ndarray,
    weights: np.ndarray,
    resampling: Resampling,
) -> tuple[GroupRule, ...]:
    """Score rules on held-out rows, all on the same resamples.

    Parameters
    ----------
    rules : sequence of R Found
    caught, membership : ndarray of shape (n, R)
        Whom each rule catches, and the responsibility of the group that each rule is about.
    weights : ndarray of shape (n,)
    resampling : Resampling
        Of the n held-out rows.
    """
    count = len(rules)
    caught = caught.astype(float)
    columns = np.column_stack([np.ones(len(weights)), membership, caught, caught * membership])
    columns = columns * weights[:, None]
    point = _shares(columns.sum(axis=0)[None], count)
    again = _shares(np.concatenate([counts @ columns for counts in resampling.counts()]), count)
    return tuple(
        _scored(rule, *(_at(values, place) for values in (point, again)), resampling)
        for place, rule in enumerate(rules)
    )


def _shares(sums: np.ndarray, count: int) -> dict[str, np.ndarray]:
    """Return every share (B, R) from weighted sums (B, 1 + 3R) of 1, membership, caught, and both."""
    member, caught, both = (
        sums[:, 1 + count * part : 1 + count * (part + 1)] / sums[:, :1] for part in range(3)
    )
    nothing = np.full_like(both, np.nan)
    precision = np.divide(both, caught, out=nothing.copy(), where=caught > 0)
    fidelity = 1 - member - caught + 2 * both
    baseline = np.maximum(member, 1 - member)
    return {
        "coverage": np.divide(both, member, out=nothing, where=member > 0),
        "precision": precision,
        "lift": precision - member,
        "fidelity": fidelity,
        "baseline": baseline,
        "gain": fidelity - baseline,
    }


def _at(shares: dict[str, np.ndarray], place: int) -> dict[str, np.ndarray]:
    return {name: values[:, place] for name, values in shares.items()}


def _scored(
    rule: Found, point: dict[str, np.ndarray], again: dict[str, np.ndarray], resampling: Resampling
) -> GroupRule:
    baseline = float(point.pop("baseline")[0])
    if not rule.boxes:
        return GroupRule(
            rule.columns,
            (),
            "none",
            *(_NO_ESTIMATE,) * 4,
            baseline=baseline,
            gain=_NO_ESTIMATE,
            fitted_rows=rule.fitted_rows,
            reason="no split of these columns sets the group apart on training rows",
        )
    estimates = {name: resampling.estimate(value[0], again[name]) for name, value in point.items()}
    return GroupRule(
        columns=rule.columns,
        clauses=rule.clauses(),
        level=_level(estimates["gain"], baseline),
        baseline=baseline,
        fitted_rows=rule.fitted_rows,
        **estimates,
    )


def _level(gain: Estimate, baseline: float) -> RuleLevel:
    if not (gain.low > 0 and gain.value >= _LEAST_GAIN):
        return "none"
    return "good" if gain.value >= _GOOD_SKILL * (1 - baseline) else "rough"
