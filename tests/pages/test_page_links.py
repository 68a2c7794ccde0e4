"""Studies by link: they open in a fresh session, and a bad link says so plainly."""

from __future__ import annotations

import pytest
from page_driver import address, go, press, start, words

PAGES = ("data", "train", "groups", "compare", "report")


@pytest.mark.parametrize("page", PAGES)
def test_a_link_opens_its_study_on_every_page(hiring_study, page):
    at = go(start(hiring_study), page)
    assert not at.error
    assert "hiring.csv, outcome rating" in words(at).replace("*", "")
    assert address(at) == hiring_study


@pytest.mark.parametrize("link", ["0123456789abcdef", "../../etc/passwd", "", "<script>"])
def test_a_link_to_no_study_says_so_and_is_taken_out_of_the_address(link):
    at = start(link)
    assert "could not be opened" in at.error[0].value
    assert "study" not in at.query_params
    assert at.button(key="sample-hiring")


def test_the_steps_say_what_is_done_and_what_comes_next(hiring_study):
    def icons(at):
        return [link.proto.icon.split("/")[-1].strip(":") for link in at.sidebar.get("page_link")][:5]

    at = start()
    assert icons(at) == ["arrow_circle_right", "circle", "circle", "circle", "circle"]
    press(at, "sample-hiring")
    assert icons(at) == ["check_circle", "arrow_circle_right", "circle", "circle", "circle"]
    at = go(start(hiring_study), "groups")
    assert icons(at) == ["check_circle", "check_circle", "check_circle", "arrow_circle_right", "circle"]


def test_the_steps_say_what_comes_next_in_words(hiring_study):
    assert "Next: 1. Data" in words(start())
    at = go(start(hiring_study), "groups")
    assert "Next: 4. Compare" in words(at)
    for page in ("compare", "report"):
        go(at, page)
    assert "Every step is done" in words(at)


def test_a_link_to_a_study_of_a_sample_opens_the_sample(hiring_study):
    at = start(hiring_study)
    assert "hiring.csv is open" in words(at)


def test_a_link_says_on_the_data_page_that_the_studys_table_is_not_open(hostile_study):
    assert "not the table that it was made of" in words(start(hostile_study))
    assert "not the table that it was made of" not in words(start())
    assert "not the table that it was made of" not in words(press(start(hostile_study), "sample-hiring"))
