"""The Train page: settings, a run with its result, and a study that is asked again."""

from __future__ import annotations

import pytest
from page_driver import address, charts, go, press, primary, start, upload, words

from dashboard.screens.train import start as training
from rome import study
from rome.errors import RomeError
from rome.store import Library
from rome.text.advice import recommendation_sentence


@pytest.fixture
def own_library(tmp_path, monkeypatch):
    """A library that holds nothing yet."""
    monkeypatch.setenv("ROME_STUDIES", str(tmp_path))
    return Library(tmp_path)


def _train_page(sample="hiring"):
    return go(press(start(), f"sample-{sample}"), "train")


def test_without_a_table_the_page_says_so_and_leads_to_the_data():
    at = go(start(), "train")
    assert "No table is open yet" in words(at)
    assert primary(at) == []


def test_a_run_shows_its_recommendation_and_fit_and_is_kept(own_library):
    at = press(_train_page(), "train-start")
    [identity] = own_library.identities()
    assert address(at) == identity
    assert recommendation_sentence(own_library.load(identity)) in words(at)
    assert charts(at) == 1
    assert primary(at) == ["See who is in the groups"]


def test_a_study_that_is_asked_again_is_not_run_again(hiring_study, monkeypatch):
    def forbidden(*arguments, **named):
        raise AssertionError("the study was run again")

    monkeypatch.setattr(training.study, "run", forbidden)
    at = _train_page()
    assert at.button(key="train-start").label == "Open the finished study"
    press(at, "train-start")
    assert address(at) == hiring_study


def test_moving_the_number_of_groups_opens_the_study_that_is_made(own_library):
    at = press(_train_page("diabetes"), "train-start")
    first = address(at)
    at.slider[0].set_value(3).run()
    assert address(at) == first
    second = address(press(at, "train-start"))
    assert second != first
    at.slider[0].set_value(own_library.load(first).settings.n_groups).run()
    assert address(at) == first
    at.slider[0].set_value(3).run()
    assert address(at) == second
    assert primary(at) == ["See who is in the groups"]


def test_every_setting_reaches_the_study(own_library, monkeypatch):
    asked = []

    def remember(table, roles, settings, **more):
        asked.append(settings)
        raise RomeError("Settings are all that is wanted here.")

    monkeypatch.setattr(study, "run", remember)
    at = _train_page("diabetes")
    at.slider[0].set_value(3).run()
    at.toggle(key="train-recommended").set_value(False).run()
    at.slider(key="train-dro-strength").set_value(0.45).run()
    at.selectbox(key="train-predictor").set_value("aggregate").run()
    at.selectbox(key="train-criterion-aggregate").set_value("reward").run()
    at.selectbox(key="train-guard").set_value("observed").run()
    at.selectbox(key="train-gamma").set_value("cross_fitted").run()
    at.selectbox(key="train-noise-2").set_value("t").run()
    at.selectbox(key="train-gate").set_value("flexible").run()
    at.slider(key="train-test-size").set_value(0.4).run()
    at.number_input(key="train-random-state").set_value(11).run()
    next(box for box in at.multiselect if box.key.startswith("train-observed")).set_value(["sex"]).run()
    press(at, "train-start")
    [settings] = asked
    assert (settings.n_groups, settings.dro_strength, settings.test_size) == (3, 0.45, 0.4)
    assert (settings.predictor, settings.criterion, settings.guard) == ("aggregate", "reward", "observed")
    assert (settings.observed, settings.random_state) == (("sex",), 11)
    assert (settings.gamma, settings.noise, settings.gate) == ("cross_fitted", "t", "flexible")


def test_an_outcome_with_two_values_has_no_choice_of_noise(hostile_csv):
    at = go(upload(start(), "yes_or_no.csv", hostile_csv), "train")
    assert len(at.selectbox(key="train-noise-1").options) == 1
    assert len(_train_page().selectbox(key="train-noise-2").options) == 2


