"""Which candidate is advised: on losses that are made, and what held-out rows may do to it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from results_factory import make_result

from rome.results.advice import AllRows, CandidateModel
from rome.settings.study import Settings
from rome.stats.estimate import Estimate
from rome.study.candidates import LINE, own_model
from rome.study.cross_fit import Judged
from rome.study.do_no_harm import advise, over_all_rows, settle, to_confirm
from rome.study.dro_strength import PathCandidate, best_strength
from rome.text.advice import beside_sentence, model_name, recommendation_sentence, sensitive_sentence

CURVE, TREES = CandidateModel("curve"), CandidateModel("trees")
TWO, FOUR = CandidateModel("groups", 2), CandidateModel("groups", 4, "as")
SETTINGS = Settings(n_groups=2, n_bootstrap=300)
N = 1200


def _data(cells: int = 3) -> SimpleNamespace:
    """Return as much of a prepared table as the rule reads: weights, observed groups, design."""
    design = SimpleNamespace(expert_index=np.arange(2), gate_index=np.array([2]), terms=[])
    labels = np.array([f"cell {number % cells}" for number in range(N)])
    outcome = SimpleNamespace(kind="numeric")
    return SimpleNamespace(weights=np.ones(N), observed_group=labels, design=design, outcome=outcome)


def _judged(changes: dict[CandidateModel, float], by_cell: dict[CandidateModel, np.ndarray] | None = None):
    """Return losses of one line and of candidates that change them by a share, with noise of their own."""
    rng = np.random.default_rng(1)
    line = rng.exponential(10.0, N)
    cell = np.arange(N) % 3
    judged = Judged(np.arange(N), {LINE: [line]})
    for model, change in changes.items():
        share = change if by_cell is None or model not in by_cell else by_cell[model][cell]
        judged.losses[model] = [line * (1 + share) + rng.normal(0, 0.5, N)]
    return judged


def _standing(changes, by_cell=None, settings=SETTINGS) -> dict[CandidateModel, str]:
    found = advise(_data(), settings, _judged(changes, by_cell))
    return {candidate.model: candidate.standing for candidate in found}


def test_of_models_that_gain_the_best_is_advised():
    found = _standing({CURVE: -0.1, TWO: -0.4, FOUR: -0.15})
    assert found == {LINE: "reference", CURVE: "worse", TWO: "advised", FOUR: "worse"}


def test_of_models_that_cannot_be_told_apart_the_simplest_is_advised():
    judged, noise = _judged({CURVE: -0.3, FOUR: 0.0}), np.random.default_rng(2).normal(0, 1, N)
    for cell in range(3):
        noise[cell::3] -= noise[cell::3].mean()
    judged.losses[TWO] = [judged.losses[CURVE][0] + noise - 0.001]
    found = {each.model: each.standing for each in advise(_data(), SETTINGS, judged)}
    assert found[CURVE] == "advised"
    assert found[TWO] == "as good"


def test_where_nothing_surely_gains_the_line_is_advised():
    found = _standing({CURVE: 0.001, TWO: 0.2})
    assert found == {LINE: "advised", CURVE: "no gain", TWO: "no gain"}


def test_a_gain_for_everybody_that_harms_the_worst_observed_group_is_not_advised():
    harm = {TWO: np.array([0.4, -0.6, -0.6])}
    assert _standing({TWO: 0.0, CURVE: -0.05}, harm)[TWO] == "harms observed"


def test_a_gain_for_the_worst_observed_group_that_harms_everybody_is_not_advised():
    rng = np.random.default_rng(0)
    judged = _judged({})
    worst = np.arange(N) % 3 == 0
    judged.losses[LINE] = [np.where(worst, 5.0, 1.0) * rng.exponential(1.0, N)]
    judged.losses[TWO] = [judged.losses[LINE][0] * np.where(worst, 0.8, 2.0)]
    found = {each.model: each for each in advise(_data(), SETTINGS, judged)}
    assert found[TWO].worst_change.high < 0
    assert found[TWO].standing == "harms everybody"


@pytest.mark.parametrize("limit", [0.0, 1.0])
def test_the_bounds_are_those_of_the_settings(limit):
    harm = {TWO: np.array([0.3, -0.6, -0.6])}
    found = _standing({TWO: 0.0}, harm, replace(SETTINGS, max_harm_observed=limit))
    assert found[TWO] == ("advised" if limit else "harms observed")


def test_a_model_that_sees_the_sensitive_columns_is_never_advised():
    seeing = CandidateModel("trees", sees="as")
    found = _standing({seeing: -0.9, CURVE: -0.1})
    assert (found[seeing], found[CURVE]) == ("sees sensitive", "advised")


def test_without_a_ranked_observed_group_everybody_decides():
    found = advise(_data(), replace(SETTINGS, min_group_size=10_000), _judged({TWO: -0.3}))
    assert {each.model: each.standing for each in found}[TWO] == "advised"
    assert all(np.isnan(each.worst_change.value) for each in found)


def _settled(changes, overall, worst, alone=None, dro_strength=0.0):
    """Return the advice where all rows together show (value, low, high) for each contender, and held-out rows
    ``alone`` the same, or a change of everybody's and the worst group's error."""
    found = advise(_data(), SETTINGS, _judged(changes))
    asked = [replace(each, dro_strength=dro_strength) for each in to_confirm(found)]
    example = make_result(2).chosen.comparison["overall"]
    held_out, all_rows = {}, {}
    for each in asked:
        whole, group = overall[each.model], worst[each.model]
        all_rows[each.model] = AllRows(Estimate(*whole), Estimate(*group), whole[2] - 0.01, group[2] - 0.01)
        values = (whole[0], group[0]) if alone is None else alone[each.model]
        held_out[each.model] = {
            key: replace(example, relative=value)
            for key, value in zip(("overall", "worst_observed"), values, strict=True)
        }
    return settle(found, asked, held_out, all_rows, own_model(SETTINGS), SETTINGS, N)


GAIN, HARM, OPEN = (-0.2, -0.3, -0.1), (0.1, 0.0, 0.2), (-0.02, -0.06, 0.02)


def test_a_candidate_stands_with_the_strength_at_which_it_was_judged():
    advice = _settled({TWO: -0.4}, {TWO: GAIN}, {TWO: GAIN}, dro_strength=0.4)
    assert advice.dro_strength == 0.4
    assert {each.dro_strength for each in advice.candidates} == {0.0}


def test_held_out_rows_confirm_a_gain():
    advice = _settled({TWO: -0.4}, {TWO: GAIN}, {TWO: OPEN})
    assert (advice.model, advice.own, advice.basis, advice.withdrawn) == (TWO, True, "both", None)
    assert advice.all_rows.overall_change.value == GAIN[0]


def test_a_few_held_out_rows_of_one_small_group_do_not_deny_what_all_rows_together_show():
    advice = _settled({TWO: -0.4}, {TWO: GAIN}, {TWO: GAIN}, alone={TWO: (-0.2, 0.1)})
    assert (advice.model, advice.withdrawn) == (TWO, None)


@pytest.mark.parametrize(
    ("overall", "worst", "alone", "standing"),
    [
        (GAIN, HARM, (-0.2, -0.1), "denied"),
        (HARM, GAIN, (-0.2, -0.1), "denied"),
        (OPEN, OPEN, (-0.2, -0.1), "unconfirmed"),
        (GAIN, GAIN, (0.01, 0.01), "unconfirmed"),
    ],
)
def test_held_out_rows_withdraw_what_they_deny_or_do_not_confirm(overall, worst, alone, standing):
    advice = _settled({TWO: -0.4}, {TWO: overall}, {TWO: worst}, {TWO: alone})
    assert (advice.model, advice.withdrawn.model, advice.withdrawn.standing) == (LINE, TWO, standing)
    assert {each.model: each.standing for each in advice.candidates} == {LINE: "advised", TWO: standing}
    assert advice.withdrawn_held_out["overall"].relative == alone[0]


def test_where_groups_are_withdrawn_the_best_single_model_that_passed_is_asked():
    advice = _settled(
        {TWO: -0.4, CURVE: -0.2, TREES: -0.1}, {TWO: OPEN, CURVE: GAIN}, {TWO: OPEN, CURVE: OPEN}
    )
    assert (advice.model, advice.own) == (CURVE, False)
    assert advice.withdrawn.model == TWO
    assert advice.all_rows.overall_change.value == GAIN[0]


def test_groups_that_are_denied_beside_an_advised_curve_are_not_said_to_be_unconfirmed():
    """Everybody's error falls on held-out rows too: what denies the groups is harm to one of them."""
    advice = _settled({TWO: -0.4, CURVE: -0.2}, {TWO: GAIN, CURVE: GAIN}, {TWO: HARM, CURVE: GAIN})
    assert (advice.model, advice.withdrawn.standing) == (CURVE, "denied")
    said = recommendation_sentence(replace(make_result(2), advice=advice))
    assert "more harm than is allowed can't be ruled out" in said
    assert "confirm" not in said


