"""The pages beside the journey in a real browser: score a file, hold two studies against each other."""

from __future__ import annotations

import csv
import re

import pandas as pd
import pytest
from page_steps import (
    choose_studies,
    download,
    drawn,
    says,
    settle,
    study_of,
    train,
    upload,
    visit,
)

from rome.datasets import load_sample

_ROWS = 40


@pytest.fixture
def new_people(tmp_path):
    """A file of people with the hiring sample's columns: no outcome, one value missing, one unheard of."""
    people = load_sample("hiring").head(_ROWS).drop(columns="rating")
    people.loc[people.index[3], "years_experience"] = None
    people.loc[people.index[5], "years_experience"] = 5_000.0
    path = tmp_path / "new $people$.csv"
    people.to_csv(path, index=False)
    return path


def test_a_file_is_scored_and_taken_away_with_every_row(studied, new_people, tmp_path):
    page = studied()
    study = study_of(page)
    visit(page, "Score")
    upload(page, new_people)
    says(page, f"{_ROWS} rows, scored by the study of")
    settle(page)
    assert "new $people$.csv" in page.get_by_test_id("stMain").inner_text()
    drawn(page, 1)

    path = download(page, "Download all rows (CSV)", tmp_path)
    assert study[:6] in path.name
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == _ROWS
    assert all(row["rome_prediction"] and row["pooled_prediction"] for row in rows)
    assert "years_experience" in rows[3]["filled_in"]
    assert "years_experience" in rows[5]["reason"]
    assert sum(row["reason"] != "" for row in rows) < _ROWS / 4

    settle(page)
    page.get_by_text("Score another file").click()
    settle(page)
    # By keyboard: the button moves while the section above it opens, and a pointer may miss it.
    page.get_by_role("button", name="Close this file").press("Enter")
    says(page, "Choose a file. Every row gets its group")


def test_a_file_that_lacks_the_studys_columns_is_refused_in_plain_words(studied, tmp_path):
    page = studied()
    path = tmp_path / "other.csv"
    pd.DataFrame({"one": [1.0, 2.0], "two": [3.0, 4.0]}).to_csv(path, index=False)
    visit(page, "Score")
    upload(page, path)
    says(page, "This file can't be scored by this study.")
    assert "Traceback" not in page.inner_text("body")


def test_two_studies_are_held_against_each_other(visitor, kept_file, tmp_path):
    path = tmp_path / "half of them.csv"
    load_sample("diabetes").head(220).to_csv(path, index=False)
    kept_file(path, n_groups=2)
    kept_file(path, n_groups=3)
    page = visitor()
    upload(page, path)
    says(page, "half of them.csv is open: 220 rows")
    settle(page)
    visit(page, "Train")
    train(page)
    first = study_of(page)
    page.get_by_role("slider", name=re.compile("^Number of groups")).press("ArrowRight")
    page.wait_for_function("first => !location.search.includes(first)", arg=first)
    page.get_by_role("button", name="See who is in the groups").wait_for()
    settle(page)

    visit(page, "Studies")
    says(page, "Select one study to open or change it")
    choose_studies(page, 0, 1)
    page.get_by_role("heading", name="Errors side by side").wait_for()
    page.get_by_role("heading", name="Who is in which group").wait_for()
    drawn(page, 1)
    said = page.get_by_test_id("stMain").inner_text()
    assert "A: half of them" in said
    assert "B: half of them" in said


def test_what_if_answers_an_edit_at_once(studied):
    page = studied()
    visit(page, "What if")
    drawn(page, 2)
    says(page, "Change a value on the left")
    number = page.get_by_test_id("stNumberInput").first.locator("input")
    number.fill("1")
    number.press("Enter")
    says(page, "Edited:")
    settle(page)
    drawn(page, 2)