def test_the_criterion_of_the_paper_is_offered_for_the_aggregate_only():
    at = _train_page()
    assert len(at.selectbox(key="train-criterion-gated").options) == 2
    at.selectbox(key="train-predictor").set_value("aggregate").run()
    assert len(at.selectbox(key="train-criterion-aggregate").options) == 3


def test_settings_survive_a_change_of_page():
    at = _train_page()
    at.slider[0].set_value(4).run()
    at.toggle(key="train-recommended").set_value(False).run()
    at.slider(key="train-dro-strength").set_value(0.7).run()
    go(at, "data")
    go(at, "train")
    assert at.slider[0].value == 4
    assert at.slider(key="train-dro-strength").value == 0.7


def test_a_sample_starts_from_its_own_number_of_groups():
    assert _train_page("paper").slider[0].value == 4


def test_parts_that_cannot_be_studied_are_told_where_the_start_would_be():
    at = press(start(), "sample-hiring")
    at.multiselect(key="roles-sensitive").set_value([]).run()
    go(at, "train")
    assert "No column is sensitive" in words(at)
    assert primary(at) == []


def test_a_table_that_is_too_small_is_told_in_plain_words(own_library):
    rows = b"".join(b"%d,%d,%d\n" % (row, row * row % 7, row % 3) for row in range(12))
    at = upload(start(), "tiny.csv", b"outcome,age,hours\n" + rows)
    go(at, "train")
    press(at, "train-start")
    assert "12 rows" in at.error[0].value
    assert own_library.identities() == []


def test_with_a_link_alone_the_page_shows_the_study_and_says_that_its_table_is_not_open(hostile_study):
    at = go(start(hostile_study), "train")
    assert "not its table" in words(at)
    assert charts(at) == 1


def test_changed_settings_say_that_the_study_shown_is_the_one_before_them(own_library):
    at = press(_train_page(), "train-start")
    assert "show the study that was made before your changes" not in words(at)
    at.slider[0].set_value(3).run()
    assert "show the study that was made before your changes" in words(at)


def test_the_number_of_groups_can_be_left_to_the_evidence():
    at = go(press(start(), "sample-hiring"), "train")
    at.toggle(key="train-auto").set_value(True).run()
    assert not at.exception
    assert at.slider[0].disabled


def test_a_number_of_groups_is_suggested_before_the_study_and_can_be_taken(own_library):
    at = _train_page("diabetes")
    at.slider[0].set_value(4).run()
    # All tests are one session to the cache: with a seed of its own, no other has asked before.
    at.number_input(key="train-random-state").set_value(21).run()
    press(at, "train-suggest")
    assert not at.exception
    assert "How many groups" in words(at)
    assert charts(at) == 1
    assert own_library.identities() == []
    assert "the distribution of held-out outcomes" in words(at)
    suggested = int(at.button(key="train-use-suggestion").label.split()[1])
    press(at, "train-use-suggestion")
    assert at.slider[0].value == suggested
    assert primary(at) == ["Start training"]


def test_a_suggestion_is_kept_while_what_moves_it_stays(monkeypatch):
    at = _train_page("diabetes")
    at.number_input(key="train-random-state").set_value(22).run()
    press(at, "train-suggest")

    def forbidden(*arguments, **named):
        raise AssertionError("the numbers were compared again")

    monkeypatch.setattr(study, "advise", forbidden)
    at.selectbox(key="train-guard").set_value("observed").run()
    assert not at.exception
    assert charts(at) == 1
    at.number_input(key="train-random-state").set_value(5).run()
    assert at.button(key="train-suggest").label == "Suggest a number"
    assert charts(at) == 0


def test_a_table_too_small_for_a_suggestion_is_told_where_it_would_be():
    rows = b"".join(b"%d,%d,%d\n" % (row, row * row % 7, row % 3) for row in range(12))
    at = upload(start(), "tiny.csv", b"outcome,age,hours\n" + rows)
    go(at, "train")
    press(at, "train-suggest")
    assert "rows" in at.error[0].value
