"""The About page and the way to it: what it does, what it can't tell, where the data are."""

from __future__ import annotations

import pytest
from page_driver import go, press, primary, start, words

from rome import __version__


@pytest.mark.parametrize("opened", ["nothing", "table", "study"])
def test_the_page_says_what_where_and_whose_whatever_is_open(opened, request):
    if opened == "study":
        at = start(request.getfixturevalue("hiring_study"))
    else:
        at = start() if opened == "nothing" else press(start(), "sample-hiring")
    said = words(go(at, "about"))
    assert "What it cannot tell" in said
    assert "2509.17411" in said
    assert f"ROME Studio {__version__}" in said
    assert "Nothing leaves the computer" in said
    assert "Enter or Space" in said
    assert "BSD 3-Clause" in said
    assert primary(at) == []


def test_the_method_has_five_sentences():
    at = go(start(), "about")
    method = next(each.value for each in at.markdown if each.value.startswith("1. "))
    assert len(method.splitlines()) == 5
    assert all(line.endswith(".") for line in method.splitlines())


def test_the_licence_can_be_read_in_full():
    at = go(start(), "about")
    assert "Redistribution and use" in at.code[0].value


def test_other_pages_stand_apart_from_the_five_steps():
    at = go(start(), "about")
    labels = [link.proto.label for link in at.sidebar.get("page_link")]
    assert [label[:2] for label in labels[:5]] == ["1.", "2.", "3.", "4.", "5."]
    assert labels[5] == "Studies"
    assert labels[-1] == "About"
