"""Names from a table are shown, never interpreted."""

from __future__ import annotations

import html
import re

import pytest
from results_factory import HOSTILE

from rome.text.names import axis_label, axis_lines, literal, shorten, visible


@pytest.mark.parametrize("name", HOSTILE)
def test_a_literal_holds_no_tag_no_tex_and_no_template_field(name):
    text = literal(name)
    assert "<" not in text
    assert ">" not in text
    assert not re.search(r"\$[^$]*\$", text)
    assert "%{" not in text


@pytest.mark.parametrize("name", [*HOSTILE, "a & b", "&lt;b&gt;"])
def test_a_literal_reads_as_the_name_itself(name):
    assert html.unescape(literal(name)).strip("\u2068\u2069") == name


def test_right_to_left_names_are_isolated_from_the_text_around_them():
    assert literal("العمر").startswith("\u2068")
    assert literal("age") == "age"


def test_direction_overrides_and_line_breaks_are_taken_out():
    assert visible("a\u202eb\nc\x00d") == "ab c d"


def test_an_empty_name_is_said_to_be_one():
    assert visible("  \n ") == "(no name)"


def test_a_long_name_keeps_both_ends():
    text = shorten("household income before housing costs in 2019", 24)
    assert len(text) <= 24
    assert text.startswith("household inc")
    assert text.endswith("2019")
    assert "…" in text


def test_a_short_name_is_left_alone():
    assert shorten("age", 24) == "age"


def test_shortening_comes_before_escaping_so_that_no_entity_is_cut():
    assert axis_label("&" * 40, 10) == "&amp;" * 5 + "…" + "&amp;" * 4


def test_crossed_columns_are_broken_between_the_columns():
    text = axis_lines("age ≤ 33 · foreign-worker = yes · sex = male · marital-status = divorced", 28)
    assert text.split("<br>") == [
        "age ≤ 33 ·",
        "foreign-worker = yes ·",
        "sex = male ·",
        "marital-status = divorced",
    ]
    assert axis_lines("age = 39 · sex = male", 28) == "age = 39 · sex = male"


def test_a_name_runs_over_four_lines_at_most():
    lines = axis_lines("a long level of a category, " * 9, 28).split("<br>")
    assert len(lines) == 4
    assert all(len(html.unescape(line)) <= 28 for line in lines)
    assert "…" in lines[-1]


def test_groups_that_begin_and_end_alike_are_told_apart():
    names = [f"age > 39 · race = {race} · status = divorced or separated" for race in ("A", "B")]
    assert axis_lines(names[0]) != axis_lines(names[1])
