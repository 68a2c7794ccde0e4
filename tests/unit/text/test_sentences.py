"""Sentences claim no more than the numbers do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from results_factory import HOSTILE, make_result, not_comparable, with_comparison

from rome.results.verdict import Verdict
from rome.stats.estimate import Estimate
from rome.text import advice, claims, groups, verdict
from rome.text.fixes import pooled_sentence, remedy
from rome.text.limits import data_sentence

BETTER = {"difference": -7.1, "low": -8.5, "high": -5.7, "relative": -0.3}
BETTER |= {"relative_low": -0.36, "relative_high": -0.24, "pooled": 23.6, "rome": 16.5}
WORSE = {"difference": 7.1, "low": 5.7, "high": 8.5, "relative": 0.3}
WORSE |= {"relative_low": 0.24, "relative_high": 0.36, "pooled": 23.6, "rome": 30.7}
UNCLEAR = {"difference": -1.0, "low": -3.0, "high": 1.0, "relative": -0.04}
UNCLEAR |= {"relative_low": -0.13, "relative_high": 0.04, "pooled": 23.6, "rome": 22.6}


def _study(latent, observed, **kwargs):
    result = with_comparison(make_result(2, rows=3000, **kwargs), "worst_latent", **latent)
    return with_comparison(result, "worst_observed", **observed)


@pytest.mark.parametrize(
    ("latent", "observed", "level"),
    [
        (BETTER, BETTER, "improvement"),
        (BETTER, UNCLEAR, "improvement"),
        (BETTER, WORSE, "contested"),
        (UNCLEAR, BETTER, "undecided"),
        (WORSE, BETTER, "harm"),
    ],
)
def test_an_improvement_is_claimed_only_where_latent_shows_it_and_observed_does_not_deny_it(
    latent, observed, level
):
    assert claims.claim(_study(latent, observed), 0.3).level == level


def test_a_claim_names_its_grouping_and_its_numbers():
    said = claims.claim(_study(BETTER, BETTER), 0.3).sentence
    assert "worst latent group" in said
    assert "mean squared error 23.6 → 16.5 (−30%, 95% −36 to −24)" in said


def test_a_contested_claim_says_that_none_is_made():
    said = claims.claim(_study(BETTER, WORSE), 0.3).sentence
    assert "no improvement is claimed" in said


def test_an_undecided_claim_starts_with_no():
    assert claims.claim(_study(UNCLEAR, BETTER), 0.3).sentence.startswith("No improvement can be claimed")


def test_observed_groups_that_could_not_be_compared_are_said_to_neither_confirm_nor_deny():
    said = claims.claim(_study(BETTER, not_comparable()), 0.3)
    assert said.level == "improvement"
    assert "can't confirm or deny it: no group is large enough" in said.sentence


def test_latent_groups_that_could_not_be_compared_give_the_reason():
    said = claims.claim(_study(not_comparable(), BETTER), 0.3)
    assert said.level == "not_comparable"
    assert "can't be compared: no group is large enough" in said.sentence


def test_one_group_has_no_price():
    assert claims.path_price(make_result(1), 0.3).startswith("no price")


def test_with_one_group_the_headline_is_the_advice():
    result = make_result(1)
    assert claims.headline(result) == advice.recommendation_sentence(result)


def test_the_headline_opens_with_the_advice_and_names_the_studys_own_groups_apart():
    said = claims.headline(_study(BETTER, BETTER, recommended="pooled"))
    assert said.startswith("Use one line.")
    assert "This study's own groups, at DRO strength 0.3: ROME is better" in said
    own = claims.headline(_study(BETTER, BETTER))
    assert own.startswith("Use ROME, 2 groups, at 0.3. ROME is better")
    assert "own groups" not in own


def test_the_headline_follows_the_dial():
    result = make_result(2, rows=3000)
    at_zero, at_one = (claims.headline(result, strength) for strength in (0.0, 1.0))
    assert "own groups, at DRO strength 0: No improvement" in at_zero
    assert "own groups, at DRO strength 1: ROME is better" in at_one


def test_a_strength_that_was_not_computed_is_named():
    for said in (
        claims.claim(make_result(), 0.33).sentence,
        claims.worst_group_sentence(make_result(), "latent", 0.33),
        claims.path_price(make_result(), 0.33),
    ):
        assert "0.33 was not computed" in said


def test_a_worst_group_sentence_names_both_groups_where_they_differ():
    result = with_comparison(_study(BETTER, BETTER), "worst_observed", worst_pooled="old", worst_rome="young")
    said = claims.worst_group_sentence(result, "observed", 0.3)
    assert said.startswith("Worst observed group (old under pooled, young under ROME): mean squared error")


def test_the_price_names_the_worst_group_and_everybody():
    result = with_comparison(_study(BETTER, BETTER), "overall", relative=0.02)
    assert claims.path_price(result, 0.3) == "worst latent group −30%, everybody +2%"
    result = with_comparison(result, "overall", relative=-0.05)
    assert claims.path_price(result, 0.3) == "worst latent group −30%, everybody −5%"


def test_a_price_that_could_not_be_computed_gives_the_reason():
    said = claims.path_price(_study(not_comparable(), BETTER), 0.3)
    assert said.startswith("no price: no group is large enough")


@pytest.mark.parametrize(
    ("gain", "words"),
    [
        (
            Estimate(0.27, 0.18, 0.36),
            "explain held-out rows better than one straight line in the predicting columns does",
        ),
        (Estimate(0.02, -0.05, 0.09), "is open"),
        (
            Estimate(-0.2, -0.3, -0.1),
            "worse than one straight line in the predicting columns does, by 0.20 (95% 0.10 to 0.30)",
        ),
        (Estimate(float("nan"), float("nan"), float("nan")), "could not be computed"),
    ],
)
def test_the_gain_over_one_group_is_worded_by_its_interval(gain, words):
    result = make_result(2)
    said = verdict.gain_sentence(replace(result, fit=replace(result.fit, gain=gain)))
    assert words in said


def test_a_gain_over_the_line_beside_a_refuted_verdict_says_that_it_is_no_contradiction():
    result = make_result(2)
    fit = replace(result.fit, gain=Estimate(0.46, 0.36, 0.55))
    said = {
        level: verdict.gain_sentence(replace(result, fit=fit, verdict=_verdict(level)))
        for level in ("supported", "not supported")
    }
    assert "does not speak for groups" in said["not supported"]
    assert "does not speak for groups" not in said["supported"]


def test_one_group_beside_a_comparison_of_two_does_not_deny_it():
    assert "nothing to compare it with" in verdict.gain_sentence(make_result(1))
    said = verdict.gain_sentence(replace(make_result(1), verdict=_verdict("not supported")))
    assert "2 groups were compared" in said
    assert "nothing" not in said


def _verdict(level: str, hardest: str = "line") -> Verdict:
    gain = Estimate(0.1, 0.01, 0.2)
    return Verdict(level, 2, gain, hardest, gain, True, 0.7, (), doubt="chance")


@pytest.mark.parametrize(
    ("hardest", "words"),
    [
        ("quadratic_any_noise", "squares or products of columns"),
        ("quadratic_uneven_any_noise", "scatter more for some people than for others, too"),
        ("trees_uneven_any_noise", "here is a straight line"),
        ("line_uneven", "scatter more for some people"),
        ("line_any_noise", "--noise t"),
        ("line", "One straight line in all columns does as well"),
    ],
)
def test_a_null_model_that_does_as_well_as_groups_says_what_to_do(hardest, words):
    result = replace(make_result(2), verdict=_verdict("not supported", hardest))
    assert words in remedy(replace(result, advice=None))
    for level in ("weak", "supported"):
        assert remedy(replace(result, verdict=_verdict(level, hardest))) == ""


def test_a_null_model_of_another_version_is_shown_and_nothing_is_read_from_its_words():
    result = replace(make_result(2), verdict=_verdict("not supported", "curved (splines), even spread"))
    assert "curved (splines), even spread" in verdict.verdict_detail(result)
    assert remedy(replace(result, advice=None)) == ""


def test_the_remedy_for_a_yes_or_no_outcome_speaks_of_a_logistic_curve():
    result = make_result(2, "binary")
    assert remedy(replace(result, advice=None)) == ""
    assert "here is a logistic curve" in remedy(
        replace(result, advice=None, verdict=_verdict("not supported", "logistic_quadratic"))
    )
    assert "One logistic curve" in remedy(
        replace(result, advice=None, verdict=_verdict("not supported", "logistic"))
    )
    assert "Pooled is a logistic curve" in pooled_sentence(result)
    assert "Pooled is a straight line" in pooled_sentence(make_result(2))


def test_a_gain_too_small_to_act_on_is_called_neither():
    result = make_result()
    fit = replace(result.fit, gain=Estimate(-4.3e-8, -5e-8, -3e-8))
    assert "neither better nor worse" in verdict.gain_sentence(replace(result, fit=fit))


def test_a_gain_is_never_called_proof():
    assert "not proof" in verdict.gain_caution(make_result(2))
    assert verdict.gain_caution(make_result(1)) == ""
    result = make_result(2)
    none = replace(result, fit=replace(result.fit, gain=Estimate(0.02, -0.05, 0.09)))
    assert verdict.gain_caution(none) == ""


def test_the_data_sentence_adds_up():
    said = data_sentence(make_result(2, rows=3000))
    assert said.startswith("3,000 of 3,012 rows were used; 12 were left out.")
    assert "fitted on 2,000" in said
    assert "other 1,000" in said


def test_hostile_names_stay_plain_text():
    result = make_result(2, hostile=True, rows=3000)
    assert HOSTILE[0] in groups.group_sentence(result, 0)


def test_a_group_with_too_few_held_out_rows_is_not_described():
    result = make_result(2)
    latent = tuple(replace(score, too_small=True) for score in result.chosen.groupings["latent"])
    tiny = replace(result.chosen, groupings={**result.chosen.groupings, "latent": latent})
    said = groups.group_sentence(replace(result, evaluations=(tiny,)), 0)
    assert "too few to say who is in it" in said
    assert "differs" not in said


def test_who_pays_names_only_groups_whose_intervals_lie_apart():
    result = make_result(2, rows=3000)
    shown = result.chosen
    first, *others = shown.groupings["latent"]
    pooled = {**first.scores["pooled"], "mse": Estimate(10.0, 9.0, 11.0)}
    worse = {**first.scores["rome"], "mse": Estimate(14.0, 12.0, 16.0)}
    harmed = replace(first, scores={**first.scores, "pooled": pooled, "rome": worse})
    even = [replace(score, scores={**score.scores, "rome": score.scores["pooled"]}) for score in others]
    observed = [
        replace(score, scores={**score.scores, "rome": score.scores["pooled"]})
        for score in shown.groupings["observed"]
    ]
    groupings = {**shown.groupings, "latent": (harmed, *even), "observed": tuple(observed)}
    said = claims.who_pays(
        replace(result, evaluations=(replace(shown, groupings=groupings),)), shown.strength
    )
    assert f"{first.group} 10" in said
    assert all(score.group not in said for score in others)
    groupings["latent"] = tuple(even)
    nobody = replace(result, evaluations=(replace(shown, groupings=groupings),))
    assert claims.who_pays(nobody, shown.strength) == ""


@pytest.mark.parametrize(
    ("level", "caution"),
    [("supported", "It is not proof of"), ("weak", "no proof of"), ("not supported", "")],
)
def test_a_verdict_comes_with_a_caution_where_groups_are_not_refuted(level, caution):
    zero = Estimate(0.0, 0.0, 0.0)
    judged = Verdict(level, 2, zero, "line", zero, False, 0.5, (), doubt="chance")
    result = replace(make_result(2), verdict=judged)
    said = verdict.gain_caution(result)
    assert caution in said
    assert bool(said) == bool(caution)


def test_no_remedy_is_given_where_the_advice_answers_it():
    verdict = _verdict("not supported", "quadratic_any_noise")
    tried = replace(make_result(2, recommended="pooled"), verdict=verdict)
    assert remedy(tried) == ""
    assert remedy(replace(make_result(2, recommended=0.3), verdict=_verdict("not supported"))) == ""
    assert "squares or products" in remedy(replace(tried, advice=None))
