"""A comparison of models that is stopped and asked for again, in a real browser."""

from __future__ import annotations

from page_steps import says, settle, visit

_STOP = {"name": "Stop", "exact": True}


def _choose(page) -> None:
    """Choose the pooled model against ROME over 20 splits, unlike the form's first choices."""
    for title in ("One model, sensitive columns too", "Separate slopes by sensitive column", "Boosted trees"):
        page.get_by_test_id("stMain").get_by_text(title, exact=True).click()
        settle(page)
    page.get_by_role("combobox", name="Random splits").click()
    page.get_by_role("option", name="20", exact=True).click()
    settle(page)


def _start(page) -> None:
    page.get_by_test_id("stMain").get_by_role("button", name="Compare", exact=True).click()
    says(page, "2 models are being compared")
    says(page, "over 20 splits")


def test_a_stopped_comparison_goes_on_with_the_models_that_were_chosen(studied):
    page = studied()
    visit(page, "Compare")
    _choose(page)
    for _ in range(2):
        _start(page)
        page.get_by_role("button", **_STOP).click()
        page.get_by_role("button", **_STOP).wait_for(state="detached")
        settle(page)
    assert (
        page.get_by_text("Boosted trees", exact=True)
        .locator("xpath=ancestor::label")
        .locator("input")
        .is_checked()
        is False
    )
