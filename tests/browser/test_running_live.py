"""Long work with a real server and real browsers: left, found, shared, stopped, killed, restarted."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from page_faults import watch
from page_steps import open_sample, says, settle, study_of, visit

from benchmarks.live_app import live_app

_STOP, _AGAIN = {"name": "Stop", "exact": True}, {"name": "Run again"}


@pytest.fixture
def house(browser, tmp_path):
    """A server with its studies, and people who come to it, each with a browser of their own.

    The test fails if a page of theirs raised, wrote an error to the console, or asked another host.
    """
    contexts, faults = [], []

    def come(address: str, path: str = "/"):
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 1600}))
        contexts[-1].set_default_timeout(180_000)
        # Of the whole context, so that a page which is opened later is watched too.
        contexts[-1].on("page", lambda page: watch(page, faults))
        page = contexts[-1].new_page()
        page.goto(f"{address}{path}")
        return page

    with live_app(tmp_path / "studies", tmp_path / "server.log") as address:
        yield address, come, tmp_path / "studies"
        for context in contexts:
            context.close()
    assert not faults, faults


def _workers(studies: Path) -> list[int]:
    """Return the worker processes that serve a library, by what they were started with."""
    if not Path("/proc").is_dir():
        pytest.skip("processes can't be looked up here")
    found, wanted = [], f"ROME_STUDIES={studies}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command, known = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
        except OSError:
            continue  # It ended while it was looked at, or is somebody else's.
        if b"rome.jobs.worker" in command and wanted in known.split(b"\0"):
            found.append(int(folder.name))
    return found


def _none_left(studies: Path) -> None:
    until = time.monotonic() + 10
    while _workers(studies) and time.monotonic() < until:
        time.sleep(0.1)
    assert _workers(studies) == []


def _start(page) -> str:
    """Start a study that takes a while; return its name."""
    open_sample(page, "the paper's simulation")
    visit(page, "Train")
    page.get_by_role("button", name="Start training").click()
    page.get_by_role("button", **_STOP).wait_for()
    return study_of(page)


def _is_followed(page) -> None:
    page.get_by_role("button", **_STOP).wait_for()
    says(page, "A study of paper.csv is running")


def test_a_run_survives_leaving_reloading_and_closing_and_is_found_by_its_link(house):
    address, come, _ = house
    page = come(address)
    study = _start(page)
    visit(page, "Data")
    says(page, "A study of paper.csv is running")
    page.get_by_role("link", name="See how far it is").click()
    _is_followed(page)
    page.reload()
    _is_followed(page)
    assert study_of(page) == study
    context = page.context
    page.close()
    page = context.new_page()
    page.goto(f"{address}/train?study={study}")
    _is_followed(page)
    page.get_by_role("button", **_STOP).click()
    says(page, "The run was stopped")


def test_who_shares_a_run_cannot_stop_it_for_the_other(house):
    address, come, studies = house
    mine = come(address)
    study = _start(mine)
    theirs = come(address, f"/train?study={study}")
    _is_followed(theirs)
    theirs.get_by_role("button", **_STOP).click()
    says(theirs, "It goes on, because somebody else asked")
    _is_followed(mine)
    stranger = come(address, "/train")
    says(stranger, "No table is open yet")
    assert stranger.get_by_text("is running").count() == 0
    mine.reload()
    _is_followed(mine)
    mine.get_by_role("button", **_STOP).click()
    says(mine, "The run was stopped")
    [outcome] = _appear(studies, f"jobs/{study}/*/outcome.json")
    assert '"cancelled"' in outcome.read_text()


def _appear(folder: Path, pattern: str) -> list[Path]:
    until = time.monotonic() + 10
    while not (found := list(folder.glob(pattern))) and time.monotonic() < until:
        time.sleep(0.1)
    return found


def test_a_killed_worker_is_told_and_the_run_can_be_asked_again(house):
    address, come, studies = house
    page = come(address)
    study = _start(page)
    page.get_by_text("Trying which model helps…").wait_for()
    for pid in _workers(studies):
        os.kill(pid, signal.SIGKILL)
    page.get_by_role("button", **_AGAIN).wait_for()
    says(page, "ended before its time")
    settle(page)
    page.get_by_role("button", **_AGAIN).click()
    _is_followed(page)
    assert study_of(page) == study
    page.get_by_role("button", **_STOP).click()
    says(page, "The run was stopped")


def test_a_server_that_stops_leaves_no_workers_and_the_next_one_finds_the_interrupted_run(browser, tmp_path):
    context, studies = browser.new_context(), tmp_path / "studies"
    context.set_default_timeout(180_000)
    with live_app(studies, tmp_path / "first.log") as address:
        page = context.new_page()
        page.goto(address)
        study = _start(page)
        assert _workers(studies)
        page.close()
    _none_left(studies)
    with live_app(studies, tmp_path / "second.log") as address:
        page = context.new_page()
        page.goto(f"{address}/train?study={study}")
        says(page, "was stopped while it made the study of paper.csv")
        page.get_by_role("button", **_AGAIN).click()
        _is_followed(page)
        page.close()
    _none_left(studies)
    context.close()
