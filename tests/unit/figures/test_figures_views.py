"""Path, profile, coefficients, fit curve and sizes: the data in the figures are the study's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from results_factory import make_result, not_comparable, with_comparison

from rome import figures
from rome.figures.coefficients import is_intercept
from rome.results import Coefficient


def _named(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


def test_the_path_is_the_percent_change_at_every_strength():
    result = make_result(2, rows=3000)
    figure = figures.path(result)
    for name, key in (("Worst latent group", "worst_latent"), ("Everybody", "overall")):
        trace = _named(figure, name)
        expected = [100 * stored.comparison[key].relative for stored in result.evaluations]
        assert list(trace.x) == [point.strength for point in result.path]
        np.testing.assert_allclose(trace.y, expected)


def test_the_paths_ribbon_is_its_interval():
    result = make_result(2, rows=3000)
    ribbon = _named(figures.path(result), "Worst latent group, interval")
    stored = [item.comparison["worst_latent"] for item in result.evaluations]
    upper, lower = np.split(np.array(ribbon.y), 2)
    np.testing.assert_allclose(upper, [100 * item.relative_high for item in stored])
    np.testing.assert_allclose(lower[::-1], [100 * item.relative_low for item in stored])


def test_the_path_marks_chosen_and_recommended_in_words():
    apart = figures.path(make_result(2, strength=0.4, recommended=0.8))
    assert {note.text for note in apart.layout.annotations} == {"chosen 0.4", "advised 0.8"}
    same = figures.path(make_result(2))
    assert [note.text for note in same.layout.annotations] == ["chosen and advised 0.3"]
    pooled = figures.path(make_result(2, strength=0.0, recommended="pooled"))
    assert {note.text for note in pooled.layout.annotations} == {"chosen 0"}


def test_the_path_can_mark_the_dials_own_strength():
    figure = figures.path(make_result(2), dro_strength=0.6)
    assert "chosen 0.6" in {note.text for note in figure.layout.annotations}


def test_the_path_says_that_held_out_rows_never_choose():
    assert "held-out rows never choose" in figures.caption(figures.path(make_result()))


def test_one_group_has_no_path_and_no_curve_and_both_say_why():
    result = make_result(1)
    assert "no path" in figures.alt_text(figures.path(result))
    assert "nothing to iterate" in figures.alt_text(figures.fit_curve(result))
    assert "ROME is the pooled model" in figures.alt_text(figures.worst_group(result, 0.3))
    assert "is everybody" in figures.alt_text(figures.profile(result, 0))
    assert figures.path_table(result).empty


def test_a_path_that_could_not_be_compared_gives_the_reason():
    result = with_comparison(make_result(2), "worst_latent", **not_comparable())
    assert figures.alt_text(figures.path(result)).startswith("No group is large enough to be ranked; ")


def test_the_path_table_marks_chosen_and_recommended():
    table = figures.path_table(make_result(2, strength=0.4, recommended=0.8)).set_index("strength")
    assert table.loc[0.4, "note"] == "chosen"
    assert table.loc[0.8, "note"] == "advised"


def test_a_profile_is_sorted_by_size_and_marks_the_sensitive_by_a_word():
    result = make_result(2)
    figure = figures.profile(result, 1)
    sizes = np.abs(figure.data[0].x)
    assert list(sizes) == sorted(sizes, reverse=True)
    entries = {entry.term: entry for entry in result.groups[1].profile}
    for tick, value in zip(figure.layout.yaxis.ticktext, figure.data[0].x, strict=True):
        name = tick.split(" · ")[0]
        assert value == entries[name].standardised_difference
        assert ("sensitive" in tick) == entries[name].sensitive


def test_a_profile_wears_its_groups_colour_and_symbol_by_index_or_by_name():
    result = make_result(4)
    style = figures.group_style(2)
    for group in (2, "Group 3"):
        marker = figures.profile(result, group).data[0].marker
        assert (marker.color, marker.symbol) == (style.colour, style.symbol)


@pytest.mark.parametrize("group", [9, -1, "nobody"])
def test_a_group_that_does_not_exist_gives_a_sentence(group):
    figure = figures.profile(make_result(), group)
    assert figures.is_empty(figure)
    assert "There is no group" in figures.alt_text(figure)
    assert figures.profile_table(make_result(), group).empty


def test_a_coefficient_is_drawn_with_its_interval_and_without_one_where_none_is_known():
    result = make_result(n_groups=2)
    first, *others = result.groups[1].coefficients[1:]
    unknown = replace(first, low=float("nan"), high=float("nan"))
    group = replace(result.groups[1], coefficients=(unknown, *others))
    figure = figures.coefficients(replace(result, groups=(result.groups[0], group)))
    trace = figure.data[2]
    place = list(trace.x).index(first.per_sd)
    assert trace.error_x.array[place] is None
    assert [symbol.endswith("-open") for symbol in trace.marker.symbol] == [
        here == place for here in range(len(trace.x))
    ]
    assert "no interval, the rows don't determine it" in figures.caption(figure)
    assert "no interval" not in figures.caption(figures.coefficients(result))
    item = others[0]
    place = list(trace.x).index(item.per_sd)
    low, high = item.interval_per_sd
    assert trace.x[place] + trace.error_x.array[place] == pytest.approx(high)
    assert trace.x[place] - trace.error_x.arrayminus[place] == pytest.approx(low)
    assert low < item.per_sd < high


def test_coefficients_are_per_standard_deviation_and_leave_the_intercept_to_the_table():
    result = make_result(3)
    figure = figures.coefficients(result)
    assert [trace.name for trace in figure.data] == ["Pooled (one model)", "Group 1", "Group 2", "Group 3"]
    by_term = {item.term: item.per_sd for item in result.groups[2].coefficients}
    assert list(figure.data[3].x) == [by_term[term] for term in figure.layout.yaxis.ticktext]
    assert "intercept" not in figure.layout.yaxis.ticktext
    assert "intercept" in set(figures.coefficients_table(result)["term"])


def test_the_term_in_which_groups_differ_most_comes_first():
    result = make_result(2)
    name = "years of schooling"
    wide = replace(
        result.groups[1],
        coefficients=(Coefficient("bmi", "bmi", 0.1, 1.3), Coefficient(name, name, 9.0, 9.0)),
    )
    figure = figures.coefficients(replace(result, groups=(result.groups[0], wide)))
    assert figure.layout.yaxis.ticktext[0] == name


def test_a_column_called_intercept_is_still_a_column_when_it_is_no_constant():
    assert is_intercept(Coefficient("intercept", "", 1.0, 1.0))
    assert not is_intercept(Coefficient("bmi", "bmi", 1.0, 1.0))
    assert not is_intercept(Coefficient("intercept", "intercept", 1.0, 1.0))


def test_the_fit_curve_is_the_history_and_all_starts_best_first():
    result = make_result(2)
    best, starts = figures.fit_curve(result).data
    assert list(best.y) == list(result.fit.history)
    assert list(starts.y) == sorted(result.fit.starts, reverse=True)
    table = figures.fit_curve_table(result)
    assert (table["what"] == "iteration").sum() == len(result.fit.history)
    assert (table["what"] == "start").sum() == len(result.fit.starts)


def test_a_run_that_hit_its_limit_is_said_to_have_stopped_before_it_settled():
    result = make_result(2)
    stopped = replace(result, fit=replace(result.fit, converged=False))
    assert "before it settled" in figures.caption(figures.fit_curve(stopped))


def test_sizes_are_the_shares_of_the_rows_and_lie_inside_their_wilson_interval():
    result = make_result(3, weights=False)
    table = figures.sizes_table(result).set_index(["group", "what"])
    held_out = result.rows.is_test
    predicted = result.rows.predicted_group[held_out]
    for index, group in enumerate(result.groups):
        row = table.loc[(group.name, "Likeliest by the gate, held-out rows")]
        assert row["share"] == pytest.approx((predicted == index).mean())
        assert row["n"] == (predicted == index).sum()
        assert row["low"] <= row["share"] <= row["high"]


def test_the_wilson_interval_is_the_textbook_one():
    from rome.figures.sizes import _wilson

    estimate = _wilson(np.arange(100) < 10, np.ones(100), 0.95)
    assert (estimate.low, estimate.high) == pytest.approx((0.05523, 0.17437), abs=1e-5)


def test_weights_move_the_shares_and_widen_their_interval():
    from rome.figures.sizes import _wilson

    inside = np.arange(100) < 10
    weight = np.where(inside, 9.0, 1.0)
    estimate, plain = _wilson(inside, weight, 0.95), _wilson(np.arange(100) < 50, np.ones(100), 0.95)
    assert estimate.value == pytest.approx(0.5)
    assert estimate.high - estimate.low > plain.high - plain.low


def test_every_figure_can_be_drawn_for_every_study_and_has_words():
    for result in (make_result(1), make_result(2, "binary"), make_result(4, weights=True), make_result(12)):
        strength = result.dro.strength
        drawn = [
            figures.group_map(result),
            figures.path(result),
            figures.coefficients(result),
            figures.fit_curve(result),
            figures.sizes(result),
            figures.profile(result, 0),
            figures.worst_group(result, strength),
            *(figures.error_by_group(result, grouping, strength) for grouping in result.chosen.groupings),
        ]
        for figure in drawn:
            assert figures.alt_text(figure)
            assert figure.to_json()


def test_figures_are_the_same_every_time():
    first, second = (figures.group_map(make_result(3, rows=9000)).to_json() for _ in range(2))
    assert first == second
