"""Figures and words of a comparison of models: what is drawn and claimed is what the standings say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from comparison_factory import make_comparison

from rome import figures
from rome.compare.words import comparison_answer
from rome.figures.average_and_worst import Box, name_sides

ROME = "rome_em"


def bars(trace):
    return trace.error_x.array[0], trace.error_x.arrayminus[0]


def test_each_model_is_a_row_with_its_change_in_both_panels_worst_group_first():
    comparison = make_comparison(
        {ROME: 1, "pooled": 1.3, "boosted_trees": 0.8}, overall={ROME: 1, "pooled": 0.9, "boosted_trees": 0.7}
    )
    figure = figures.against_others(comparison, "observed", ROME)
    assert list(figure.layout.yaxis.ticktext) == ["Boosted trees", "<b>ROME</b>", "One model for everybody"]
    worst = {each.model: each for each in comparison.standings("observed", against=ROME)}
    first = figure.data[0]
    assert first.name == "Boosted trees"
    assert first.x[0] == pytest.approx(100 * worst["boosted_trees"].relative[0])
    up, down = bars(first)
    assert first.x[0] + up == pytest.approx(100 * worst["boosted_trees"].relative[2])
    assert first.x[0] - down == pytest.approx(100 * worst["boosted_trees"].relative[1])
    titles = [note.text for note in figure.layout.annotations]
    assert titles == ["<b>Worst observed group</b>", "<b>Everybody</b>"]
    assert [trace.xaxis for trace in figure.data] == ["x"] * 3 + ["x2"] * 3


def test_rome_is_filled_in_the_accent_and_pooled_hollow_and_grey():
    figure = figures.against_others(make_comparison({ROME: 1, "pooled": 1.3}), "observed", ROME)
    looks = {trace.name: trace.marker for trace in figure.data}
    assert (looks["ROME"].symbol, looks["ROME"].color) == ("circle", figures.ACCENT)
    pooled = looks["One model for everybody"]
    assert (pooled.symbol, pooled.color) == ("circle-open", figures.GREY)


def test_a_model_far_off_stands_at_the_edge_and_leaves_the_others_room():
    figure = figures.against_others(make_comparison({ROME: 1, "pooled": 1.1, "odd": 9.0}), "observed", ROME)
    odd = next(trace for trace in figure.data if trace.name == "odd")
    assert odd.marker.symbol == "triangle-right"
    assert odd.x[0] == 100
    assert figure.layout.xaxis.range[1] < 130
    assert "+800%" in odd.hovertext[0]


def test_a_model_without_two_splits_has_no_dot_and_is_named():
    comparison = make_comparison({ROME: 1, "pooled": 1.1, "boosted_trees": 0.9}, missing=("boosted_trees",))
    figure = figures.against_others(comparison, "observed", ROME)
    [trace, _] = [trace for trace in figure.data if trace.name == "Boosted trees"]
    assert trace.x[0] is None or np.isnan(trace.x[0])
    assert "could not be fitted there: Boosted trees" in figures.caption(figure)


def test_rome_alone_says_that_there_is_nothing_to_compare():
    assert figures.is_empty(figures.against_others(make_comparison({ROME: 1}), "observed", ROME))
    assert figures.is_empty(figures.average_and_worst(make_comparison({ROME: 1}), "observed", ROME))


def test_the_table_has_the_standings_and_no_test_of_rome_with_itself():
    comparison = make_comparison({ROME: 1, "pooled": 1.3})
    table = figures.against_others_table(comparison, "observed", ROME)
    assert table["model"].tolist() == ["ROME", "One model for everybody"]
    own, pooled = table.to_dict("records")
    assert np.isnan(own["difference"])
    assert own["won_even_lost"] == ""
    assert pooled["won_even_lost"] == "0 · 0 · 10"
    assert pooled["low"] < pooled["difference"] < pooled["high"]
    assert pooled["p_holm"] < 0.001


def test_the_plane_has_a_named_point_for_each_model_and_names_the_ideal_corner():
    comparison = make_comparison(
        {ROME: 1, "pooled": 1.3, "boosted_trees": 1.2}, overall={ROME: 1, "pooled": 1.1, "boosted_trees": 0.7}
    )
    figure = figures.average_and_worst(comparison, "observed", ROME)
    points = {trace.name: (trace.x[0], trace.y[0]) for trace in figure.data}
    losses = comparison.losses("overall").mean()
    assert points["Boosted trees"][0] == pytest.approx(losses["boosted_trees"])
    assert points["Boosted trees"][1] == pytest.approx(comparison.losses("observed").mean()["boosted_trees"])
    assert any("Ideal" in note.text for note in figure.layout.annotations)
    assert {shape.x0 for shape in figure.layout.shapes} >= {points["ROME"][0]}
    assert "can't be told apart" in figures.caption(figure)


def test_a_model_with_many_times_the_error_is_named_below_the_plane():
    figure = figures.average_and_worst(
        make_comparison({ROME: 1, "pooled": 1.1, "odd": 9.0}), "observed", ROME
    )
    assert [trace.name for trace in figure.data] == ["ROME", "One model for everybody"]
    assert "times the lowest: odd." in figures.caption(figure)


def test_names_of_models_are_never_markup():
    comparison = make_comparison({ROME: 1, "<b>x</b> $y$": 1.2}, binary=True)
    for figure in (
        figures.against_others(comparison, "observed", ROME),
        figures.average_and_worst(comparison, "observed", ROME),
    ):
        assert "<b>x</b>" not in figure.to_json()


def said(factors, **more):
    return comparison_answer(make_comparison(factors, **more), "observed", ROME)


def test_it_is_said_plainly_where_rome_does_not_win():
    worst, everybody = said({ROME: 1, "pooled": 1.3, "boosted_trees": 0.7})
    assert worst.startswith("For the worst observed group, ROME does not win: Boosted trees (−30%, 95%")
    assert worst.endswith("has less error; One model for everybody has more.")
    assert everybody.startswith("For everybody, ROME does not win")


def test_a_win_is_claimed_only_where_every_other_model_is_worse_beyond_chance():
    worst, _ = said({ROME: 1, "pooled": 1.3, "boosted_trees": 1.2})
    assert "ROME has the lowest mean squared error" in worst
    worst, _ = said({ROME: 1, "pooled": 1.3, "boosted_trees": 1.0})
    assert "no model is better than ROME beyond chance" in worst
    assert worst.endswith("Boosted trees can't be told apart from it.")


def test_where_nothing_can_be_told_apart_that_is_the_answer():
    worst, everybody = said({ROME: 1, "pooled": 1.02}, noise=0.5)
    assert "no model can be told apart from ROME by these 10 splits" in worst
    assert "no model can be told apart" in everybody


def test_a_model_that_wins_nearly_every_split_is_named_whatever_its_interval():
    comparison = make_comparison({ROME: 1, "boosted_trees": 0.9})
    scores = comparison.scores.copy()
    # In one split ROME goes astray: the mean difference is large, and so is its spread.
    astray = (scores["model"] == ROME) & (scores["split"] == 0)
    scores.loc[astray, "value"] *= 60
    answer = comparison_answer(replace(comparison, scores=scores), "observed", ROME)[0]
    assert "no model can be told apart from ROME" in answer
    assert "But Boosted trees had less error in every one of the 10 splits" in answer
    table = figures.against_others_table(replace(comparison, scores=scores), "observed", ROME)
    assert table["change_low"].min() == -1, "no error falls by more than all of it"


def test_many_models_are_counted_after_the_first_two():
    worst, _ = said({ROME: 1, **{f"m{number}": 1.3 for number in range(5)}})
    assert "and 3 more have more error" in worst


def test_names_choose_sides_on_which_they_cover_nothing():
    frame = Box(0, 0, 400, 400)
    sides = name_sides(
        [(200, 200), (390, 200), (205, 190)], ["first", "at the edge", "near the first"], frame
    )
    assert sides[1].endswith("left"), "to the right it would leave the frame"
    assert sides[0] != sides[2]


@pytest.mark.parametrize("share", np.linspace(0, 1, 41))
def test_numbers_in_the_heat_map_can_be_read_on_every_fill(share):
    from rome.figures.overlap import fill, ink

    def luminance(colour):
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    cell = luminance([part / 255 for part in fill(share)])
    text = luminance([int(ink(share)[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    high, low = max(cell, text), min(cell, text)
    assert (high + 0.05) / (low + 0.05) >= 4.5
