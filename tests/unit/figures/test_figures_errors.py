"""Error by group and the worst group: values, order, words, and what is too small."""

from __future__ import annotations

from dataclasses import replace

import pytest
from results_factory import make_result, not_comparable, with_comparison

from rome import figures
from rome.figures.error_by_group import MAX_ROWS, rank, worst_word
from rome.results import GroupScore
from rome.stats.estimate import Estimate

NAN = float("nan")


def _score(name, pooled, rome, too_small=False, n=100):
    scores = {"pooled": {"mse": Estimate(pooled, pooled - 1, pooled + 1)}}
    scores["rome"] = {"mse": Estimate(rome, rome - 1, rome + 1), "r2": Estimate(-rome, -rome, -rome)}
    scores["pooled"]["r2"] = Estimate(-pooled, -pooled, -pooled)
    scores["pooled_with_sensitive"] = scores["pooled"]
    return GroupScore(name, n, n / 400, too_small, scores)


SCORES = (_score("a", 5, 4), _score("b", 9, 3), _score("c", 99, 98, too_small=True), _score("d", NAN, NAN))


def test_groups_are_ranked_worst_first_with_the_too_small_apart_and_the_missing_last():
    groups = rank(SCORES, "mse")
    assert [score.group for score in groups.ranked] == ["b", "a", "d"]
    assert [score.group for score in groups.small] == ["c"]


def test_each_model_has_its_own_worst_group():
    groups = rank(SCORES, "mse")
    assert groups.worst == {"pooled": "b", "rome": "a"}
    assert worst_word("b", groups.worst) == "worst under pooled"
    assert worst_word("a", groups.worst) == "worst under ROME"
    assert worst_word("a", {"pooled": "a", "rome": "a"}) == "worst"


def test_for_a_measure_where_more_is_better_the_lowest_is_worst():
    assert [score.group for score in rank(SCORES, "r2").ranked] == ["b", "a", "d"]


def test_a_measure_without_a_bad_end_names_nobody_worst():
    assert rank(SCORES, "mean_residual").worst == {}


def test_every_point_is_the_score_and_every_bar_its_interval():
    result = make_result(3, rows=3000)
    figure = figures.error_by_group(result, "observed", 0.3)
    scores = {score.group: score for score in result.at(0.3).groupings["observed"]}
    ordered = sorted(scores.values(), key=lambda score: -score.scores["pooled"]["mse"].value)
    for trace, model in zip(figure.data, ("pooled", "rome"), strict=True):
        expected = [score.scores[model]["mse"] for score in ordered]
        assert list(trace.x[:-1]) == [value.value for value in expected]
        assert list(trace.error_x.array[:-1]) == [value.high - value.value for value in expected]
        assert list(trace.error_x.arrayminus[:-1]) == [value.value - value.low for value in expected]


def test_everybody_stands_below_the_groups_and_is_never_worst():
    result = make_result(3, rows=3000)
    figure = figures.error_by_group(result, "latent", 0.3)
    overall = result.at(0.3).overall.scores["rome"]["mse"].value
    assert figure.data[1].x[-1] == overall
    assert figure.layout.yaxis.ticktext[-1] == f"Everybody<br>n {result.data.n_test:,}"


def test_pooled_is_hollow_grey_and_rome_is_filled_accent():
    pooled, rome = figures.error_by_group(make_result(), "latent", 0.3).data
    assert (pooled.marker.symbol, pooled.marker.color) == ("circle-open", figures.GREY)
    assert (rome.marker.symbol, rome.marker.color) == ("circle", figures.ACCENT)


def test_the_worst_group_is_marked_by_the_word_and_n_stands_beside_each_name():
    ticks = figures.error_by_group(make_result(2, rows=3000), "latent", 0.3).layout.yaxis.ticktext
    assert "Group 2" in ticks[0]
    assert "<b>worst</b>" in ticks[0]
    assert all("<br>n " in tick for tick in ticks)
    assert "worst" not in ticks[1]


def test_groups_that_are_too_small_are_named_below_and_have_no_point():
    result = make_result(4)
    small = [score.group for score in result.at(0.3).groupings["latent"] if score.too_small]
    assert small == ["Group 4"]
    figure = figures.error_by_group(result, "latent", 0.3)
    assert "Group 4" in figure.layout.yaxis.ticktext[-1]
    assert len(figure.data[0].x) == len(figure.layout.yaxis.ticktext) - 1
    assert [note.text for note in figure.layout.annotations] == ["too small to rank"]
    assert "fewer than 30 held-out rows" in figures.caption(figure)
    table = figures.error_by_group_table(result, "latent", 0.3)
    assert table.set_index("group").loc["Group 4", "note"] == "too small to rank"


def test_many_groups_are_cut_to_the_worst_and_the_table_keeps_all():
    result = make_result(2, rows=9000, observed_levels=60)
    figure = figures.error_by_group(result, "observed", 0.3)
    assert len(figure.data[0].x) == MAX_ROWS + 1
    assert f"The {MAX_ROWS} worst of 60 groups" in figures.caption(figure)
    assert len(figures.error_by_group_table(result, "observed", 0.3)) == 61


