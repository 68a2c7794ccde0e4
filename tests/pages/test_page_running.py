"""Work that goes on while pages come and go: followed, left, found again, given up, and lost."""

from __future__ import annotations

import shutil

import groups_factory
import numpy as np
import pytest
from page_driver import address, charts, go, press, primary, start, upload, words

from dashboard import cache
from rome.jobs import JobQueue, Progress
from rome.jobs.attempt import Outcome, Owner
from rome.jobs.perform import perform
from rome.jobs.work import write_umap
from rome.store import Library
from rome.text import first_look
from rome.text.advice import recommendation_sentence


@pytest.fixture
def begun(runner):
    """The Train page of a visitor who has just started a study."""
    return press(go(press(start(), "sample-hiring"), "train"), "train-start")


def test_a_start_shows_the_run_and_leads_the_address_to_it(begun, runner):
    [attempt] = runner.taken
    assert "A study of hiring.csv is running" in words(begun)
    assert "Outcome **rating**, 2 groups" in words(begun)
    assert address(begun) == attempt.request(with_table=False).identity
    assert primary(begun) == []
    assert begun.button(key="run-stop")


def test_the_run_says_how_far_it_is_and_draws_its_curve(begun, runner):
    curve = tuple((1, step, float(step)) for step in range(1, 9))
    told = Progress("Fitting the groups", 0.5, 12.0, curve, ((0.0, "Starting"), (4.0, "Fitting the groups")))
    runner.taken[0].tell(told)
    begun.run()
    assert charts(begun) == 1
    assert "0:12 so far, about" in words(begun)
    assert "0:04 · Fitting the groups" in words(begun)


def test_a_run_shows_its_groups_while_it_goes_on_and_no_longer_once_it_was_stopped_or_failed(begun, runner):
    assert first_look.TITLE not in words(begun)
    runner.taken[0].tell(Progress("Trying which model helps", 0.1, 3.0))
    runner.taken[0].show(groups_factory.first_look())
    begun.run()
    said = words(begun)
    assert first_look.TITLE in said
    assert "Group 2: " in said
    assert "not yet tested" in said
    assert primary(begun) == []
    runner.taken[0].end(Outcome("failed", "It can't be done."))
    assert first_look.TITLE not in words(begun.run())


def test_a_finished_run_opens_its_study_on_the_train_page(begun, runner):
    perform(runner.taken[0])
    begun.run()
    [identity] = Library().identities()
    assert recommendation_sentence(Library().load(identity)) in words(begun)
    assert address(begun) == identity
    assert "is running" not in words(begun)


def test_another_page_says_that_a_study_is_running_and_opens_it_where_none_is_open(begun, runner):
    go(begun, "groups")
    assert "A study of hiring.csv is running: 0% done" in words(begun)
    assert "opens here when it is finished" in words(begun)
    assert address(begun) == runner.taken[0].request(with_table=False).identity
    perform(runner.taken[0])
    begun.run()
    assert "is running" not in words(begun)
    assert charts(begun) >= 5


def test_an_open_study_stays_open_while_another_is_made_and_after(begun, runner):
    perform(runner.taken[0])
    first = address(begun.run())
    begun.slider[0].set_value(1).run()
    press(begun, "train-start")
    go(begun, "compare")
    assert address(begun) == first
    perform(runner.taken[1])
    begun.run()
    assert address(begun) == first
    assert "The study of hiring.csv is finished" in words(begun)
    go(begun, "train")
    assert address(begun) == runner.taken[1].request(with_table=False).identity
    go(begun, "compare")
    assert "is finished" not in words(begun)


def test_a_run_that_failed_is_told_on_other_pages_until_it_was_seen(begun, runner):
    go(begun, "data")
    runner.taken[0].end(Outcome("failed", "It can't be done."))
    assert "It can't be done." in words(begun.run())
    go(begun, "train")
    assert "It can't be done." in words(begun)
    assert "It can't be done." not in words(go(begun, "data"))


def test_the_link_of_a_run_leads_to_it_for_somebody_without_the_table(begun):
    other = go(start(address(begun)), "train")
    assert "A study of hiring.csv is running" in words(other)
    assert "No table is open" not in words(other)


def test_a_stop_ends_the_run_and_says_so(begun, runner):
    press(begun, "run-stop")
    assert runner.taken[0].cancel_asked()
    assert "The run was stopped" in words(begun)
    assert address(begun) is None
    assert primary(begun) == ["Start training"]


def test_a_stop_by_one_of_two_does_not_end_the_run_of_the_other(begun, runner):
    other = go(start(address(begun)), "train")
    press(other, "run-stop")
    assert "It goes on, because somebody else asked" in words(other)
    assert not runner.taken[0].cancel_asked()
    assert "is running" in words(begun.run())


