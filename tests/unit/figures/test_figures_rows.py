"""The chart of intervals by row, on rows worked out by hand."""

from __future__ import annotations

from math import inf, isnan, nan

import pytest

from rome.figures import GREY, alt_text, caption, group_style, is_empty
from rome.figures.rows import (
    FILLED,
    HOLLOW,
    ROW_HEIGHT,
    Dot,
    Mark,
    Row,
    chart,
    clipped,
    ends,
    fitting_height,
    group_marker,
    hover,
    interval_columns,
    intervals,
    mirrored,
    percent,
    traces,
)
from rome.stats.estimate import Estimate

MARKS = [Mark(HOLLOW, "before", -0.1), Mark(FILLED, "now", 0.1)]


def dot(value, low=nan, high=nan, words="w", marker=None):
    return Dot(Estimate(value, low, high), words, marker)


ROWS = [
    Row("first", (dot(3, 2, 5), dot(2, 1, 2.5))),
    Row("second", (dot(1, 0, 4), None)),
]


def drawn(rows=ROWS, marks=MARKS, axis=None, **options):
    return chart(rows, marks, axis or {"title_text": "error"}, alt="said", **options)


def test_rows_run_from_the_top_in_the_order_given():
    axis = drawn().layout.yaxis
    assert list(axis.ticktext) == ["first", "second"]
    assert list(axis.tickvals) == [0, 1]
    assert axis.range[0] > 1 > 0 > axis.range[1], "the axis runs downwards"


def test_every_mark_is_a_trace_with_its_dots_beside_the_middle_of_their_rows():
    before, now = drawn().data
    assert (before.name, list(before.x), list(before.y)) == ("before", [3, 1], [-0.1, 0.9])
    assert (now.name, list(now.x), list(now.y)) == ("now", [2], [0.1]), "a mark may be absent from a row"
    assert (before.marker.symbol, now.marker.symbol) == ("circle-open", "circle")
    assert list(before.hovertext) == ["w", "w"]


def test_bars_reach_from_the_value_to_both_ends():
    before = drawn().data[0]
    assert list(before.error_x.array) == [2, 3]
    assert list(before.error_x.arrayminus) == [1, 1]
    assert before.error_x.color == GREY


def test_an_unknown_end_draws_no_bar_and_an_unknown_value_no_dot():
    (trace,) = traces([Row("", (dot(1, -inf, 2),)), Row("", (dot(nan, nan, nan),))], MARKS[:1])
    assert list(trace.x) == [1, None]
    assert list(trace.error_x.array) == [1, None]
    assert list(trace.error_x.arrayminus) == [None, None]


def test_without_any_interval_there_are_no_bars():
    assert intervals([Estimate(1, nan, nan), Estimate(2, -inf, inf)], GREY) is None


def test_bars_may_have_their_own_colour_and_strokes_at_their_ends():
    (trace,) = traces([ROWS[1]], [Mark(FILLED, bar="#123456", cap=5)])
    assert (trace.error_x.color, trace.error_x.width) == ("#123456", 5)


def test_a_dot_may_look_different_from_its_mark():
    hollow = {**FILLED, "symbol": "circle-open"}
    rows = [Row("", (dot(1),)), Row("", (dot(2, marker=hollow),))]
    (trace,) = traces(rows, [Mark(FILLED)])
    assert list(trace.marker.symbol) == ["circle", "circle-open"]
    assert trace.marker.color == FILLED["color"], "what is the same for all is said once"


def test_the_line_of_no_difference_is_drawn_on_request():
    assert drawn(zero=True).layout.xaxis.zeroline
    assert not drawn().layout.xaxis.zeroline


def test_a_row_without_dots_says_why_in_their_place():
    figure = drawn([*ROWS, Row("third", why="too small")])
    (note,) = figure.layout.annotations
    assert (note.text, note.y, note.xref) == ("too small", 2, "x domain")
    assert len(figure.layout.yaxis.ticktext) == 3
    assert len(figure.data[0].x) == 2


@pytest.mark.parametrize("rows", [[], [Row("a", (dot(nan), None))], [Row("a", why="too small")]])
def test_where_no_dot_has_a_value_the_reason_stands_in_place_of_the_chart(rows):
    figure = drawn(rows, reason="Nobody was measured.")
    assert is_empty(figure)
    assert alt_text(figure) == "Nobody was measured."


def test_the_words_for_the_eye_and_the_ear_are_kept():
    figure = drawn(caption="a note")
    assert (alt_text(figure), caption(figure)) == ("said", "a note")
    assert figure.layout.xaxis.title.text == "error"


def test_the_legend_names_marks_only_where_there_are_several():
    assert drawn().layout.showlegend
    assert not drawn([Row("a", (dot(1),))], [Mark(FILLED)]).layout.showlegend


def test_the_height_grows_by_the_row_and_with_names_of_many_lines():
    assert drawn(ROWS * 3).layout.height - drawn(ROWS).layout.height == 4 * ROW_HEIGHT
    assert drawn(ROWS * 3, row_height=30).layout.height - drawn(ROWS, row_height=30).layout.height == 120
    assert fitting_height(["a", "a<br>b"]) == ROW_HEIGHT
    assert fitting_height(["a", "a<br>b<br>c"]) > ROW_HEIGHT


def test_more_of_the_layout_can_be_set():
    assert drawn(margin_t=12).layout.margin.t == 12


def test_an_axis_around_zero_holds_every_known_end_and_at_least_so_much():
    assert ends([Row("", (dot(1, -inf, 4), None)), Row("", (dot(nan),))]) == [1, 4]
    assert mirrored(ROWS, 0.5) == pytest.approx([-5.75, 5.75])
    assert mirrored([Row("", (dot(0.1),))], 2.0) == pytest.approx([-2.3, 2.3])


def test_an_interval_that_leaves_the_axis_ends_with_it():
    kept = clipped(dot(5, -30, 30), -10, 10)
    assert kept.estimate == Estimate(5, -10, 10)
    assert kept.marker is None


@pytest.mark.parametrize(("value", "at", "symbol"), [(40, 10, "triangle-right"), (-40, -10, "triangle-left")])
def test_a_dot_beyond_the_axis_is_a_triangle_at_its_edge_that_points_outwards(value, at, symbol):
    kept = clipped(dot(value, value - 1, value + 1, words="40"), -10, 10)
    assert (kept.estimate.value, kept.marker["symbol"], kept.hover) == (at, symbol, "40")


def test_clipping_invents_neither_values_nor_ends():
    assert isnan(clipped(dot(5), -10, 10).estimate.low)
    unknown = dot(nan)
    assert clipped(unknown, -10, 10) is unknown


def test_the_cells_beside_a_chart_are_its_estimate():
    assert interval_columns("rome", Estimate(1, 0, 2)) == {"rome": 1, "rome_low": 0, "rome_high": 2}
    assert percent(Estimate(0.5, 0.25, 0.75)) == Estimate(50, 25, 75)


def test_names_in_the_words_of_a_dot_are_never_markup():
    assert hover("<i>x</i>", "1 row") == "<b>&lt;i&gt;x&lt;/i&gt;</b><br>1 row"


def test_a_groups_dot_has_its_colour_symbol_and_outline():
    style = group_style(1)
    marker = group_marker(style, size=9)
    assert (marker["color"], marker["symbol"], marker["size"]) == (style.colour, style.symbol, 9)
    assert marker["line"]["color"] == style.edge
