"""What moves membership: average changes of the gate, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from rome.groups.partial_effects import Move, Position, frequent, partial_effects, reach
from rome.stats.bootstrap import Resampling

RNG = np.random.default_rng(0)
#: A number, and a text of three levels of which the first two have terms.
ROWS = np.column_stack([RNG.normal(size=300), np.eye(3)[RNG.integers(0, 3, 300)][:, :2]])
LEVELS = Move(
    "region",
    (
        Position("north", (1, 2), (1.0, 0.0)),
        Position("south", (1, 2), (0.0, 1.0)),
        Position("west", (1, 2), (0.0, 0.0)),
    ),
    ordered=False,
)
AGE = Move("age", (Position(30.0, (0,), (-1.0,)), Position(50.0, (0,), (1.0,))), ordered=True)


def gate(rows: np.ndarray) -> np.ndarray:
    inside = expit(0.3 + 0.8 * rows[:, 0] + 1.5 * rows[:, 1] - 0.5 * rows[:, 2])
    return np.column_stack([inside, 1 - inside])


def moved(rows=ROWS, weights=None, moves=(AGE, LEVELS), **kwargs):
    weights = np.ones(len(rows)) if weights is None else weights
    fitted = kwargs.get("gate", gate)
    drawn = kwargs.get("drawn", lambda moved_rows: [fitted(moved_rows)])
    return partial_effects(
        rows, weights, moves, fitted, drawn, Resampling(len(rows), kwargs.get("resamples", 200), 3)
    )


def test_a_numbers_change_is_the_average_of_every_rows_change():
    age = next(effect for effect in moved()[0] if effect.column == "age")
    rest = 0.3 + 1.5 * ROWS[:, 1] - 0.5 * ROWS[:, 2]
    assert age.change.value == pytest.approx((expit(rest + 0.8) - expit(rest - 0.8)).mean())
    assert (age.start, age.end) == (30.0, 50.0)
    assert age.change.low < age.change.value < age.change.high


def test_a_text_goes_from_where_the_group_is_rarest_to_where_it_is_most_frequent():
    region = next(effect for effect in moved()[0] if effect.column == "region")
    other = next(effect for effect in moved()[1] if effect.column == "region")
    assert (region.start, region.end) == ("south", "north")
    assert (other.start, other.end) == ("north", "south")
    linear = 0.3 + 0.8 * ROWS[:, 0]
    assert region.change.value == pytest.approx((expit(linear + 1.5) - expit(linear - 0.5)).mean())


def test_the_largest_change_comes_first():
    sizes = [abs(effect.change.value) for effect in moved()[0]]
    assert sizes == sorted(sizes, reverse=True)


def test_what_moves_into_one_of_two_groups_moves_out_of_the_other():
    first, second = ({m.column: m.change.value for m in group} for group in moved(moves=(AGE,)))
    assert first["age"] == pytest.approx(-second["age"])


def test_relabelling_the_groups_relabels_the_partial_effects():
    assert moved(gate=lambda rows: gate(rows)[:, ::-1]) == moved()[::-1]


def test_the_order_of_rows_changes_no_value():
    order = np.random.default_rng(1).permutation(len(ROWS))
    for before, after in zip(moved()[0], moved(ROWS[order])[0], strict=True):
        assert (before.column, before.start, before.end) == (after.column, after.start, after.end)
        assert after.change.value == pytest.approx(before.change.value)


def test_a_row_of_weight_two_is_a_row_that_stands_twice():
    weights = np.random.default_rng(2).integers(1, 3, len(ROWS))
    heavy, long = moved(weights=weights.astype(float)), moved(np.repeat(ROWS, weights, axis=0))
    for first, second in zip(heavy[0], long[0], strict=True):
        assert first.change.value == pytest.approx(second.change.value)


def test_a_column_that_the_gate_ignores_moves_nobody():
    (change,) = (
        m.change for m in moved(gate=lambda rows: np.full((len(rows), 2), 0.5))[0] if m.column == "age"
    )
    assert (change.value, change.low, change.high) == (0, 0, 0)


def test_an_interval_holds_how_uncertain_the_gate_is():
    slopes = np.random.default_rng(4).normal(0.8, 0.6, 400)

    def drawn(rows):
        for slope in slopes:
            inside = expit(0.3 + slope * rows[:, 0])
            yield np.column_stack([inside, 1 - inside])

    def centre(rows):
        inside = expit(0.3 + 0.8 * rows[:, 0])
        return np.column_stack([inside, 1 - inside])

    wide = moved(moves=(AGE,), gate=centre, drawn=drawn, resamples=2000)[0][0].change
    by_hand = np.quantile(expit(0.3 + slopes) - expit(0.3 - slopes), [0.025, 0.975])
    assert (wide.low, wide.high) == pytest.approx(by_hand, abs=0.03)
    assert wide.low < 0 < wide.value
    narrow = moved(moves=(AGE,), gate=centre)[0][0].change
    assert narrow.high - narrow.low < 0.1 * (wide.high - wide.low)


def test_without_drawn_gates_there_is_no_interval():
    changes = [effect.change for group in moved(drawn=None) for effect in group]
    assert all(np.isfinite(change.value) for change in changes)
    assert all(np.isnan(change.low) and np.isnan(change.high) for change in changes)


def test_a_number_moves_between_its_quartiles_or_wider_where_they_are_equal():
    ones = np.ones(101)
    assert reach(np.arange(101.0), ones) == (25.0, 75.0)
    assert reach(np.repeat([0.0, 1.0], [90, 10]), np.ones(100)) == (0.0, 1.0)
    assert reach(np.repeat([0.0, 1.0], [98, 2]), np.ones(100)) == (0.0, 1.0)
    assert reach(np.zeros(50), np.ones(50)) is None


def test_a_rare_level_is_no_end_of_a_move_unless_nothing_else_is_left():
    assert frequent([0.5, 0.005, 0.495]) == [0, 2]
    assert frequent([0.995, 0.005]) == [0, 1]
