"""Decisions at a threshold as figures and tables: the numbers of the rows, in the chart and beside it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from results_factory import make_result

from rome import figures
from rome.errors import SettingError


@pytest.fixture(scope="module")
def result():
    return make_result(2, outcome="binary", rows=3000)


def rate_by_hand(result, model: str, threshold: float, group: str | None = None) -> float:
    rows = result.rows.is_test & ((result.rows.observed_group == group) if group else True)
    return float((getattr(result.rows, model)[rows] >= threshold).mean())


@pytest.mark.parametrize("threshold", [0.4, 0.6])
def test_the_chart_has_every_groups_rate_at_the_threshold_and_everybodys(result, threshold):
    found = figures.decided(result, "observed", threshold)
    figure = figures.decision_rates(result, "observed", "selection_rate", found)
    pooled, rome = figure.data
    names = [tick.split("<br>")[0] for tick in figure.layout.yaxis.ticktext]
    assert names[-1] == "Everybody"
    assert pooled.x[-1] == pytest.approx(rate_by_hand(result, "pooled", threshold))
    assert rome.x[-1] == pytest.approx(rate_by_hand(result, "rome", threshold))
    worst = figures.decision_rates_table(found).query("model == 'ROME'")
    for group, value in zip(worst.group[:-1], worst.selection_rate[:-1], strict=True):
        assert value == pytest.approx(rate_by_hand(result, "rome", threshold, group))
    assert f"threshold {threshold:g}" in figure.layout.xaxis.title.text


def test_the_advised_model_stands_beside_the_pooled_one_where_there_is_one(result):
    advised = replace(result, rows=replace(result.rows, advised=np.full(len(result.rows.row), 0.9)))
    assert figures.deciding_models(advised) == ("pooled", "advised")
    table = figures.decision_rates_table(figures.decided(advised, "observed", 0.5))
    assert (table.query("model == 'Advised model'").selection_rate == 1).all()


def test_gaps_are_those_of_the_rates(result):
    found = figures.decided(result, "observed", 0.5)
    rates = figures.decision_rates_table(found).query("model == 'ROME'")
    ranked = rates[(rates.note == "") & (rates.group != "Everybody")].selection_rate
    gaps = figures.gaps_table(result, found).set_index("gap")["ROME"]
    assert float(gaps["Demographic parity, difference"].split()[0]) == pytest.approx(
        ranked.max() - ranked.min(), abs=0.02
    )
    assert float(gaps["Demographic parity, ratio"].split()[0]) == pytest.approx(
        ranked.min() / ranked.max(), abs=0.02
    )


def test_calibration_has_a_curve_a_group_and_everybodys_first(result):
    figure = figures.calibration_curves(result, "observed", "rome")
    assert [trace.name for trace in figure.data[:2]] == ["as predicted", "Everybody"]
    table = figures.calibration_table(result, "observed", "rome")
    everybody = table[table.group == "Everybody"]
    assert everybody.n.sum() == result.rows.is_test.sum()
    np.testing.assert_allclose(figure.data[1].x, everybody.predicted)
    np.testing.assert_allclose(figure.data[1].y, everybody.observed)


def test_a_numeric_outcome_has_no_decision_and_says_what_to_do():
    with pytest.raises(SettingError, match=r"is a number.*yes-or-no"):
        figures.decided(make_result(2), "observed", 0.5)


def test_where_no_group_can_be_ranked_the_chart_says_why(result):
    small = replace(result, settings=replace(result.settings, min_group_size=100_000))
    figure = figures.decision_rates(small, "observed", "tpr", figures.decided(small, "observed", 0.5))
    assert figures.is_empty(figure)
    assert "No observed group has the 100000 held-out rows" in figures.alt_text(figure)


def test_where_nobody_is_selected_the_chart_does_not_say_that_groups_are_small(result):
    found = figures.decided(result, "observed", 1.0)
    figure = figures.decision_rates(result, "observed", "ppv", found)
    assert figures.is_empty(figure)
    assert "a row that the positive predictive value at threshold 1 counts" in figures.alt_text(figure)


def test_a_large_group_without_a_rate_stays_in_the_chart_and_says_so(result):
    rows = result.rows
    name = next(group.group for group in result.chosen.groupings["observed"] if not group.too_small)
    pooled = np.where(rows.observed_group == name, 0.0, rows.pooled)
    rome = np.where(rows.observed_group == name, 0.0, rows.rome)
    other = replace(result, rows=replace(rows, pooled=pooled, rome=rome))
    figure = figures.decision_rates(other, "observed", "ppv", figures.decided(other, "observed", 0.5))
    assert any(name.split(",")[0] in tick for tick in figure.layout.yaxis.ticktext)
    assert [note.text for note in figure.layout.annotations].count("no row that this rate counts") == 1


def test_a_latent_groups_curve_has_the_colour_that_the_group_has_everywhere(result):
    figure = figures.calibration_curves(result, "latent", "rome")
    colours = {trace.name: trace.line.color for trace in figure.data}
    for place, group in enumerate(result.groups):
        assert colours[group.name] == figures.group_style(place).colour
    assert colours["Everybody"] not in {figures.group_style(place).colour for place in range(8)}


def test_a_group_that_is_too_small_for_a_curve_has_no_empty_one(result):
    rows = result.rows
    labels = np.where(np.cumsum(rows.is_test) <= 10, "a few", rows.observed_group)
    other = replace(result, rows=replace(rows, observed_group=labels))
    figure = figures.calibration_curves(other, "observed", "rome")
    assert "a few" not in {trace.name for trace in figure.data}
    assert "1 groups have too few" not in figures.caption(figure)
    assert "1 group has too few held-out rows for a curve" in figures.caption(figure)
