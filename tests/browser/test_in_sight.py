"""What a window shows without scrolling: the answer of a page and its picture, and nothing over them."""

from __future__ import annotations

import pytest
from page_steps import drawn, settle, visit


def _bottom(part) -> float:
    box = part.bounding_box()
    return box["y"] + box["height"]


def test_the_answer_and_the_picture_of_a_page_are_in_sight_together(studied):
    page = studied()
    for name in ("Groups", "Compare"):
        visit(page, name)
        drawn(page, 1)
        for width, height in ((1280, 800), (1366, 768), (1920, 1080)):
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(500)
            assert _bottom(page.locator(".js-plotly-plot .nsewdrag").first) <= height, (name, width)
    visit(page, "Report")
    page.set_viewport_size({"width": 1280, "height": 800})
    assert _bottom(page.get_by_role("button", name="Download the report (HTML)")) <= 800


def test_the_pointer_on_a_step_covers_neither_the_title_nor_another_step(visitor):
    page = visitor()
    visit(page, "Groups")
    page.wait_for_timeout(1500)
    assert page.get_by_role("tooltip").count() == 0


@pytest.mark.parametrize("width", [1280, 1366])
def test_the_buttons_of_the_samples_stand_in_one_line(visitor, width):
    page = visitor()
    page.set_viewport_size({"width": width, "height": 800})
    settle(page)
    buttons = page.get_by_role("button", name="Open ").all()
    assert len(buttons) == 3
    assert len({round(_bottom(button)) for button in buttons}) == 1
