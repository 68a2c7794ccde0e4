"""What is drawn and listed of the evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from results_factory import make_result

from rome import figures
from rome.report import contents
from rome.report.blocks import Listing
from rome.results.verdict import (
    BootstrapTest,
    Choice,
    NullModelScore,
    SelectionCandidate,
    Verdict,
    WorstGroupGain,
)
from rome.stats.estimate import Estimate

GAIN = Estimate(0.2, 0.1, 0.3)
VERDICT = Verdict(
    "supported",
    2,
    GAIN,
    "line",
    Estimate(0.05, -0.01, 0.11),
    False,
    0.61,
    (NullModelScore("line", GAIN),),
    BootstrapTest(31.0, 0.05, 19, 1000),
    WorstGroupGain(9.0, 4.0, Estimate(5.0, 3.0, 7.0)),
)


def candidate(n_groups: int) -> SelectionCandidate:
    return SelectionCandidate(n_groups, 5, -9.0, 1, 2, 3, GAIN, 1.0, 1.0, 0.5, 0.7)


@pytest.fixture
def result():
    return replace(make_result(2), verdict=VERDICT)


def test_what_stands_beside_the_verdict_is_listed_with_how_to_read_it(result):
    table = figures.beside_verdict(result).set_index("what")
    assert table.value["Likelihood-ratio bootstrap, p"] == "0.05 (the smallest possible with 19 tables)"
    assert "one straight line" in table.read_as["Likelihood-ratio bootstrap, p"]
    assert table.value["Agreement of two halves"] == "0.61"
    assert table.value["Worst group's error changes by"] == "−5.0 (90% −7.0 to −3.0)"
    larger = replace(result, verdict=replace(VERDICT, bootstrap=BootstrapTest(31.0, 0.1, 19, 1000)))
    assert figures.beside_verdict(larger).set_index("what").value["Likelihood-ratio bootstrap, p"] == "0.10"
    assert len(table) == 4


def test_what_an_older_study_does_not_hold_is_left_out(result):
    older = replace(
        result, verdict=replace(VERDICT, bootstrap=None, worst_group=None, stability=float("nan"))
    )
    table = figures.beside_verdict(older).set_index("what")
    assert list(table.index) == ["Gain from the sensitive columns", "Agreement of two halves"]
    assert table.value["Agreement of two halves"] == "not computed"


def test_a_study_without_a_verdict_has_nothing_beside_it():
    assert figures.beside_verdict(make_result(2)).empty


def test_gains_over_null_models_name_the_level_of_their_intervals(result):
    assert "90% intervals" in figures.caption(figures.null_models(result))
    assert "90%" in figures.alt_text(figures.null_models(result))


def test_the_report_lists_it_too(result):
    titles = [
        block.title
        for part in contents.contents(result)
        for block in part.blocks
        if isinstance(block, Listing)
    ]
    assert "Beside the verdict" in titles


def test_a_suggestion_is_drawn_without_a_study_and_fills_its_number():
    figure = figures.selection_of([candidate(1), candidate(2)], 2, "Why.")
    colours = figure.data[0].marker.color
    assert colours[1] == figures.ACCENT != colours[0]
    assert figures.caption(figure) == "Why."


def test_a_number_below_the_curves_top_has_its_reason_on_the_figure():
    better = replace(candidate(2), held_out=Estimate(0.9, 0.8, 1.0))
    refused = Choice("null model", 1, 2, "quadratic_any_noise")
    settled = figures.selection_of([candidate(1), better], 1, "Why.", refused)
    assert "one-group model does as well" in settled.layout.annotations[0].text
    other = figures.selection_of([candidate(1), better], 1, "Why.", Choice("fewest", 1, 2))
    assert "the reason is below" in other.layout.annotations[0].text
    assert not figures.selection_of([candidate(1), better], 2, "Why.").layout.annotations


def test_fewer_numbers_than_the_most_are_explained():
    assert "More than 2 were not tried: held-out likelihood had stopped" in figures.why_fewer(
        [candidate(1), candidate(2)], 4
    )
    assert figures.why_fewer([candidate(1), candidate(2)], 2) == ""
