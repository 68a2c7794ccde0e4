"""Pictures of every page in light and dark, for people to look at.

``python -m benchmarks.screenshots --out FOLDER`` walks the journey on the hiring sample, or on a table of
yours (``--table FILE``, with the roles that are guessed), and writes one full-page PNG a page and theme.
"""

from __future__ import annotations

import argparse
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.live_app import CHROMIUM_ARGUMENTS, live_app

WIDTH, HEIGHT = 1280, 1600
THEMES = ("light", "dark")
_PATIENCE = 180_000


def main(arguments: Sequence[str] | None = None) -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screenshots", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--table", type=Path, metavar="FILE")
    parser.add_argument("--sample", default="hiring", metavar="NAME")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        folder = Path(scratch)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS
        )
        with live_app(folder / "studies", folder / "server.log") as address:
            for theme in THEMES:
                context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=theme)
                context.set_default_timeout(_PATIENCE)
                _walk(context.new_page(), address, options, theme)
                context.close()
        browser.close()


def _walk(page: Page, address: str, options: argparse.Namespace, theme: str) -> None:
    """Walk the journey, taking a picture of each page before and after there is something on it."""

    def shoot(name: str) -> None:
        settle(page)
        full_height(page)
        path = options.out / f"{name}_{theme}.png"
        page.screenshot(path=path)
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        print(path)

    page.goto(address)
    shoot("1_data_empty")
    visit(page, "Groups")
    shoot("3_groups_empty")
    visit(page, "Data")
    if options.table:
        page.locator("input[type=file]").set_input_files(options.table)
    else:
        page.locator(f".st-key-sample-{options.sample} button").click()
    page.get_by_text("is open:").first.wait_for()
    shoot("1_data")
    visit(page, "Train")
    shoot("2_train_before")
    page.locator(".st-key-train-start button").click()
    page.get_by_role("heading", name="The study").wait_for()
    page.get_by_text("More settings").click()
    shoot("2_train")
    for number, name in ((3, "Groups"), (4, "Compare"), (5, "Report")):
        visit(page, name)
        shoot(f"{number}_{name.lower()}")
    visit(page, "Groups")
    page.get_by_role("combobox", name=re.compile("Rows to look at")).click()
    page.get_by_role("option").nth(1).click()
    page.get_by_text(re.compile("rows, .* of all")).wait_for()
    page.get_by_text("Table and downloads").nth(1).click()
    shoot("3_groups_picked")
    visit(page, "Compare")
    page.get_by_role("radio", name="Observed groups").click()
    for fold in page.get_by_text("Table and downloads").all():
        fold.click()
    shoot("4_compare_observed")


def visit(page: Page, name: str) -> None:
    """Go to a page by its step in the sidebar."""
    page.get_by_test_id("stSidebar").get_by_role("link", name=name).click()
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
        page.set_viewport_size({"width": WIDTH, "height": max(int(height), 600)})
        page.wait_for_timeout(250)


if __name__ == "__main__":
    main()
