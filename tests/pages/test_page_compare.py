"""The Compare page: the DRO strength, what it costs, and errors by group in three groupings."""

from __future__ import annotations

from dataclasses import replace

import pytest
from page_driver import charts, go, press, primary, start, words

from dashboard.screens.train import start as training
from rome.groups.fairness import decisions
from rome.store import Library
from rome.text.claims import headline, path_price
from rome.text.failed import failed_sentence
from rome.text.numbers import format_estimate


@pytest.fixture
def result(studies, hiring_study):
    """The study that the page shows."""
    return Library(studies).load(hiring_study)


def _turn(at, strength):
    at.select_slider(key="dro-strength").set_value(strength).run()
    assert not at.exception
    return at


def test_without_a_study_the_page_says_why_and_where_to_go():
    assert "No study is open yet" in words(go(start(), "compare"))


def test_the_strength_starts_at_the_studys_strength_with_its_price(hiring_study, result):
    at = go(start(hiring_study), "compare")
    assert at.select_slider(key="dro-strength").value == result.dro.strength
    assert at.markdown[0].value.replace("\\", "") == headline(result)
    assert path_price(result, result.dro.strength) in words(at)
    assert "dro-strength-back" not in {button.key for button in at.button}
    assert charts(at) == 5
    assert primary(at) == ["Make the report"]


@pytest.mark.parametrize("strength", [0.0, 0.15, 1.0])
def test_every_strength_has_its_own_answer_without_training(hiring_study, result, strength, monkeypatch):
    monkeypatch.setattr(training.study, "run", None)
    at = _turn(go(start(hiring_study), "compare"), strength)
    assert headline(result, strength) in words(at)
    assert path_price(result, strength) in words(at)


def test_the_strength_stays_where_it_is_left_and_goes_back_on_request(hiring_study, result):
    at = _turn(go(start(hiring_study), "compare"), 0.85)
    go(at, "groups")
    go(at, "compare")
    assert at.select_slider(key="dro-strength").value == 0.85
    press(at, "dro-strength-back")
    assert at.select_slider(key="dro-strength").value == result.dro.strength


@pytest.mark.parametrize("grouping", ["latent", "predicted", "observed"])
def test_errors_are_shown_in_every_grouping_and_measure(hiring_study, grouping):
    at = go(start(hiring_study), "compare")
    at.button_group(key="errors-grouping").set_value(grouping).run()
    for metric in ("mse", "rmse", "mae", "r2", "mean_residual"):
        at.selectbox(key="errors-metric-numeric").set_value(metric).run()
        assert not at.exception
        assert charts(at) == 5


def test_pooled_with_the_sensitive_columns_can_stand_beside(hiring_study):
    at = go(start(hiring_study), "compare")
    before = at.get("plotly_chart")[2].proto.spec
    at.toggle(key="errors-sensitive").set_value(True).run()
    after = at.get("plotly_chart")[2].proto.spec
    assert "Pooled with sensitive columns" in after
    assert "Pooled with sensitive columns" not in before


def test_latent_groups_have_their_symbols_in_the_tables(hiring_study):
    at = go(start(hiring_study), "compare")
    assert set(at.dataframe[2].value["Group"]) >= {"● Group 1", "■ Group 2"}


def test_the_table_of_strengths_has_them_as_they_are_set(hiring_study):
    at = go(start(hiring_study), "compare")
    assert at.dataframe[3].value["Strength"].tolist()[:3] == ["0", "0.05", "0.1"]


def test_who_is_failed_is_said_and_drawn_with_all_its_numbers_in_a_table(hiring_study, result):
    at = go(start(hiring_study), "compare")
    assert failed_sentence(result) in words(at)
    assert "times everybody's" in at.get("plotly_chart")[1].proto.spec
    table = at.dataframe[1].value
    assert len(table) == len(result.failed)
    assert list(table["n"])[:2] == [f"{group.n:,}" for group in result.failed[:2]]
    assert {"Kind", "Share", "Times everybody's", "Typical error", "Typical error, ROME"} <= set(table)


def test_one_group_has_errors_by_observed_group_and_slices_and_no_strength(one_group_study):
    at = go(start(one_group_study), "compare")
    result = at.session_state["rome"].study
    assert "one group" in words(at)
    assert len(at.select_slider) == 0
    assert failed_sentence(result) in words(at)
    assert {"Who is failed", "Error by group"} <= {heading.value for heading in at.subheader}
    failed, errors = (chart.proto.spec for chart in at.get("plotly_chart"))
    assert "Observed groups" in failed
    assert "Latent groups" not in failed
    for score in result.chosen.groupings["observed"][:2]:
        assert score.group.split(" · ")[-1] in errors
    assert '"ROME"' not in errors
    assert "errors-grouping" not in {group.key for group in at.button_group}
    assert primary(at) == ["Make the report"]


