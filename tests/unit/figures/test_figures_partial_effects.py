"""What moves membership, drawn and as a table: the study's numbers in percentage points."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from results_factory import make_result

from rome import figures
from rome.stats.estimate import Estimate


def test_movers_are_drawn_in_percentage_points_with_their_intervals():
    result = make_result(2)
    drawn = figures.partial_effects(result, 1).data[0]
    changes = [mover.change for mover in result.groups[1].description.movers]
    assert list(drawn.x) == pytest.approx([100 * change.value for change in changes])
    assert list(drawn.error_x.array) == pytest.approx([100 * (c.high - c.value) for c in changes])
    assert list(drawn.error_x.arrayminus) == pytest.approx([100 * (c.value - c.low) for c in changes])


def test_a_tick_says_from_where_to_where():
    assert figures.partial_effects(make_result(2), 0).layout.yaxis.ticktext[0] == "age<br>31 → 56"


def test_the_axis_holds_every_interval():
    figure = figures.partial_effects(make_result(2), 0)
    low, high = figure.layout.xaxis.range
    assert low <= 100 * 0.22
    assert high >= 100 * 0.27


def test_the_caption_says_that_intervals_hold_the_gates_own_uncertainty():
    caption = figures.caption(figures.partial_effects(make_result(2), 0))
    assert "how well the rows determine the gate" in caption
    assert "200 held-out rows" in caption


def test_changes_without_intervals_are_drawn_and_the_caption_says_why():
    result = make_result(2)
    description = result.groups[0].description
    bare = tuple(
        replace(mover, change=Estimate(mover.change.value, np.nan, np.nan)) for mover in description.movers
    )
    group = replace(result.groups[0], description=replace(description, movers=bare))
    figure = figures.partial_effects(replace(result, groups=(group, *result.groups[1:])), 0)
    assert np.isfinite(figure.layout.xaxis.range).all()
    assert "No intervals: the rows don't determine" in figures.caption(figure)


def test_the_table_has_the_same_numbers():
    table = figures.partial_effects_table(make_result(2), 0)
    assert list(table["column"]) == ["age", "sex", "region"]
    assert np.allclose(table["points"], [24, -8, 0.4])
    assert list(table["from"]) == ["31"] * 3


@pytest.mark.parametrize("group", [9, "nobody"])
def test_a_group_that_does_not_exist_gives_a_sentence(group):
    assert "There is no group" in figures.alt_text(figures.partial_effects(make_result(), group))
    assert figures.partial_effects_table(make_result(), group).empty


def test_one_group_has_nothing_that_moves():
    assert figures.is_empty(figures.partial_effects(make_result(1), 0))


def test_a_profile_draws_the_intervals_of_its_differences():
    result = make_result(2)
    drawn = figures.profile(result, 0).data[0]
    assert np.allclose(drawn.error_x.array, 0.12)
    assert np.allclose(drawn.error_x.arrayminus, 0.1)
    table = figures.profile_table(result, 0)
    assert np.allclose(table["difference_in_SD_high"] - table["difference_in_SD"], 0.12)
    assert set(table["measure"]) == {"mean"}
