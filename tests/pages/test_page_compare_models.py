"""Other models on the Compare page: chosen, compared, waited for, given up, failed, kept and shown."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
from comparison_factory import make_comparison
from page_driver import charts, go, press, start, words

from rome.compare import CompareSettings, comparison_id
from rome.jobs import Progress, comparisons
from rome.jobs.attempt import Outcome
from rome.jobs.perform import perform
from rome.store import Library


@pytest.fixture
def page(runner, tmp_path, studies, hiring_study):
    """The Compare page of a visitor who has a study and its table open; work waits for the test."""
    shutil.copytree(studies / hiring_study, tmp_path / hiring_study)
    return go(press(start(hiring_study), "sample-hiring"), "compare")


def keys(at):
    return [button.key for button in at.button]


def choose(at, name, chosen=True):
    [box] = [box for box in at.checkbox if box.key.startswith(f"compare-{name}-rome_em")]
    return box.set_value(chosen).run()


def small(at):
    """Choose so little that it can be done in a test."""
    for name in ("pooled_with_s", "interactions", "boosted_trees"):
        choose(at, name, False)
    for what, value in (("splits", 5), ("budget", 1)):
        [picked] = [each for each in at.selectbox if each.key.startswith(f"compare-{what}-")]
        picked.set_value(value).run()
    return at


def kept(result, factors=None, **more):
    """Keep a made comparison of the study's table in its library, as a worker would."""
    made = make_comparison(factors or {"rome_em": 1.0, "pooled": 1.3}, **more)
    settings = CompareSettings(tuple(model.name for model in made.models), n_splits=made.settings.n_splits)
    fingerprint = result.data.fingerprint
    made = replace(
        made,
        fingerprint=fingerprint,
        roles=result.roles,
        settings=settings,
        comparison_id=comparison_id(fingerprint, result.roles, settings),
    )
    comparisons.begin_comparison(Library(), fingerprint, made.comparison_id, result.roles, settings)
    comparisons.keep_comparison(Library(), made)
    return made


def test_models_are_offered_in_plain_words_with_quick_ones_chosen(page):
    labels = {box.label: box.value for box in page.checkbox}
    assert labels["**One model for everybody**"]
    assert labels["**Boosted trees**"]
    assert not labels["**Mixture of experts**"]
    assert labels["**ROME**"]
    [rome] = [box for box in page.checkbox if box.label == "**ROME**"]
    assert rome.disabled
    assert "Many small decision trees" in words(page)
    assert "You can leave the page meanwhile" in words(page)


def test_rome_alone_is_not_compared(page):
    for name in ("pooled", "pooled_with_s", "interactions", "boosted_trees"):
        choose(page, name, False)
    assert "Choose at least one model beside ROME" in words(page)
    assert "compare-start" not in keys(page)


def test_without_the_studys_table_it_says_what_to_open(hostile_study):
    at = go(start(hostile_study), "compare")
    assert "open the study's table first" in words(at)
    assert "compare-start" not in keys(at)


def test_a_comparison_is_asked_for_and_watched(page, runner):
    press(page, "compare-start")
    [attempt] = runner.taken
    assert attempt.request(with_table=False).kind == "compare"
    assert "5 models are being compared" in words(page)
    assert not page.checkbox
    attempt.tell(Progress("Split 3 of 10: ROME", 0.4, 20.0))
    page.run()
    assert "Split 3 of 10: ROME… 0:20 so far, about" in page.get("progress")[0].proto.text.replace("\\", "")
    assert "compare-stop" in keys(page)


def test_it_is_still_watched_after_another_page_and_after_a_reload(page, runner, hiring_study):
    press(page, "compare-start")
    go(page, "groups")
    assert "are being compared" in words(go(page, "compare"))