def test_what_is_withdrawn_is_told_of_with_the_worst_group_that_spoke_for_it():
    advice = _settled({TWO: -0.4}, {TWO: OPEN}, {TWO: OPEN}, {TWO: (-0.02, 0.03)})
    said = recommendation_sentence(replace(make_result(2), advice=advice))
    spoken, alone = said.split(", but held-out rows do not confirm it: ")
    assert "for the worst observed group" in spoken
    assert "+3%" in alone
    assert "for the worst observed group" in alone


def test_a_bound_that_is_no_whole_percent_is_said_as_it_is():
    advice = replace(
        _settled({TWO: -0.4}, {TWO: GAIN}, {TWO: HARM}), max_harm_observed=0.025, max_harm_overall=0.005
    )
    said = recommendation_sentence(replace(make_result(2), advice=advice))
    assert "more than the 2.5% allowed" in said


@pytest.mark.parametrize("standing", ["denied", "unconfirmed"])
def test_own_groups_that_did_better_are_not_said_to_be_unconfirmed_twice(standing):
    result = make_result(2)
    comparison = replace(
        result.chosen.comparison["overall"], relative=-0.2, relative_low=-0.3, relative_high=-0.1
    )
    evaluations = tuple(
        replace(each, comparison={**each.comparison, "overall": comparison}) for each in result.evaluations
    )
    advice = _settled(
        {TWO: -0.4}, {TWO: GAIN}, {TWO: HARM if standing == "denied" else GAIN}, {TWO: (0.1, 0.1)}
    )
    assert advice.withdrawn.standing == standing
    said = recommendation_sentence(replace(result, advice=advice, evaluations=evaluations))
    assert "own groups did better than that" in said
    assert "all the same" not in said


