"""Tables on a page: what fits, what wraps, and what gives way."""

from __future__ import annotations

from dashboard.shared.figure_card import layout


def test_a_table_that_fits_keeps_its_widths_and_has_rows_of_one_line():
    laid_out = layout(["Term", "Odds"], [["age", "15.4"], ["region = northeast", "1.40"]])
    assert laid_out.row is None
    assert laid_out.widths == (7 * 18 + 26, 60)


def test_the_longest_text_gets_the_room_so_that_rows_are_low():
    sentence = "Squared error, by cross-validation in the training rows; below 0 the groups are better. " * 2
    value = "0.05 (the smallest possible with 19 tables)"
    laid_out = layout(["What", "Value", "Read as"], [["Agreement of two halves", value, sentence]])
    short, middle, long = laid_out.widths
    assert short < middle < long
    assert sum(laid_out.widths) <= 770
    assert 3 * 20 <= laid_out.row <= 4 * 20 + 16
    assert layout(["What"], [["word " * 2000]]).row <= 7 * 20 + 16


def test_the_table_of_a_groups_portrait_fits_beside_the_sidebar():
    headings = ["Term", "Group", "Everybody", "Difference in SD", "Measure", "Sensitive", "Column"]
    rows = [
        [
            "origin = moved as adult",
            "3% (2% to 5%)",
            "18%",
            "−0.387 (−0.429 to −0.346)",
            "share",
            "sensitive",
            "origin",
        ],
        ["years_experience", "12.31 (11.88 to 12.79)", "12.6", "−0.045", "mean", "", "years_experience"],
    ]
    assert sum(layout(headings, rows).widths) <= 770


def test_a_heading_is_never_cut():
    headings = [f"A heading of some length {number}" for number in range(9)]
    laid_out = layout(headings, [["x" * 60] * 9])
    assert min(laid_out.widths) >= 8 * len(headings[0])


def test_a_word_of_usual_length_is_not_broken():
    words = [["Everybody", *["60.5 (46.8 to 75.7) million"] * 8]]
    assert layout(["Of", *["Pooled"] * 8], words).widths[0] >= 8 * len("Everybody")


def test_a_table_without_rows_has_a_layout():
    assert layout(["Term"], []).widths == (60,)
    assert layout([], []).widths == ()


def test_rows_that_wrap_are_high_enough_for_the_browser_to_wrap_them():
    two_lines = layout(["What"], [["eight ch " * 12]])
    assert two_lines.row == 66
