"""The figure of who is failed: ratios with intervals, worst first, and where a group comes from."""

from __future__ import annotations

from dataclasses import replace

import pytest
from groups_factory import failure
from results_factory import HOSTILE, make_result

from rome import figures
from rome.figures.failed import MAX_ROWS
from rome.report.tables import text_table


def test_every_dot_is_a_ratio_and_every_bar_its_interval():
    result = make_result(2)
    figure = figures.failed(result)
    drawn = {}
    for trace in figure.data:
        for x, y, up, down in zip(
            trace.x, trace.y, trace.error_x.array, trace.error_x.arrayminus, strict=True
        ):
            drawn[y] = (x, x - down, x + up)
    ranked = [group for group in result.failed if not group.too_small]
    assert [drawn[place] for place in range(len(ranked))] == [
        pytest.approx((group.ratio.value, group.ratio.low, group.ratio.high)) for group in ranked
    ]
    assert [trace.name for trace in figure.data] == ["Observed groups", "Slices", "Latent groups"]
    assert len({trace.marker.symbol for trace in figure.data}) == 3


def test_the_worst_stands_first_with_its_rows_and_the_one_too_small_says_so():
    figure = figures.failed(make_result(2))
    first, *_, last = figure.layout.yaxis.ticktext
    assert "over 60" in first
    assert "n 24 · 12% · <b>failed most</b>" in first
    assert "n 9" in last
    assert "too small to rank" in [note.text for note in figure.layout.annotations]
    assert "2.3" in figures.alt_text(figure)


def test_one_group_has_no_latent_groups_and_no_error_under_rome():
    result = make_result(1)
    assert [trace.name for trace in figures.failed(result).data] == ["Observed groups", "Slices"]
    assert not any("ROME" in column for column in figures.failed_table(result).columns)
    assert any("ROME" in column for column in figures.failed_table(make_result(2)).columns)


def test_the_table_has_every_group_and_is_read_in_percent_and_units():
    result = make_result(2)
    frame = figures.failed_table(result)
    assert len(frame) == len(result.failed)
    text = text_table(frame)
    row = dict(zip(text.header, text.rows[0], strict=True))
    assert row["times everybody's"].startswith("2.30 (1.84 to 2.76)")
    assert row["typical error"].startswith("9.2 (")
    assert row["share of error"].startswith("63% (")
    assert row["kind"] == "slice"


def test_a_binary_outcome_is_in_brier_scores():
    figure = figures.failed(make_result(2, "binary"))
    assert "Brier score" in figure.layout.xaxis.title.text
    assert "Brier score" in figures.caption(figure)


def test_only_the_worst_are_drawn_where_there_are_many():
    many = tuple(failure("observed", f"cell {place}", 3 - 0.1 * place) for place in range(MAX_ROWS + 5))
    figure = figures.failed(replace(make_result(2), failed=many))
    assert len(figure.layout.yaxis.ticktext) == MAX_ROWS
    assert f"The worst of {MAX_ROWS + 5} groups are drawn" in figures.caption(figure)


def test_nothing_to_rank_says_why():
    small = (failure("observed", "women", 2.0, too_small=True),)
    figure = figures.failed(replace(make_result(2), failed=small))
    assert figures.is_empty(figure)
    assert figures.is_empty(figures.failed(replace(make_result(2), failed=())))


def test_names_of_any_kind_are_shown_letter_by_letter():
    many = tuple(failure("observed", name, 2.0) for name in HOSTILE)
    figure = figures.failed(replace(make_result(2), failed=many))
    assert not any("<script>" in tick for tick in figure.layout.yaxis.ticktext)
