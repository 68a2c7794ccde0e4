"""How long things take, in words."""

from __future__ import annotations

import pytest

from dashboard.shared import running


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.4, "a few seconds"),
        (3, "a few seconds"),
        (6, "about 5 seconds"),
        (17, "about 15 seconds"),
        (70, "about 60 seconds"),
        (100, "about 90 seconds"),
        (130, "about 2 minutes"),
        (400, "about 7.5 minutes"),
        (1700, "about 30 minutes"),
    ],
)
def test_a_duration_is_said_as_people_say_it(seconds, said):
    assert running.time_in_words(seconds) == said


@pytest.mark.parametrize(
    ("likely", "said"),
    [
        ((1, 2.5), "A few seconds"),
        ((11, 19), "About 10 to 20 seconds"),
        ((14, 16), "About 15 seconds"),
        ((45, 170), "About 45 seconds to 3 minutes"),
        ((130, 290), "About 2 to 5 minutes"),
        ((2000, 4000), "About 30 to 67 minutes"),
    ],
)
def test_an_expected_time_is_a_range_in_one_unit_where_it_can_be(likely, said):
    assert running.expected(likely) == said


def test_times_are_clock_times_with_what_is_left():
    assert running.times(65.9, 12) == "1:05 so far, about 10 seconds left"
    assert running.times(4.2, None) == "0:04 so far"


@pytest.mark.parametrize("state", ["interrupted", "killed", "broken", "cancelled"])
def test_every_bad_end_names_its_study_letter_by_letter(state):
    said = running.ended(state, "", "<b>x</b>.csv")
    assert "\\<b\\>" in said
    assert "{}" not in said
