"""A rule that finds a group: a shallow tree on training rows, said in conditions, scored on held-out rows.

The tree is fitted to responsibilities by squared error, which makes the same splits as a classification tree
with Gini impurity on every row taken twice, in the group with weight r and outside it with weight 1 − r.
Its leaves are boxes, limits on columns of a matrix; ``Attribute`` says what a column means to a reader.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, inf, isfinite, log10
from typing import Literal

import numpy as np
from sklearn.tree import DecisionTreeRegressor

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
#: What a tree is fitted to is rounded to one part in this many.
_STEPS = 2.0**20
#: Distance, in standard deviations and in shares of the mean, that is rounding and nothing else.
_ROUNDING, _ROUNDING_OF_MEAN = 1e-9, 1e-12
#: Digits that a threshold has at most.
_MOST_DIGITS = 17
#: Limits by column of the matrix: low < value ≤ high, in the column's own units; 0/1 columns are cut at ½.
Box = Mapping[int, tuple[float, float]]
_NO_ESTIMATE = Estimate(float("nan"), float("nan"), float("nan"))


@dataclass(frozen=True)
class Attribute:
    """One column of a description's matrix.

    ``numeric`` columns hold (value − ``mean``) / ``scale``; ``level`` and ``missing`` columns hold 0 or 1,
    with mean 0 and scale 1. ``opposite`` is the only other value that the table's column can take, if any.
    """

    name: str
    column: str
    kind: Literal["numeric", "level", "missing"]
    sensitive: bool
    level: str | None = None
    opposite: str | None = None
    mean: float = 0.0
    scale: float = 1.0

    def in_units(self, scores: np.ndarray) -> np.ndarray:
        """Return standardised ``scores`` in the column's own units, the same shape."""
        # A column of 1e308 may overflow by a rounding error.
        with np.errstate(over="ignore"):
            return np.asarray(scores) * self.scale + self.mean

    @property
    def rounding(self) -> float:
        """How far, in its own units, a value may be off for having been standardised."""
        return _ROUNDING * self.scale + _ROUNDING_OF_MEAN * abs(self.mean)


def missing_place(attributes: Sequence[Attribute], column: str) -> int | None:
    """Return where the 0/1 column stands that says that ``column`` is missing, or None."""
    places = [
        place for place, item in enumerate(attributes) if item.column == column and item.kind == "missing"
    ]
    return places[0] if places else None


def inside(box: Box, values: np.ndarray, attributes: Sequence[Attribute]) -> np.ndarray:
    """Return which rows of a description's matrix (n, p) lie in ``box``, (n,).

    A missing number lies within no limits: the box means what its conditions say.
    """
    held = np.ones(len(values), dtype=bool)
    for place, (low, high) in box.items():
        attribute = attributes[place]
        value = attribute.in_units(values[:, place])
        held &= (value - low > attribute.rounding) & (value - high <= attribute.rounding)
        absent = missing_place(attributes, attribute.column) if attribute.kind == "numeric" else None
        if absent is not None:
            held &= values[:, absent] < 0.5
    return held


def cut(box: Box, place: int, threshold: float) -> tuple[dict[int, tuple[float, float]], ...]:
    """Return the two boxes into which a threshold on one column cuts ``box``: at most, and above."""
    low, high = box.get(place, (-inf, inf))
    return {**box, place: (low, min(high, threshold))}, {**box, place: (max(low, threshold), high)}


def without_the_needless(box: Box, attributes: Sequence[Attribute]) -> dict[int, tuple[float, float]]:
    """Return ``box`` without limits that others imply: a level excludes its column's other levels.

    "age is missing and age ≤ 40" can't be fulfilled by a value: the limits of a missing number go too.
    "known" goes where limits already ask for a value.
    """
    box = _with_the_only_level_left(box, attributes)
    said = {attributes[place].column for place in box if _is_said(box, place, attributes)}
    limited = {attributes[place].column for place in box if attributes[place].kind == "numeric"}
    kept = {}
    for place, limits in box.items():
        item = attributes[place]
        holds = _is_said(box, place, attributes)
        implied = item.column in said and not holds
        known_anyway = item.kind == "missing" and not holds and item.column in limited
        if not (implied or known_anyway):
            kept[place] = limits
    return kept


def _with_the_only_level_left(box: Box, attributes: Sequence[Attribute]) -> Box:
    """Return ``box`` with a level asked for, where all others of its column are excluded.

    The 0/1 columns of a text add up to 1 where there are two or more of them.
    """
    places: dict[str, list[int]] = {}
    for place, item in enumerate(attributes):
        places.setdefault(item.column, []).append(place)
    left = dict(box)
    for column in {attributes[place].column for place in box}:
        own = places[column]
        is_text = all(attributes[place].kind != "numeric" for place in own)
        open_ones = [place for place in own if place not in box or box[place][0] > 0]
        if is_text and len(own) > 1 and len(open_ones) == 1:
            left[open_ones[0]] = (0.5, inf)
    return left


def _is_said(box: Box, place: int, attributes: Sequence[Attribute]) -> bool:
    """Whether a 0/1 column is asked to be 1."""
    return attributes[place].kind != "numeric" and box[place][0] > 0