def test_another_metric_can_be_drawn_and_an_unknown_one_says_why_not():
    result = make_result(2, rows=3000)
    assert figures.error_by_group(result, "latent", 0.3, metric="mae").layout.xaxis.title.text.startswith(
        "Mean absolute error"
    )
    assert figures.is_empty(figures.error_by_group(result, "latent", 0.3, metric="nonsense"))


def test_a_strength_that_was_not_computed_gives_a_sentence_and_no_error():
    figure = figures.error_by_group(make_result(), "latent", 0.333)
    assert figures.is_empty(figure)
    assert "0.333 was not computed" in figures.alt_text(figure)
    assert figures.is_empty(figures.worst_group(make_result(), 0.333))
    assert figures.error_by_group_table(make_result(), "latent", 0.333).empty


def test_a_study_in_which_all_groups_are_too_small_says_so():
    result = make_result(2, rows=60)
    figure = figures.error_by_group(result, "observed", 0.3)
    assert figures.is_empty(figure)
    assert "fewer than 30 held-out rows" in figures.alt_text(figure)


def test_hostile_names_are_escaped_everywhere_in_the_figure():
    for outcome in ("numeric", "binary"):
        result = make_result(3, outcome, hostile=True, rows=3000)
        for figure in (
            figures.error_by_group(result, "observed", 0.3),
            figures.worst_group(result, 0.3),
            figures.profile(result, 0),
            figures.coefficients(result),
            figures.group_map(result, colour="observed"),
        ):
            text = str(figure.to_dict()["data"]) + str(figure.layout.xaxis) + str(figure.layout.yaxis)
            text += str(figure.layout.annotations)
            assert "<script" not in text
            assert "<b>bold" not in text
            assert "$\\" not in text


def test_the_worst_group_is_drawn_as_percent_change_with_its_interval():
    result = make_result(2, rows=3000)
    (trace,) = figures.worst_group(result, 0.3).data
    latent = result.at(0.3).comparison["worst_latent"]
    assert trace.x[0] == pytest.approx(100 * latent.relative)
    assert trace.error_x.array[0] == pytest.approx(100 * (latent.relative_high - latent.relative))
    assert trace.error_x.arrayminus[0] == pytest.approx(100 * (latent.relative - latent.relative_low))


def test_the_worst_group_names_the_three_groupings_and_everybody_in_order():
    figure = figures.worst_group(make_result(2, rows=3000), 0.3)
    heads = [tick.split("<br>")[0] for tick in figure.layout.yaxis.ticktext]
    assert heads == [
        "<b>Worst latent group</b>",
        "<b>Worst predicted group</b>",
        "<b>Worst observed group</b>",
        "<b>Everybody</b>",
    ]


def test_the_label_beside_a_change_is_the_change_in_words():
    result = with_comparison(
        make_result(2), "worst_latent", pooled=23.6, rome=16.5, low=-8.5, high=-5.7, relative=-0.3,
        relative_low=-0.36, relative_high=-0.24,
    )  # fmt: skip
    figure = figures.worst_group(result, 0.3)
    assert figure.layout.annotations[0].text == "23.6 → 16.5 (−30%, 95% −36 to −24)"


def test_a_comparison_that_could_not_be_made_shows_its_reason_in_its_row():
    reason = "No group is large enough to be ranked; widen the grouping or use more rows."
    result = with_comparison(make_result(2), "worst_observed", **not_comparable())
    figure = figures.worst_group(result, 0.3)
    assert [note.text for note in figure.layout.annotations][2].replace("<br>", " ") == reason
    assert len(figure.layout.shapes) == 3
    assert figures.worst_group_table(result, 0.3)["reason"][2] == reason


def test_when_nothing_can_be_compared_the_figure_is_the_reason():
    result = make_result(2)
    for key in result.evaluations[0].comparison:
        result = with_comparison(result, key, **not_comparable())
    said = figures.alt_text(figures.worst_group(result, 0.3))
    assert said == "No group is large enough to be ranked; widen the grouping or use more rows."


def test_an_arrow_says_that_another_group_is_worst_under_rome():
    result = with_comparison(make_result(2), "worst_observed", worst_pooled="old", worst_rome="young")
    figure = figures.worst_group(result, 0.3)
    assert "old → young" in figure.layout.yaxis.ticktext[2]
    assert "another one under ROME" in figures.caption(figure)


def test_two_worst_groups_whose_short_names_are_equal_are_still_told_apart():
    names = {
        key: f"age > 39 and race is {race} and status is single" for key, race in zip("ab", "AB", strict=True)
    }
    result = with_comparison(make_result(2), "worst_observed", worst_pooled=names["a"], worst_rome=names["b"])
    assert figures.worst_group(result, 0.3).layout.yaxis.ticktext[2].endswith("→ another group")


def test_a_study_without_an_overall_score_is_drawn_without_everybody():
    result = make_result(2, rows=3000)
    bare = replace(result, evaluations=tuple(replace(item, overall=None) for item in result.evaluations))
    assert len(figures.error_by_group(bare, "latent", 0.3).data[0].x) == 2