def test_the_same_study_asked_by_two_is_made_once(begun, runner):
    other = press(go(press(start(), "sample-hiring"), "train"), "train-start")
    assert len(runner.taken) == 1
    assert address(other) == address(begun)


def test_a_stopped_run_can_be_started_again_at_once(begun, runner):
    press(press(begun, "run-stop"), "train-start")
    assert len(runner.taken) == 2
    assert "is running" in words(begun)


def test_a_dead_worker_is_told_and_the_run_is_offered_again(begun, runner):
    runner.taken[0].end(Outcome("killed", "The system ended the process."))
    begun.run()
    assert (
        "The work on the study of hiring.csv ended before its time. The system ended the process."
        in words(begun)
    )
    press(begun, "run-again")
    assert len(runner.taken) == 2
    assert "is running" in words(begun)


def test_a_run_that_a_restart_interrupted_is_found_by_its_link_and_offered_again(begun, runner):
    named = address(begun)
    runner.owner.retire()
    runner.owner = Owner.enlist()
    back = go(start(named), "train")
    assert "was stopped while it made the study of hiring.csv" in words(back)
    press(back, "run-again")
    assert "is running" in words(back)
    assert runner.taken[1].request().table.name == "hiring.csv"


def test_a_study_that_cannot_be_made_says_why_and_is_not_offered_again(begun, runner):
    runner.taken[0].end(Outcome("failed", "Too few rows: 12."))
    begun.run()
    assert begun.error[0].value.replace("\\", "") == "Too few rows: 12."
    assert "run-again" not in [button.key for button in begun.button]
    assert primary(begun) == ["Start training"]


def test_the_link_of_a_run_that_was_given_up_says_that_there_is_no_such_study(begun):
    named = address(begun)
    press(begun, "run-stop")
    assert "There is no study" in start(named).error[0].value


def test_the_link_of_a_study_that_was_removed_says_so(begun, runner, tmp_path):
    perform(runner.taken[0])
    named = address(begun.run())
    shutil.rmtree(tmp_path / named)
    assert "There is no study" in start(named).error[0].value


def test_names_that_are_markup_are_shown_letter_by_letter_while_a_run_goes_on(runner, hostile_csv):
    at = press(go(upload(start(), "<i>.csv", hostile_csv), "train"), "train-start")
    for page in ("train", "data"):
        go(at, page)
        for element in [*at.markdown, *at.caption]:
            assert "<i>.csv" not in element.value


@pytest.fixture
def asked(begun, runner):
    """The Groups page of a visitor who has asked for a UMAP of a finished study."""
    perform(runner.taken[0])
    return press(go(begun.run(), "groups"), "map-umap")


def test_a_umap_is_waited_for_beside_a_map_that_is_there(asked, runner):
    assert "Meanwhile the map shows PCA" in words(asked)
    assert charts(asked) >= 5
    identity = Library().identities()[0]
    write_umap(Library(), identity, np.zeros((3000, 2)))
    runner.taken[1].end(Outcome("done"))
    asked.run()
    assert asked.button_group(key="map-method").value == "UMAP"


def test_a_umap_can_be_given_up_and_asked_again(asked, runner):
    press(asked, "umap-stop")
    assert runner.taken[1].cancel_asked()
    press(asked, "map-umap")
    assert len(runner.taken) == 3


def test_a_umap_that_failed_says_why_and_can_be_asked_again(asked, runner):
    runner.taken[1].end(Outcome("killed", "The system ended the process."))
    asked.run()
    assert "The UMAP was not made. The system ended the process." in words(asked)
    assert not asked.button(key="map-umap").disabled


def test_advice_is_waited_for_beside_a_form_that_stays_usable(runner):
    at = press(go(press(start(), "sample-diabetes"), "train"), "train-suggest")
    assert "advice-stop" in [button.key for button in at.button]
    assert primary(at) == ["Start training"]
    perform(runner.taken[0])
    at.run()
    assert charts(at) == 1
    assert "advice-stop" not in [button.key for button in at.button]


def test_the_name_of_other_work_is_no_study(runner):
    press(go(press(start(), "sample-hiring"), "train"), "train-suggest")
    other = start(runner.taken[0].request(with_table=False).identity)
    assert "There is no study" in words(other)
    assert "is running" not in words(other)


def test_a_desk_belongs_to_its_library(tmp_path, runner):
    assert isinstance(cache.job_queue(), JobQueue)
    assert cache.job_queue().library.root == tmp_path