def test_hostile_names_and_a_binary_outcome_are_compared_without_harm(hostile_study):
    at = go(start(hostile_study), "compare")
    at.button_group(key="errors-grouping").set_value("observed").run()
    at.selectbox(key="errors-metric-binary").set_value("auc").run()
    assert not at.exception
    assert charts(at) == 7


def test_decisions_are_scored_at_a_threshold_that_is_kept_with_the_study(hostile_study):
    at = go(start(hostile_study), "compare")
    result = at.session_state["rome"].study
    slider = at.slider(key="decision-threshold")
    assert slider.value == 0.5
    slider.set_value(0.3).run()
    assert not at.exception
    assert "at threshold 0.3" in " ".join(chart.proto.spec for chart in at.get("plotly_chart"))
    gap = decisions(result, "observed", "pooled", 0.3).gaps["demographic_parity_difference"]
    cells = {str(cell) for table in at.dataframe for cell in table.value.to_numpy().ravel()}
    assert format_estimate(gap, result.settings.confidence) in cells
    again = go(start(hostile_study), "compare")
    assert again.slider(key="decision-threshold").value == 0.3


def test_a_numeric_outcome_has_no_threshold(hiring_study):
    at = go(start(hiring_study), "compare")
    assert "Decisions at a threshold" not in {heading.value for heading in at.subheader}


def _worse_for_one(scored):
    """Return an evaluation's latent scores in which ROME doubles the first group's error."""
    first = scored[0]
    low, high = 2 * first.scores["pooled"]["mse"].high, 3 * first.scores["pooled"]["mse"].high
    harmed = replace(first.scores["rome"]["mse"], value=(low + high) / 2, low=low, high=high)
    scores = dict(first.scores) | {"rome": dict(first.scores["rome"]) | {"mse": harmed}}
    return (replace(first, scores=scores), *scored[1:])


@pytest.mark.parametrize("too_small", [False, True])
def test_a_group_that_pays_for_the_gain_is_named_unless_it_is_too_small(hiring_study, result, too_small):
    at = go(start(hiring_study), "compare")
    [stored] = [each for each in result.evaluations if each.strength == result.dro.strength]
    first, *others = _worse_for_one(stored.groupings["latent"])
    latent = (replace(first, too_small=too_small), *others)
    harmed = replace(stored, groupings=dict(stored.groupings) | {"latent": latent})
    at.session_state["rome"].study = replace(result, evaluations=(harmed,))
    at.run()
    assert not at.exception
    assert ("Who pays for it, in mean squared error, pooled → ROME: Group 1" in words(at)) != too_small


def test_where_nobody_pays_nobody_is_named(hiring_study, result):
    at = go(start(hiring_study), "compare")
    even = [
        replace(stored, groupings={key: _even(scored) for key, scored in stored.groupings.items()})
        for stored in result.evaluations
    ]
    at.session_state["rome"].study = replace(result, evaluations=tuple(even))
    at.run()
    assert not at.exception
    assert "Who pays" not in words(at)


def _even(scored):
    return tuple(replace(each, scores=dict(each.scores) | {"rome": each.scores["pooled"]}) for each in scored)


@pytest.mark.parametrize("page", ["train", "compare"])
def test_an_advice_that_was_near_says_so_on_both_pages(hiring_study, result, page):
    at = go(start(hiring_study), page)
    near, far = (replace(result, advice=replace(result.advice, near_edge=edge)) for edge in (True, False))
    at.session_state["rome"].study = near
    assert "This was close" in words(at.run())
    at.session_state["rome"].study = far
    assert "This was close" not in words(at.run())


def test_what_was_tried_is_listed_with_how_it_ended(hiring_study, result):
    tables = [each.value for each in go(start(hiring_study), "compare").dataframe]
    tried = next(table for table in tables if "how it ended" in [name.lower() for name in table.columns])
    assert len(tried) == len(result.advice.candidates)
    assert any(tried.apply(lambda line: "advised" in list(line), axis=1))


def test_changed_roles_of_columns_are_marked_on_a_study_that_used_others(hiring_study):
    at = press(start(hiring_study), "sample-hiring")
    assert "This study used other roles of the columns" not in words(go(at, "compare"))
    go(at, "data")
    at.multiselect(key="roles-sensitive").set_value(["age"]).run()
    for page in ("compare", "groups", "report"):
        assert "This study used other roles of the columns" in words(go(at, page))
