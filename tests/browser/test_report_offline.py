"""A report in a real browser: everything drawn, nothing fetched, nothing run but its own."""

from __future__ import annotations

import pytest
from results_factory import make_result

from rome.report.html import render

pytestmark = pytest.mark.browser
_PLOTS = "[data-figure]"


def _open(browser, tmp_path, html, scheme="light", width=900):
    """Return the page with the faults, dialogs and requests that it made."""
    path = tmp_path / "report.html"
    path.write_text(html, encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 1200}, color_scheme=scheme)
    seen: list[str] = []
    page.on("pageerror", lambda error: seen.append(f"error {error}"))
    page.on("dialog", lambda dialog: (seen.append("dialog"), dialog.dismiss()))
    page.on("console", lambda message: seen.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: seen.append(request.url) if request.url != path.as_uri() else None)
    page.goto(path.as_uri())
    page.wait_for_function(
        f"[...document.querySelectorAll('{_PLOTS}')].every(p => p.querySelector('.main-svg'))"
    )
    return page, seen


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("outcome", ["numeric", "binary"])
def test_every_figure_is_drawn_and_nothing_else_happens(browser, tmp_path, scheme, outcome):
    html = render(
        make_result(4, outcome, hostile=True),
        title="<script>alert(2)</script>",
        notes="<img src=x onerror=alert(3)>",
    )
    page, seen = _open(browser, tmp_path, html, scheme)
    drawn = page.evaluate(
        f"[...document.querySelectorAll('{_PLOTS}')].map(p => !!p.querySelector('.main-svg'))"
    )
    assert len(drawn) >= 10
    assert all(drawn)
    assert seen == []


def test_a_hostile_name_is_readable_on_an_axis(browser, tmp_path):
    page, _ = _open(browser, tmp_path, render(make_result(2, hostile=True)))
    ticks = page.evaluate("[...document.querySelectorAll('.ytick text')].map(t => t.textContent)")
    assert any(tick.startswith("<script>alert") and "</script>" in tick for tick in ticks)


@pytest.mark.parametrize("width", [420, 900])
def test_the_page_never_scrolls_sideways(browser, tmp_path, width):
    page, _ = _open(browser, tmp_path, render(make_result(4, hostile=True)), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_figures_follow_the_readers_theme_and_print_in_light(browser, tmp_path):
    page, _ = _open(browser, tmp_path, render(make_result(2)), "dark")
    colour = f"document.querySelector('{_PLOTS}')._fullLayout.font.color"
    assert page.evaluate(colour) == "#E7EAEE"
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.wait_for_function(f"{colour} === '#1B1F24'")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.wait_for_function(f"{colour} === '#E7EAEE'")


def test_an_injected_script_is_stopped_by_the_policy(browser, tmp_path):
    html = render(make_result(2)).replace("<footer>", "<script>window.stolen = 1</script><footer>")
    page, seen = _open(browser, tmp_path, html)
    assert page.evaluate("window.stolen") is None
    assert any("Content Security Policy" in text for text in seen)


def test_tables_are_unfolded_on_paper_and_folded_again(browser, tmp_path):
    page, _ = _open(browser, tmp_path, render(make_result(2)))
    folded = "[...document.querySelectorAll('details')].filter(fold => !fold.open).length"
    before = page.evaluate(folded)
    assert before > 5
    page.locator("details").first.locator("summary").click()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(folded) == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(folded) == before - 1
