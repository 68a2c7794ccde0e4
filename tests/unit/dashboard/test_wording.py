"""Words of the user's are shown letter by letter, and our own sentences are sentences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dashboard
from dashboard.screens.data import words as data
from dashboard.shared import page
from dashboard.shared.words import plain
from rome.table.overview import ColumnOverview

DASHBOARD = Path(dashboard.__file__).parent


@pytest.mark.parametrize(
    "text",
    ["**bold**", "[a](http://b.c)", "$x^2$", ":red[x]", "# title", "`code`", "<b>b</b>", "a | b", "~~x~~"],
)
def test_nothing_of_the_users_is_markup(text):
    for character in set(text) & set("*[]($`<>#|~:"):
        assert re.search(rf"(?<!\\){re.escape(character)}", plain(text)) is None


def test_the_short_name_of_an_emoji_is_kept_apart():
    assert plain(":smile:") == "\\:\u2060smile\\:"


@pytest.mark.parametrize(
    ("text", "parted"),
    [
        ("http://a.b", "http:\u2060//a.b"),
        ("HTTPS://a.b", "HTTPS:\u2060//a.b"),
        ("www.a.b", "www\u2060.a.b"),
        ("me@a.b", "me@\u2060a.b"),
    ],
)
def test_an_address_is_kept_apart_so_that_it_becomes_no_link(text, parted):
    assert plain(text).replace("\\", "") == parted


def test_nothing_stays_nothing():
    assert plain("") == ""


def test_control_characters_and_line_breaks_are_taken_away():
    assert plain("a\u202eb\nc\x07d") == "ab c d"


@given(st.text(alphabet=st.characters(codec="ascii", categories=["L", "N", "P", "S"]), min_size=1))
def test_the_letters_stay_in_their_order(text):
    assert plain(text).replace("\\", "").replace("\u2060", "") == text.replace("\\", "")


def test_a_columns_values_are_said_shortly():
    number = ColumnOverview("age", "numeric", 3, 0.25, 9, 0.5, 12000.0, ())
    assert data.values(number) == "0.5 to 12,000"
    assert data.missing(number) == "3 (25%)"
    text = ColumnOverview("sex", "text", 0, 0.0, 3, None, None, ("f", "m"))
    assert data.values(text) == "f, m, …"
    assert data.missing(text) == "none"


def test_only_state_touches_the_session_and_only_cache_caches():
    for room in DASHBOARD.rglob("*.py"):
        text = room.read_text()
        name = room.relative_to(DASHBOARD).as_posix()
        assert ("st.session_state" in text or "st.query_params" in text) == (name == "state.py"), name
        assert bool(re.search(r"@st\.cache_", text)) == (name == "cache.py"), name
        assert "unsafe_allow_html" not in text, name


def test_the_style_sheet_says_everything_once():
    rules = re.sub(r"/\*.*?\*/", "", page._STYLE, flags=re.DOTALL)
    selectors = [selector.strip() for selector in re.findall(r"([^{}>]+)\{", rules)]
    assert len(selectors) == len(set(selectors)) > 4
    assert "h3.rome-group" in selectors
