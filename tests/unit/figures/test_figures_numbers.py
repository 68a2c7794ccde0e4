"""Numbers carry the digits that their interval bears."""

from __future__ import annotations

import pytest
from results_factory import make_result

from rome.results import Comparison
from rome.stats.estimate import Estimate
from rome.text.numbers import (
    MISSING,
    decimals_for,
    format_change,
    format_count,
    format_estimate,
    format_number,
    format_p,
    format_percent,
    format_percent_interval,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("half_width", "decimals"), [(2.65, 1), (26.5, 0), (265, -1), (0.265, 2), (0.0265, 3), (1.0, 1)]
)
def test_decimals_follow_two_digits_of_the_half_width(half_width, decimals):
    assert decimals_for(half_width) == decimals


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        ((23.6412, 20.98, 26.31), "23.6 (95% 21.0 to 26.3)"),
        ((145_233.0, 142_000.0, 148_000.0), "145,200 (95% 142,000 to 148,000)"),
        ((0.14291, 0.13, 0.152), "0.143 (95% 0.130 to 0.152)"),
        ((60.51e6, 52e6, 69e6), "60.5 million (95% 52.0 million to 69.0 million)"),
        ((-0.2, -1.0, 0.6), "−0.20 (95% −1.00 to 0.60)"),
        ((3.0, NAN, NAN), "3"),
        ((NAN, NAN, NAN), MISSING),
    ],
)
def test_an_estimate_shows_no_more_digits_than_its_interval_bears(estimate, text):
    assert format_estimate(Estimate(*estimate)) == text


def test_the_level_of_the_interval_is_the_studys():
    assert format_estimate(Estimate(5.0, 4.0, 6.0), 0.9) == "5.0 (90% 4.0 to 6.0)"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (12, "12"), (0.000123, "0.000123"), (3.14159, "3.14"), (23_456_789, "23.5 million")],
)
def test_a_number_without_a_resolution_has_three_digits(value, text):
    assert format_number(value) == text


@pytest.mark.parametrize("value", [NAN, float("inf"), -float("inf"), None])
def test_what_is_not_a_number_is_said_to_be_missing(value):
    assert format_number(value) == MISSING
    assert format_percent(value) == MISSING


def test_a_rounded_zero_has_no_sign():
    assert format_number(-0.0001, 0.5) == "0.00"
    assert format_percent(-0.00001, 0.05, signed=True) == "0%"
    assert format_percent(0.00001, 0.05, signed=True) == "0%"


def test_percentages_are_signed_only_on_request():
    assert format_percent(0.304) == "30%"
    assert format_percent(0.304, signed=True) == "+30%"
    assert format_percent(-0.034, signed=True) == "−3.4%"


def test_a_percentage_interval_reads_as_in_a_sentence():
    assert format_percent_interval(-0.3, -0.36, -0.24) == "−30%, 95% −36 to −24"
    assert format_percent_interval(-0.021, -0.024, -0.018) == "−2.1%, 95% −2.4 to −1.8"


def test_a_change_names_both_losses_and_the_relative_interval():
    comparison = Comparison(23.6, 16.5, -7.1, -8.5, -5.7, 0.001, -0.3, -0.36, -0.24, 21, 26, 15, 18)
    assert format_change(comparison) == "23.6 → 16.5 (−30%, 95% −36 to −24)"


def test_a_change_that_was_not_computed_shows_its_reason():
    said = format_change(Comparison(*[NAN] * 13, reason="no group ranked"))
    assert said == "No group is large enough to be ranked; widen the grouping or use more rows."


@pytest.mark.parametrize(
    ("p_value", "text"),
    [(0.0002, "p < 0.001"), (0.0041, "p = 0.004"), (0.234, "p = 0.23"), (NAN, f"p {MISSING}")],
)
def test_p_values_are_never_zero(p_value, text):
    assert format_p(p_value) == text


def test_counts_mark_thousands():
    assert format_count(20640) == "20,640"


def test_the_factory_is_consistent_with_its_own_comparisons():
    result = make_result(3)
    for evaluation in result.evaluations:
        for comparison in evaluation.comparison.values():
            assert comparison.difference == pytest.approx(comparison.rome - comparison.pooled)


def test_a_percentage_fits_the_two_numbers_beside_it():
    pooled, rome = 56.7e6, 47.4e6
    rest = (0.0, rome / pooled - 1, -0.26, 0.13, *[NAN] * 4)
    said = format_change(Comparison(pooled, rome, rome - pooled, -14e6, 7e6, *rest))
    assert said == "56.7 million → 47.4 million (−16%, 95% −26 to +13)"


def test_a_value_inside_its_interval_is_not_rounded_onto_its_end():
    assert format_percent_interval(-0.009, -0.052, -0.006) == "−0.9%, 95% −5.2 to −0.6"
    assert format_percent_interval(-0.03, -0.05, -0.01) == "−3%, 95% −5 to −1"
