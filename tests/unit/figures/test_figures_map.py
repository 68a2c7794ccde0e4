"""The map: stable row ids, small groups whole, selection grey, sampling said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from results_factory import make_result

from rome import figures
from rome.figures.map_points import quotas, sample
from rome.runtime.random import stream


def _ids(figure):
    return [point[0] for trace in figure.data for point in (trace.customdata or ())]


def test_quotas_keep_small_groups_whole_and_fill_the_limit():
    drawn = quotas(np.array([10_000, 40, 5_000]), 1000)
    assert drawn.tolist() == [480, 40, 480]


def test_quotas_keep_everything_that_fits():
    assert quotas(np.array([3, 0, 5]), 100).tolist() == [3, 0, 5]


def test_a_sample_is_sorted_without_repeats_and_within_the_limit():
    groups = np.repeat([0, 1, 2], [900, 90, 10])
    drawn = sample(groups, 200, stream(0, "map"), np.zeros(1000, dtype=bool))
    assert len(drawn) == 200
    assert (np.diff(drawn) > 0).all()
    assert np.bincount(groups[drawn]).tolist() == [100, 90, 10]


def test_selected_rows_are_drawn_first():
    groups = np.zeros(1000, dtype=int)
    keep = np.arange(1000) >= 950
    drawn = sample(groups, 100, stream(0, "map"), keep)
    assert np.isin(np.arange(950, 1000), drawn).all()


def test_every_point_carries_its_data_row_number():
    result = make_result(3)
    figure = figures.group_map(result)
    assert sorted(_ids(figure)) == result.rows.row.tolist()
    position = {row: place for place, row in enumerate(result.rows.row)}
    for index, trace in enumerate(figure.data):
        for point, x in zip(trace.customdata, trace.x, strict=True):
            place = position[point[0]]
            assert result.rows.predicted_group[place] == index
            assert x == pytest.approx(result.rows.pca[place, 0], abs=1e-4)


def test_colour_and_symbol_are_the_groups_own():
    for index, trace in enumerate(figures.group_map(make_result(4)).data):
        style = figures.group_style(index)
        assert (trace.marker.color, trace.marker.symbol) == (style.colour, style.symbol)


def test_the_legend_counts_all_rows_even_when_a_sample_is_drawn():
    result = make_result(2, rows=20_000)
    figure = figures.group_map(result, max_points=1000)
    counts = np.bincount(result.rows.predicted_group)
    assert [trace.name for trace in figure.data] == [
        f"Group {index + 1} (n {count:,})" for index, count in enumerate(counts)
    ]
    assert len(_ids(figure)) == 1000
    assert "1,000 of 20,000 rows are drawn" in figures.caption(figure)


def test_a_map_of_all_rows_says_nothing_about_sampling():
    assert figures.caption(figures.group_map(make_result())) == ""


def test_unselected_points_stay_and_turn_grey():
    result = make_result(2)
    chosen = result.rows.row[:20].tolist()
    figure = figures.group_map(result, selected=chosen)
    assert len(_ids(figure)) == len(result.rows.row)
    selected = [trace.customdata[place][0] for trace in figure.data for place in trace.selectedpoints]
    assert sorted(selected) == chosen
    assert all(trace.unselected.marker.color == figures.GREY for trace in figure.data)


def test_nothing_selected_differs_from_an_empty_selection():
    result = make_result(2)
    assert all(trace.selectedpoints is None for trace in figures.group_map(result).data)
    assert all(trace.selectedpoints == () for trace in figures.group_map(result, selected=[]).data)


def test_doubt_is_one_minus_the_gates_certainty():
    result = make_result(2)
    figure = figures.group_map(result, colour="doubt")
    doubt = 1 - result.rows.membership.max(axis=1)
    position = {row: place for place, row in enumerate(result.rows.row)}
    trace = figure.data[0]
    expected = [doubt[position[point[0]]] for point in trace.customdata]
    np.testing.assert_allclose(trace.marker.color, expected, atol=6e-4)


def test_observed_groups_beyond_twelve_share_one_grey_entry():
    result = make_result(2, rows=3000, observed_levels=30)
    figure = figures.group_map(result, colour="observed")
    assert len(figure.data) == 13
    assert figure.data[0].name.startswith("Other groups")
    assert figure.data[0].marker.color == figures.GREY
    assert len(_ids(figure)) == 3000


def test_another_map_can_be_drawn_and_rows_without_a_place_are_counted():
    result = make_result(2)
    places = np.random.default_rng(0).normal(size=(600, 2))
    places[:7] = np.nan
    figure = figures.group_map(result, coordinates=places, method="UMAP")
    assert figure.layout.xaxis.title.text == "UMAP 1"
    assert len(_ids(figure)) == 593
    assert "7 rows have no place" in figures.caption(figure)


def test_a_map_of_another_study_gives_a_sentence():
    figure = figures.group_map(make_result(2), coordinates=np.zeros((5, 2)))
    assert figures.is_empty(figure)
    assert "compute the map again" in figures.alt_text(figure)


def test_a_map_without_any_place_gives_a_sentence():
    result = make_result(2)
    lost = replace(result, rows=replace(result.rows, pca=np.full((600, 2), np.nan)))
    assert figures.is_empty(figures.group_map(lost))


def test_many_points_are_drawn_by_webgl_and_few_as_svg():
    assert figures.group_map(make_result(2)).data[0].type == "scatter"
    assert figures.group_map(make_result(2, rows=4000)).data[0].type == "scattergl"


def test_selected_rows_are_read_from_customdata_alone():
    points = [{"point_index": 3, "customdata": [42, "80%"]}, {"customdata": [7]}, {"customdata": [42]}]
    assert figures.selected_rows(points) == (7, 42)
    assert figures.selected_rows([{"customdata": {"0": 5, "1": "80%"}}, {"customdata": 9}]) == (5, 9)
    assert figures.selected_rows([{"point_index": 3}]) == ()


def test_the_table_holds_the_drawn_rows():
    result = make_result(2, rows=2000)
    table = figures.group_map_table(result, max_points=500)
    assert sorted(table["row"]) == sorted(_ids(figures.group_map(result, max_points=500)))