def test_networks_that_beat_one_network_are_not_said_to_beat_the_line_that_is_advised():
    result = make_result(2, recommended="pooled")
    comparison = result.chosen.comparison["overall"]
    better = replace(comparison, relative=-0.2, relative_low=-0.3, relative_high=-0.1)
    evaluations = tuple(
        replace(each, comparison={**each.comparison, "overall": better}) for each in result.evaluations
    )
    lines = replace(result, evaluations=evaluations)
    assert "did better than that" in recommendation_sentence(lines)
    assert "did better than that" not in recommendation_sentence(replace(lines, training=SimpleNamespace()))


def test_left_out_and_held_out_rows_are_taken_together_each_once():
    data, rng = _data(), np.random.default_rng(0)
    data.test = np.arange(800, N)
    judged = Judged(np.arange(800))
    line = rng.exponential(10.0, N)
    losses = np.column_stack([line, 0.7 * line])
    found = over_all_rows(data, SETTINGS, judged, losses[:800], losses[800:])
    assert found.overall_change.value == pytest.approx(-0.3)
    assert found.overall_bound == pytest.approx(-0.3)
    losses[800:, 1] = 2 * line[800:]
    mixed = over_all_rows(data, SETTINGS, judged, losses[:800], losses[800:])
    share = line[800:].sum() / line.sum()
    assert mixed.overall_change.value == pytest.approx(-0.3 * (1 - share) + share)
    assert mixed.worst_bound > 0


@pytest.mark.parametrize(
    ("overall", "worst", "near"),
    [
        ((-0.2, -0.3, -0.1), (-0.2, -0.3, -0.1), False),
        # The gain is as good as none.
        ((-0.1, -0.199, -0.001), (-0.1, -0.199, -0.001), True),
        # One of two gains is enough.
        ((-0.2, -0.3, -0.1), (-0.05, -0.099, -0.001), False),
        # Harm to the worst observed group is hardly ruled out.
        ((-0.2, -0.3, -0.1), (-0.1, -0.25, 0.05), True),
    ],
)
def test_an_advice_is_near_another_where_the_deciding_limit_is(overall, worst, near):
    advice = _settled({TWO: -0.4}, {TWO: overall}, {TWO: worst})
    assert (advice.model, advice.near_edge) == (TWO, near)


