"""What a visitor does on the pages, in the words of the pages."""

from __future__ import annotations

import re
from pathlib import Path

JOURNEY = ("Data", "Train", "Groups", "Compare", "Report")
BESIDE = ("Studies", "Score", "What if", "About")
PAGES = JOURNEY + BESIDE


def settle(page) -> None:
    """Wait until the script has run and everything it sent is drawn."""
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    page.wait_for_function(
        "document.querySelectorAll('[data-stale=true], [data-testid=stSkeleton]').length === 0"
    )


def visit(page, name: str) -> None:
    """Go to a page by its link in the sidebar."""
    page.get_by_test_id("stSidebar").get_by_role("link", name=re.compile(rf"^(\d\. )?{name}$")).click()
    page.get_by_role("heading", name=name, exact=True, level=1).wait_for()
    settle(page)


def open_sample(page, title: str) -> None:
    """Open a sample on the Data page."""
    page.get_by_role("button", name=f"Open {title}").click()
    says(page, "is open:")
    settle(page)


def says(page, text: str) -> None:
    """Wait until the page itself, not its sidebar, says ``text``."""
    page.get_by_test_id("stMain").get_by_text(text).first.wait_for()


def upload(page, file: Path) -> None:
    """Choose a file on the Data page, or on the Score page."""
    page.locator("input[type=file]").first.set_input_files(file)


def train(page) -> None:
    """Start the study on the Train page and wait for its result."""
    page.get_by_role("button", name="Start training").or_(
        page.get_by_role("button", name="Open the finished study")
    ).click()
    page.get_by_role("heading", name="The study", exact=True).wait_for()
    settle(page)


def drawn(page, least: int) -> None:
    """Wait until there are so many figures or more, and every one of them is drawn."""
    page.wait_for_function(
        "least => (plots => plots.length >= least && plots.every(plot => plot.querySelector('.main-svg')))"
        "([...document.querySelectorAll('.js-plotly-plot')])",
        arg=least,
    )


def lasso(page) -> None:
    """Draw a loop around the middle of the map."""
    area = page.locator(".js-plotly-plot .nsewdrag").first
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    left, top, width, height = (box[key] for key in ("x", "y", "width", "height"))
    corners = [(0.3, 0.3), (0.6, 0.25), (0.7, 0.6), (0.5, 0.75), (0.3, 0.6), (0.3, 0.3)]
    places = [(left + x * width, top + y * height) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()


def choose_studies(page, *lines: int) -> None:
    """Choose studies of the list by their lines, the first being 0."""
    # The list is drawn on a canvas: its boxes can't be found by name, only by place.
    for line in lines:
        canvas = page.get_by_test_id("stDataFrame").first.locator("canvas").first
        # By force: what scrolls the list lies over it, and hands the press on.
        canvas.click(position={"x": 16, "y": 35 + 35 * line + 17}, force=True)
        settle(page)


def download(page, label: str, folder: Path) -> Path:
    """Press a download's button and return the file, in ``folder`` under the name it was given."""
    with page.expect_download() as coming:
        page.get_by_role("button", name=label).click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path


def selected_rows(page) -> int:
    """Return how many rows the page says are selected, once it says so."""
    line = page.get_by_text(re.compile(r"[\d,]+ rows, .* of all"))
    line.wait_for()
    return int(re.match(r"([\d,]+) rows", line.inner_text()).group(1).replace(",", ""))


def study_of(page) -> str:
    """Return the study that the address names."""
    page.wait_for_url(re.compile(r"study=[0-9a-f]{16}"))
    return re.search(r"study=([0-9a-f]{16})", page.url).group(1)