def test_a_stop_says_that_what_was_fitted_is_kept(page, runner):
    press(page, "compare-start")
    press(page, "compare-stop")
    assert runner.taken[0].cancel_asked()
    assert "are being compared" not in words(page)
    assert "compare-start" in keys(page)


def test_after_a_stop_it_says_how_much_is_there_and_goes_on_from_it(page, runner, tmp_path):
    press(small(page), "compare-start")

    def cancelled_after_three(self, share, what):
        if len(list(tmp_path.glob("comparisons/*/parts/*.npz"))) >= 8:
            from rome.errors import Cancelled

            raise Cancelled

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rome.jobs.progress.JobReporter.__call__", cancelled_after_three)
        perform(runner.taken[0])
    page.run()
    assert "3 of 10 fits are kept from before" in words(page)
    assert "The comparison was stopped. What was fitted is kept" in words(page)
    press(page, "compare-start")
    perform(runner.taken[1])
    page.run()
    assert "2 models, 5 random splits of" in words(page)


def test_a_finished_comparison_is_shown_with_its_answer_and_figures(page, runner):
    before = charts(page)
    press(small(page), "compare-start")
    perform(runner.taken[0])
    page.run()
    assert "For the worst observed group" in words(page)
    assert "For everybody" in words(page)
    assert charts(page) == before + 2
    assert "csv-scores" in [button.key for button in page.get("download_button")]


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome("failed", "Too few rows: 12."), "Too few rows: 12."),
        (Outcome("killed", "The system ended it."), "ended before its time. The system ended it."),
        (Outcome("broken", "Oh."), "ended with an error. Oh."),
    ],
)
def test_one_that_ended_badly_says_why_and_can_be_asked_again(page, runner, outcome, said):
    press(page, "compare-start")
    runner.taken[0].end(outcome)
    page.run()
    assert said in words(page)
    assert ("What was fitted is kept" in words(page)) == (outcome.state != "failed")
    assert "compare-start" in keys(page)


def test_what_is_in_the_library_opens_at_once_without_table(hiring_study, studies):
    result = Library(studies).load(hiring_study)
    made = kept(result, {"rome_em": 1.0, "pooled": 1.3, "boosted_trees": 0.7})
    try:
        at = go(start(hiring_study), "compare")
        assert "ROME does not win: Boosted trees (−30%" in words(at)
        assert charts(at) == 7
        table = next(each.value for each in at.dataframe if "Won · even · lost" in each.value)
        assert table["Model"].tolist() == ["Boosted trees", "ROME", "One model for everybody"]
        at.button_group(key="others-grouping").set_value("latent").run()
        assert "For the worst latent group" in words(at)
    finally:
        shutil.rmtree(comparisons.home(Library(studies), made.fingerprint))


def test_a_damaged_comparison_says_so_and_the_page_stands(page):
    result = page.session_state["rome"].study
    made = kept(result)
    folder = comparisons.home(Library(), made.fingerprint) / made.comparison_id
    (folder / "scores.parquet").write_bytes(b"no")
    page.run()
    assert not page.exception
    assert "comparison can be read" in words(page)


def test_comparisons_of_other_roles_are_not_shown(page):
    result = page.session_state["rome"].study
    kept(replace(result, roles=replace(result.roles, ignored=(), features=result.roles.features[:1])))
    page.run()
    assert "For the worst observed group, " not in words(page)


def test_one_group_can_be_compared_with_other_models_too(one_group_study):
    at = go(start(one_group_study), "compare")
    assert "Against other models" in words(at)
    assert charts(at) == 2


def test_the_observed_columns_are_laid_over_the_latent_groups(hiring_study):
    at = go(start(hiring_study), "compare")
    assert "under another name?" in words(at)
    assert "of what there is to know about a person's latent group" in words(at)
    table = next(each.value for each in at.dataframe if "Observed group" in each.value)
    assert table["Observed group"].iloc[0] == "Everybody"
    assert not any(str(cell).startswith("+") for cell in table["Share Group 1"])
