"""Pictures of every page in light and dark, for people to look at.

``python -m benchmarks.screenshots --out FOLDER`` walks every page on the hiring sample and writes one
full-page PNG a page and theme. ``--table FILE [FILE ...]`` walks them on tables of yours, one after the
other, each with its name before its pictures. The roles are those that are guessed, or those of a file
``NAME.json`` beside ``NAME.csv`` that names "outcome", "sensitive" and "features". ``--size 1366x768`` opens
a window of another size, and ``--in-sight`` takes what that window shows without scrolling, and no more.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.live_app import CHROMIUM_ARGUMENTS, live_app
from rome.settings.study import Settings
from rome.store.settings_file import write_settings
from rome.table import Roles

SIZE = (1280, 1600)
THEMES = ("light", "dark")
_PATIENCE, _TRIES = 300_000, 5


@dataclass(frozen=True)
class Walk:
    """Which table is walked, and where its pictures go; ``table`` is None for the sample."""

    out: Path
    theme: str
    sample: str
    table: Path | None
    in_sight: bool


def main(arguments: Sequence[str] | None = None) -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screenshots", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--table", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--sample", default="hiring", metavar="NAME")
    parser.add_argument("--size", type=window_size, default=SIZE, metavar="WIDTHxHEIGHT")
    parser.add_argument("--in-sight", action="store_true", help="only what is seen without scrolling")
    options = parser.parse_args(arguments)
    for table in options.table or []:
        if not table.is_file():
            parser.error(f'there is no file "{table}"')
    options.out.mkdir(parents=True, exist_ok=True)
    with _newcomers(options.size) as newcomer:
        for theme in THEMES:
            walks = [
                Walk(options.out, theme, options.sample, table, options.in_sight)
                for table in options.table or [None]
            ]
            with newcomer(theme) as page:
                _shoot_empty(page, partial(_shoot, page, walks[0], ""))
            for walk in walks:
                with newcomer(theme) as page:
                    _walk(page, walk)


def window_size(text: str) -> tuple[int, int]:
    """Return the width and height that ``1366x768`` names, in pixels."""
    size = re.fullmatch(r"(\d+)x(\d+)", text)
    if size is None:
        raise argparse.ArgumentTypeError(f'"{text}" is not a size such as 1366x768')
    return int(size.group(1)), int(size.group(2))


@contextmanager
def _newcomers(size: tuple[int, int]) -> Iterator[Callable[[str], object]]:
    """Run the app and a browser; yield what opens the app for somebody new, in a theme."""
    width, height = size
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        folder = Path(scratch)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS
        )
        with live_app(folder / "studies", folder / "server.log") as address:

            @contextmanager
            def newcomer(theme: str) -> Iterator[Page]:
                context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
                context.set_default_timeout(_PATIENCE)
                page = context.new_page()
                page.goto(address)
                page.get_by_role("heading").first.wait_for()
                yield page
                context.close()

            yield newcomer
        browser.close()


def _shoot(page: Page, walk: Walk, before: str, name: str) -> None:
    """Take a picture of the page, with no help lying open under the pointer."""
    page.mouse.move(1, 1)
    settle(page)
    size = page.viewport_size
    if not walk.in_sight:
        full_height(page)
    path = walk.out / f"{before}{name}_{walk.theme}.png"
    page.screenshot(path=path)
    page.set_viewport_size(size)
    print(path, flush=True)


def _shoot_empty(page: Page, shoot: Callable[[str], None]) -> None:
    """Take pictures of the pages before a table is open."""
    shoot("1_data_empty")
    for number, name in ((3, "Groups"), (6, "Studies"), (7, "Score"), (9, "About")):
        visit(page, name)
        shoot(f"{number}_{name.lower()}" + ("" if name == "About" else "_empty"))


def _walk(page: Page, walk: Walk) -> None:
    """Walk every page with a table and its study, taking a picture of each."""
    before = f"{walk.table.stem}_" if walk.table else ""
    shoot = partial(_shoot, page, walk, before)
    _open(page, walk)
    shoot("1_data")
    visit(page, "Train")
    shoot("2_train_before")
    page.locator(".st-key-train-start button").click()
    page.get_by_role("heading", name="The study", exact=True).wait_for()
    page.get_by_text("More settings", exact=True).click()
    shoot("2_train")
    _shoot_groups(page, shoot)
    visit(page, "Compare")
    shoot("4_compare")
    _shoot_observed(page, shoot)
    visit(page, "Report")
    shoot("5_report")
    _shoot_beside(page, shoot)


def _open(page: Page, walk: Walk) -> None:
    """Open the table, with its roles where a file beside it names them."""
    if walk.table is None:
        page.locator(f".st-key-sample-{walk.sample} button").click()
    else:
        page.locator("input[type=file]").first.set_input_files(walk.table)
    page.get_by_role("heading", name="What each column is", exact=True).wait_for()
    settle(page)
    beside = None if walk.table is None else walk.table.with_suffix(".json")
    if beside is None or not beside.is_file():
        return
    page.get_by_text("Take roles and settings from a file").click()
    content = _settings(beside)
    page.locator(".st-key-settings-upload-data input[type=file]").set_input_files(
        {"name": beside.name, "mimeType": "application/json", "buffer": content}
    )
    page.get_by_text("Roles and settings were taken from").first.wait_for()
    settle(page)


def _settings(path: Path) -> bytes:
    """Return the roles that a description of a table names, as a file of settings."""
    about = json.loads(path.read_text(encoding="utf-8"))
    roles = Roles(
        about["outcome"],
        features=about["features"],
        sensitive=about["sensitive"],
        ignored=about.get("ignore", ()),
    )
    return write_settings(roles, Settings(), path.name)


def _shoot_groups(page: Page, shoot: Callable[[str], None]) -> None:
    """Take pictures of Groups as it comes, and with the rows of a group picked."""
    visit(page, "Groups")
    shoot("3_groups")
    pick = page.get_by_role("combobox", name=re.compile("Rows to look at"))
    if not pick.count():
        return
    option = page.get_by_role("option", name=re.compile("before the outcome")).first
    # The window has just changed its size, which closes a list that opens meanwhile.
    for _ in range(_TRIES):
        pick.press("ArrowDown")
        page.wait_for_timeout(500)
        if option.is_visible():
            break
    option.click()
    page.get_by_text("How they differ from everybody").wait_for()
    settle(page)
    page.get_by_text("Table and downloads").nth(1).click()
    shoot("3_groups_picked")


def _shoot_observed(page: Page, shoot: Callable[[str], None]) -> None:
    """Take a picture of Compare by the observed groups, with its tables unfolded."""
    observed = page.get_by_role("radio", name="Observed groups")
    if not observed.count():
        return
    observed.click()
    settle(page)
    for fold in page.get_by_text("Table and downloads").all():
        fold.click()
    shoot("4_compare_observed")


def _shoot_beside(page: Page, shoot: Callable[[str], None]) -> None:
    """Take pictures of the pages beside the journey, each with something on it."""
    visit(page, "Studies")
    # The list is drawn on a canvas: its boxes are found by their place.
    page.get_by_test_id("stDataFrame").first.locator("canvas").first.click(
        position={"x": 16, "y": 52}, force=True
    )
    page.locator(".st-key-study-panel").wait_for()
    shoot("6_studies")
    visit(page, "Score")
    page.locator(".st-key-score-open-table button").click()
    page.get_by_role("heading", name="The rows", exact=True).wait_for()
    shoot("7_score")
    visit(page, "What if")
    shoot("8_what_if")


def visit(page: Page, name: str) -> None:
    """Go to a page by its link in the sidebar, once what was asked before has been drawn."""
    settle(page)
    # Off the links, whose help would lie over the next one.
    page.mouse.move(page.viewport_size["width"] - 1, 1)
    link = page.get_by_test_id("stSidebar").get_by_role("link", name=re.compile(rf"^(\d\. )?{name}$"))
    link.click()
    page.get_by_role("heading", name=name, exact=True, level=1).wait_for()
    settle(page)


def settle(page: Page) -> None:
    """Wait until the script has run and the page has drawn what it sent."""
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    page.wait_for_function(
        "document.querySelectorAll('[data-stale=true], [data-testid=stSkeleton]').length === 0"
    )
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def full_height(page: Page) -> None:
    """Make the window as tall as the page, so that a picture of it holds everything."""
    for _ in range(3):
        height = page.evaluate(
            "() => Math.max(...[...document.querySelectorAll('[data-testid=stMain], "
            "[data-testid=stSidebarContent]')].map(part => part.scrollHeight))"
        )
        page.set_viewport_size({"width": page.viewport_size["width"], "height": max(int(height), 600)})
        page.wait_for_timeout(250)


if __name__ == "__main__":
    main()