def _path(strength: float, overall: float, latent: float, observed: float = 0.0) -> PathCandidate:
    example = make_result(2).chosen.comparison["overall"]

    def at(value: float):
        return replace(
            example,
            rome=10 * (1 + value),
            rome_low=10 * (1 + value) - 0.2,
            rome_high=10 * (1 + value) + 0.2,
            relative=value,
            relative_low=value - 0.01,
            relative_high=value + 0.01,
        )

    return PathCandidate(
        strength, {"overall": at(overall), "worst_latent": at(latent), "worst_observed": at(observed)}
    )


def test_the_strength_with_the_best_worst_group_is_taken_among_those_that_harm_nobody():
    path = [_path(0.0, 0.0, 0.0), _path(0.5, 0.005, -0.2), _path(1.0, 0.3, -0.5)]
    assert best_strength(path, SETTINGS) == 0.5
    assert best_strength([path[0], path[2]], SETTINGS) == 0.0
    assert best_strength([path[0], _path(0.5, 0.0, -0.3, observed=0.2)], SETTINGS) == 0.0


def test_the_sentence_names_the_model_that_it_advises():
    said = recommendation_sentence(make_result(2, recommended=0.3))
    name = "ROME-EM: 2 straight groups, gate on the sensitive columns, DRO strength 0.3"
    assert said.startswith(f"Use {name}. On held-out rows, against one line: mean squared error +")
    assert recommendation_sentence(make_result(2, recommended="pooled")).startswith(
        "Use one line: none of the"
    )


def test_a_model_is_named_by_its_form():
    assert model_name(CandidateModel("groups", 3, "as", True), 0.0) == (
        "ROME-EM: 3 curved groups, gate on all columns, DRO strength 0"
    )
    assert model_name(CandidateModel("groups", 2, family="moe"), 0.5).startswith(
        "ROME-MoE: 2 groups, gate on"
    )
    assert model_name(CURVE) == "one curved model"


def test_the_studys_own_groups_are_told_of_where_another_model_is_advised():
    said = beside_sentence(make_result(2, recommended="pooled"))
    assert "This study's own groups (ROME-EM: 2 straight groups" in said
    assert said.endswith("no sure gain.")
    assert beside_sentence(make_result(2, recommended=0.3)) == ""


def test_the_studys_own_groups_are_told_from_others_of_the_same_number():
    """Where the number was chosen with the form, another form of as many groups may come before it."""
    result = make_result(2, recommended="pooled")
    own = replace(
        result.advice.candidates[2], model=CandidateModel("groups", 2, "as", True), standing="denied"
    )
    candidates = (*result.advice.candidates[:3], own)
    advice = replace(result.advice, candidates=candidates, study_model=own.model)
    said = beside_sentence(replace(result, advice=advice))
    assert "own groups (ROME-EM: 2 curved groups, gate on all columns" in said
    assert said.endswith("with held-out rows, more harm than is allowed can't be ruled out.")


def test_what_seeing_the_sensitive_columns_would_give_is_told():
    assert sensitive_sentence(make_result(2)) == (
        "To compare, one line that sees the sensitive columns: −25% (95% −30% to −20%) for everybody, −25% "
        "(95% −30% to −20%) for the worst observed group."
    )


def test_rules_that_err_no_more_than_a_model_that_sees_s_are_said_to_only_at_the_strength_that_was_judged():
    for strength, said in ((0.0, True), (0.3, False)):
        result = make_result(2, recommended=strength)
        best = tuple(
            replace(each, overall=replace(each.overall, value=1.0)) if each.model.kind == "groups" else each
            for each in result.advice.candidates
        )
        told = sensitive_sentence(replace(result, advice=replace(result.advice, candidates=best)))
        assert ("never see them, and err no more" in told) == said


def test_no_sentence_speaks_of_nan():
    result = make_result(2, recommended="pooled")
    unknown = replace(result.advice.candidates[2].overall_change, value=np.nan, low=np.nan, high=np.nan)
    candidates = tuple(replace(each, worst_change=unknown) for each in result.advice.candidates)
    told = replace(result, advice=replace(result.advice, candidates=candidates))
    assert (
        "nan"
        not in (recommendation_sentence(told) + beside_sentence(told) + sensitive_sentence(told)).lower()
    )
