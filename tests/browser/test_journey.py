"""The journey as a person makes it: a file, roles, a study, groups, the DRO strength, and a report."""

from __future__ import annotations

import re

import pytest
from page_steps import download, drawn, lasso, says, selected_rows, settle, study_of, train, upload, visit

from rome.datasets import load_sample


@pytest.fixture
def hiring_file(tmp_path):
    """The first rows of the hiring sample as a user's own file, of which nobody has made a study."""
    path = tmp_path / "applicants 2024.csv"
    load_sample("hiring").head(900).to_csv(path, index=False)
    return path


def test_from_a_file_to_a_report_that_opens_without_the_program(visitor, browser, hiring_file, tmp_path):
    page = visitor()
    upload(page, hiring_file)
    says(page, "applicants 2024.csv is open: 900 rows, 9 columns.")
    _make_sensitive(page, "origin")

    page.get_by_role("button", name="Train a study").click()
    page.get_by_role("heading", name="Train", exact=True, level=1).wait_for()
    train(page)
    study = study_of(page)

    page.get_by_role("button", name="See who is in the groups").click()
    page.get_by_role("heading", name="Groups", exact=True, level=1).wait_for()
    drawn(page, 6)
    lasso(page)
    by_hand = selected_rows(page)
    assert 50 < by_hand < 900

    _pick(page, "Group 2, before the outcome")
    page.wait_for_function(
        "before => !document.body.innerText.includes(before + ' rows,')", arg=f"{by_hand:,}"
    )
    assert selected_rows(page) != by_hand

    visit(page, "Compare")
    drawn(page, 4)
    _change_the_strength(page)

    visit(page, "Report")
    path = download(page, "Download the report (HTML)", tmp_path)
    assert path.name.startswith("applicants_2024_report_")
    assert study[:6] in path.name
    _check_report(browser, path)


def _make_sensitive(page, column: str) -> None:
    """Give a column the role of a sensitive one by keyboard; it must leave the features."""
    features = page.locator(".st-key-roles-features")
    features.get_by_text(column).wait_for()
    box = page.get_by_role("combobox", name=re.compile("^Sensitive columns: what groups"))
    box.click()
    box.press_sequentially(column)
    page.get_by_role("option", name=column, exact=True).wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.wait_for_function(
        "name => !document.querySelector('.st-key-roles-features').innerText.includes(name)", arg=column
    )
    settle(page)


def _pick(page, option: str) -> None:
    box = page.get_by_role("combobox", name=re.compile("Rows to look at"))
    box.click()
    page.get_by_role("option", name=option).click()
    settle(page)


def _change_the_strength(page) -> None:
    """Change the DRO strength by keyboard: the price must follow, and no training may happen."""
    price = page.get_by_text("against one pooled model:")
    before = price.inner_text()
    page.get_by_role("slider").focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        "before => ![...document.querySelectorAll('p')].some(p => p.innerText === before)", arg=before
    )
    settle(page)
    drawn(page, 4)
    assert price.inner_text() != before
    page.get_by_role("button", name="Back to the study's strength").click()
    page.get_by_text(before).wait_for()


def _check_report(browser, path) -> None:
    """Open a report from disk, with no network, and see that all of it is there."""
    context = browser.new_context(offline=True)
    page, faults = context.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: faults.append(request.url) if request.url != path.as_uri() else None)
    page.goto(path.as_uri())
    page.wait_for_function("document.querySelectorAll('.main-svg').length > 0")
    assert "applicants 2024.csv" in page.inner_text("h1")
    context.close()
    assert not faults, faults
