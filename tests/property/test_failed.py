"""Laws of slices and of errors against everybody, over random tables."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rome.groups.failed import against_everybody
from rome.groups.groupings import Grouped
from rome.groups.rules import Attribute, inside
from rome.groups.slices import find_slices
from rome.stats.bootstrap import Resampling

_MANY = settings(max_examples=30, deadline=None)
_SEEDS = st.integers(0, 2**32 - 1)
ATTRIBUTES = (
    Attribute("age", "age", "numeric", True, mean=41.3, scale=12.7),
    Attribute("pay", "pay", "numeric", False, mean=2800.0, scale=930.5),
    Attribute("region = a", "region", "level", True, level="a"),
    Attribute("region = b", "region", "level", True, level="b"),
    Attribute("region = c", "region", "level", True, level="c"),
)


def table(seed: int, n: int = 240) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a description's matrix, residuals that are larger for some, and case weights."""
    rng = np.random.default_rng(seed)
    age = (rng.integers(18, 80, n) - 41.3) / 12.7
    pay = (rng.normal(2800, 930, n).round() - 2800) / 930.5
    values = np.column_stack([age, pay, np.eye(3)[rng.integers(0, 3, n)]])
    residual = rng.normal(size=n) * np.exp(values @ rng.normal(size=5))
    return values, residual, rng.integers(1, 4, n).astype(float)


def scored(grouped: Grouped, residual: np.ndarray, weights: np.ndarray):
    return against_everybody(
        "observed",
        grouped,
        residual,
        {"pooled": np.zeros(len(residual)), "rome": residual / 2},
        weights,
        kind="numeric",
        resampling=Resampling(len(residual), 40, 1),
        min_group_size=10,
    )


@_MANY
@given(_SEEDS)
def test_every_row_of_the_scoring_half_is_in_exactly_one_leaf(seed):
    values, residual, weights = table(seed)
    slices = find_slices(values[:120], ATTRIBUTES, residual[:120] ** 2, weights[:120], 10)
    held = np.array([inside(box, values[120:], ATTRIBUTES) for box in slices.boxes])
    assert (held.sum(axis=0) == 1).all()
    assert (slices.leaf(values[120:]) == held.argmax(axis=0)).all()


@_MANY
@given(_SEEDS)
def test_shares_of_error_and_of_people_add_up_and_agree_with_the_ratios(seed):
    values, residual, weights = table(seed)
    groups = scored(Grouped(("a", "b", "c"), values[:, 2:]), residual, weights)
    assert sum(group.error_share.value for group in groups) == pytest.approx(1)
    assert sum(group.share for group in groups) == pytest.approx(1)
    for group in groups:
        assert group.error_share.value == pytest.approx(group.share * group.ratio.value**2)
        assert group.others["rome"].value == pytest.approx(group.error.value / 2)
        if not group.too_small:
            assert group.ratio.low <= group.ratio.value <= group.ratio.high


@_MANY
@given(_SEEDS)
def test_a_weight_of_two_is_the_row_taken_twice(seed):
    values, residual, _ = table(seed, 90)
    twice = np.random.default_rng(seed).random(90) < 0.5
    again = np.concatenate([np.arange(90), np.flatnonzero(twice)])
    weighted = scored(Grouped(("a", "b", "c"), values[:, 2:]), residual, 1.0 + twice)
    repeated = scored(Grouped(("a", "b", "c"), values[again, 2:]), residual[again], np.ones(len(again)))
    for one, other in zip(weighted, repeated, strict=True):
        for name in ("error", "ratio", "bias", "error_share"):
            assert getattr(one, name).value == pytest.approx(getattr(other, name).value)
        assert one.share == pytest.approx(other.share)


@_MANY
@given(_SEEDS)
def test_the_unit_of_the_outcome_changes_no_ratio(seed):
    values, residual, weights = table(seed)
    grouped = Grouped(("a", "b", "c"), values[:, 2:])
    one, other = (scored(grouped, residual * unit, weights) for unit in (1.0, 1000.0))
    for first, second in zip(one, other, strict=True):
        assert second.error.value == pytest.approx(1000 * first.error.value)
        for end in ("value", "low", "high"):
            assert getattr(second.ratio, end) == pytest.approx(getattr(first.ratio, end), rel=1e-6)
