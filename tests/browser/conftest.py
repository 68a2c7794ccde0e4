"""A real server and a real browser. Without Chromium the tests are skipped, but never where CI is true."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import study_runs
from page_faults import watch
from page_steps import settle

from dashboard.roles import RolesChoice
from rome.datasets import SAMPLES
from rome.settings.study import Settings
from rome.store import Library
from rome.table import read_table
from rome.table.guess import guess_roles

_WINDOW = {"width": 1280, "height": 1600}
_PATIENCE = 180_000


def pytest_collection_modifyitems(items) -> None:
    """Mark everything in this folder, so that ``-m "not browser"`` leaves it out."""
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


def _missing(what: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}, and CI is true: the browser tests must run there")
    pytest.skip(what)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Chromium, started once."""
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    if executable is None:
        _missing("no Chromium is installed")
    if importlib.util.find_spec("playwright") is None:
        _missing("playwright is not installed")
    from playwright.sync_api import sync_playwright

    from benchmarks.live_app import CHROMIUM_ARGUMENTS

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def library(tmp_path_factory) -> Path:
    """The folder of the server's studies."""
    return tmp_path_factory.mktemp("live") / "studies"


@pytest.fixture(scope="session")
def server(browser, library) -> Iterator[str]:
    """The address of the app, running with a library of its own."""
    from benchmarks.live_app import live_app

    folder = library.parent
    with live_app(library, folder / "server.log") as address:
        yield address
    said = (folder / "server.log").read_text()
    assert "Traceback" not in said, said


@pytest.fixture
def fresh_server(browser, tmp_path) -> Iterator[str]:
    """The address of another server, that nobody has visited yet."""
    from benchmarks.live_app import live_app

    with live_app(tmp_path / "studies", tmp_path / "server.log") as address:
        yield address


@pytest.fixture
def visitor(browser, server) -> Iterator[object]:
    """Open pages as one visitor: ``visitor()`` or ``visitor("/compare", color_scheme="dark")``.

    The test fails if a page of theirs raised, wrote an error to the console, or asked another host.
    """
    contexts, faults = [], []

    def come(path: str = "/", **options):
        context = browser.new_context(viewport=_WINDOW, accept_downloads=True, **options)
        context.set_default_timeout(_PATIENCE)
        contexts.append(context)
        page = context.new_page()
        watch(page, faults)
        page.goto(f"{server}{path}")
        return page

    yield come
    for context in contexts:
        context.close()
    assert not faults, faults


@pytest.fixture
def kept(library) -> Callable[..., str]:
    """Put a finished study of a sample into the server's library, and return its name."""

    def keep(sample: str, **settings: object) -> str:
        asked = Settings(**({"n_groups": SAMPLES[sample].n_groups} | settings))
        return study_runs.keep_study(library, study_runs.sample_table(sample), SAMPLES[sample].roles, asked)

    return keep


@pytest.fixture
def kept_file(library) -> Callable[..., str]:
    """Put a finished study of a user's file into the server's library: the one its form would ask for."""

    def keep(path: Path, **settings: object) -> str:
        table = read_table(path.read_bytes(), path.name)
        roles = RolesChoice.from_guess(guess_roles(table.frame)).roles()
        return study_runs.keep_study(library, table, roles, Settings(**settings))

    return keep


@pytest.fixture
def studied(visitor, kept, library):
    """Open a study of the hiring sample on the Train page, with its table, in one colour scheme.

    Both are there before: that a study is made when somebody asks for it is seen in ``test_journey.py``.
    """

    def opened(**options):
        study = kept("hiring")
        Library(library).tables.keep(study_runs.sample_table("hiring"))
        page = visitor(f"/train?study={study}", **options)
        page.get_by_role("heading", name="The study", exact=True).wait_for()
        settle(page)
        return page

    return opened
