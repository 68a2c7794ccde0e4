"""A study speaks with one voice: no page, report, line or file of it says another thing than the others.

A handful of drawn tables; ``python -m benchmarks.one_voice`` runs it on forty, and on real ones.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from results_factory import make_result
from study_runs import QUICK, run_once

from benchmarks.one_voice import KINDS, contradictions, drawn, voices
from rome.results.advice import CandidateModel
from rome.results.verdict import NullModelScore, Verdict
from rome.stats.estimate import Estimate
from rome.text import verdict

_NUMBERS = [list(KINDS).index(kind) for kind in ("curve", "groups", "zeros")]


@pytest.mark.parametrize("number", _NUMBERS, ids=[list(KINDS)[number] for number in _NUMBERS])
def test_no_voice_of_a_study_contradicts_another(number):
    asked = drawn(number, rows=300)
    settings = replace(QUICK, n_groups=asked.n_groups, advise=True)
    assert contradictions(run_once(asked.table, asked.roles, settings).result) == []


@pytest.mark.parametrize("recommended", ["pooled", 0.3])
def test_made_studies_have_one_voice_too(recommended):
    assert contradictions(make_result(3, rows=3000, recommended=recommended)) == []


def test_other_advice_in_any_voice_is_found():
    result = make_result(2, recommended=0.3)
    said = voices(result)
    for where, text in said.items():
        found = contradictions(result, {**said, where: f"{text} Use one line."})
        assert any(f"{where} says" in fault for fault in found)


def test_an_unsaid_gain_over_the_advised_line_is_found(monkeypatch):
    result = make_result(2, recommended="pooled")
    better = replace(result.chosen.comparison["overall"], relative=-0.2, relative_high=-0.1)
    chosen = replace(result.chosen, comparison={**result.chosen.comparison, "overall": better})
    others = tuple(item for item in result.evaluations if item.strength != chosen.strength)
    winning = replace(result, evaluations=(*others, chosen))
    assert contradictions(winning) == []
    monkeypatch.setattr("rome.text.advice._own_did_better", lambda result, advice: "")
    assert any("groups change the held-out error" in fault for fault in contradictions(winning))


def test_advice_on_a_group_that_nobody_is_predicted_to_be_in_is_found(monkeypatch):
    result = make_result(2, recommended=0.3)
    membership = result.rows.membership.copy()
    membership[:] = [1.0, 0.0]
    empty = replace(result, rows=replace(result.rows, membership=membership))
    assert contradictions(empty) == []
    monkeypatch.setattr("rome.text.advice._gain", lambda result, advice: "It serves Group 2.")
    assert any("nobody is predicted" in fault for fault in contradictions(empty))


def test_a_verdict_without_its_number_is_found(monkeypatch):
    monkeypatch.setattr(verdict, "verdict_answer", lambda result: "This table supports groups.")
    gain = Estimate(0.2, 0.1, 0.3)
    judged = Verdict("supported", 2, gain, "line", gain, True, 0.7, (NullModelScore("line", gain),))
    result = replace(make_result(2), verdict=judged)
    assert any("no number of groups" in fault for fault in contradictions(result))


def test_a_recommended_strength_beside_other_advice_is_found():
    result = make_result(2, recommended=0.3)
    other = replace(result.advice, model=CandidateModel("curve"), dro_strength=0.0)
    assert any("recommended strength" in fault for fault in contradictions(replace(result, advice=other)))