def conditions(box: Box, attributes: Sequence[Attribute]) -> tuple[Condition, ...]:
    """Return a box in the table's own columns, units and levels; one condition a column where one will do."""
    found: list[Condition] = []
    excluded: dict[str, list[str]] = {}
    for place in sorted(box):
        item, (low, high) = attributes[place], box[place]
        if item.kind == "numeric":
            limits = (None if low == -inf else float(low), None if high == inf else float(high))
            found.append(Condition(item.column, "between", *limits))
        elif item.kind == "missing":
            found.append(Condition(item.column, "missing" if low > 0 else "known"))
        elif low > 0:
            found.append(Condition(item.column, "is", levels=(str(item.level),)))
        elif item.opposite is not None:
            found.append(Condition(item.column, "is", levels=(item.opposite,)))
        else:
            excluded.setdefault(item.column, []).append(str(item.level))
    return (
        *found,
        *(Condition(column, "is not", levels=tuple(levels)) for column, levels in excluded.items()),
    )


def round_threshold(scores: np.ndarray, below: np.ndarray, attribute: Attribute) -> float:
    """Return the number with the fewest digits, in units, that parts scores (n,) into ``below`` and above."""
    if attribute.kind != "numeric":
        return 0.5
    low, high = (float(attribute.in_units(end)) for end in (scores[below].max(), scores[~below].min()))
    return roundest(low, high, attribute.rounding)


def roundest(low: float, high: float, rounding: float = 0.0) -> float:
    """Return the number with the fewest digits in [low, high); ``low`` where none is found."""
    largest = max(abs(low), abs(high))
    if not isfinite(low) or not isfinite(high) or largest == 0:
        return low
    if (low <= rounding and -rounding <= low) or low < 0 < high - rounding:
        return 0.0
    middle = low + (high - low) / 2
    first = -floor(log10(largest))
    for decimals in range(first, first + _MOST_DIGITS):
        if not -300 < decimals < 300:
            break
        for toward in (floor, ceil):
            number = round(toward(middle * 10.0**decimals) / 10.0**decimals, decimals)
            if low - rounding <= number < high - rounding:
                return number
    return low


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
    tree, chosen = grow(values[:, usable], membership, weights, min_weight_fraction_leaf=SMALLEST_LEAF)
    leaves = Leaves(tree.tree_, chosen, [attributes[place] for place in usable], usable)
    found = [
        Found(columns, leaves.boxes(depth), tuple(attributes), len(values))
        for depth in range(1, tree.get_depth() + 1)
    ]
    if not found:
        return Found(columns, (), tuple(attributes), len(values))
    agreement = [_agreement(rule.catches(values), membership, weights) for rule in found]
    return found[int(np.argmax(np.array(agreement) >= agreement[-1] - _AS_GOOD))]


def grow(
    values: np.ndarray, target: np.ndarray, weights: np.ndarray, **limits: float
) -> tuple[DecisionTreeRegressor, np.ndarray]:
    """Fit a shallow tree to a target (n,) in [0, 1]; return it with the rows (n, p) in the order it saw.

    In the order of their content, rows give the same tree in whatever order they came; and sums of coarse
    numbers have no rounding error, by which one of two equal splits could win.
    """
    coarse = np.round(target * _STEPS) / _STEPS
    order = np.lexsort([*values.T, weights, target])
    chosen = values[order]
    tree = DecisionTreeRegressor(max_depth=MAX_DEPTH, random_state=0, **limits)
    return tree.fit(chosen, coarse[order], sample_weight=weights[order]), chosen


def _agreement(caught: np.ndarray, membership: np.ndarray, weights: np.ndarray) -> float:
    return float(np.average(np.where(caught, membership, 1 - membership), weights=weights))


class Leaves:
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
        return self.tidied(found)

    def tidied(self, boxes: Sequence[Box]) -> tuple[Box, ...]:
        """Return boxes without needless limits, by column of the description's whole matrix."""
        tidy = [without_the_needless(box, self.attributes) for box in boxes]
        return tuple({self.places[column]: limits for column, limits in box.items()} for box in tidy)

    def children(self, node: int, box: Box):
        """Return both children of a node, each with its part of the node's ``box``."""
        parts = cut(box, self.tree.feature[node], self.thresholds[node])
        return zip((self.tree.children_left[node], self.tree.children_right[node]), parts, strict=True)

    def is_leaf(self, node: int, depth: int) -> bool:
        """Whether nothing lies below a node when the tree is cut off ``depth`` under it."""
        return depth == 0 or self.tree.children_left[node] < 0

    def _below(self, node: int, depth: int, box: Box):
        if self.is_leaf(node, depth):
            yield node, box
            return
        for child, part in self.children(node, box):
            yield from self._below(child, depth - 1, part)

    def _joined(self, node: int, depth: int, box: Box, major: set[int]) -> list[Box]:
        """Return the boxes of the leaves in ``major``; two that make up their parent are the parent."""
        if all(leaf in major for leaf, _ in self._below(node, depth, box)):
            return [box]
        if self.is_leaf(node, depth):
            return []
        return [
            found
            for child, part in self.children(node, box)
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
            reason="no split",
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
