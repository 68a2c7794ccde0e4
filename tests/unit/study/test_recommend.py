"""The do-no-harm rule, branch by branch, with comparisons made by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from results_factory import make_result
from rome.results.recommendation import Candidate, Recommendation, Validation
from rome.study.recommend import confirm, recommend

from rome.results import Comparison
from rome.stats.estimate import Estimate
from rome.study.assemble import _advice
from rome.text.advice import recommendation_sentence

REAL_GROUPS = Estimate(0.3, 0.2, 0.4)
NO_GROUPS = Estimate(0.05, -0.1, 0.2)
NAN = float("nan")


def compared(rome: float, low: float, high: float, reach: float = 0.0, pooled: float = 10.0) -> Comparison:
    """Pooled against ROME with this interval of the difference; ROME's own interval is ± reach."""
    gap = rome - pooled
    numbers = dict.fromkeys(("pooled_low", "pooled_high"), pooled) | {"p_value": 0.01}
    return Comparison(
        pooled=pooled,
        rome=rome,
        difference=gap,
        low=low,
        high=high,
        relative=gap / pooled,
        relative_low=low / pooled,
        relative_high=high / pooled,
        rome_low=rome - reach,
        rome_high=rome + reach,
        **numbers,
    )


BETTER, SAME, WORSE = (-3.0, -1.0), (-1.0, 1.0), (0.5, 2.0)


def candidate(
    strength: float,
    latent: float = 8.0,
    overall: float = 10.0,
    *,
    guarded: tuple[float, float] = BETTER,
    observed: tuple[float, float] = SAME,
    everybody: tuple[float, float] = SAME,
    reach: float = 0.0,
) -> Candidate:
    return Candidate(
        strength,
        {
            "worst_latent": compared(latent, *guarded, reach),
            "worst_observed": compared(10.0, *observed),
            "overall": compared(overall, *everybody),
        },
    )


def test_the_best_worst_group_is_taken():
    found = recommend([candidate(0.0, 9.0), candidate(0.5, 7.0), candidate(1.0, 8.0)], "latent", REAL_GROUPS)
    assert found == Recommendation(0.5, True, None)


def test_of_worst_groups_within_one_standard_error_the_least_overall_error_is_taken():
    # A 95% interval of ± 1.96 is a standard error of 1: 7.9 is within it of 7, 8.1 is not.
    candidates = [
        candidate(0.2, 8.1, overall=5.0),
        candidate(0.4, 7.9, overall=6.0),
        candidate(0.6, 7.0, overall=9.0, reach=1.96),
    ]
    assert recommend(candidates, "latent", REAL_GROUPS).strength == 0.4


def test_the_standard_error_follows_the_level_of_the_intervals():
    # The same ± 1.96 is a standard error of 1.19 at 90%, so that 8.1 is within it as well.
    candidates = [
        candidate(0.2, 8.1, overall=5.0),
        candidate(0.6, 7.0, overall=9.0, reach=1.96),
    ]
    assert recommend(candidates, "latent", REAL_GROUPS, 0.95).strength == 0.6
    assert recommend(candidates, "latent", REAL_GROUPS, 0.90).strength == 0.2


@pytest.mark.parametrize("gain", [NO_GROUPS, Estimate(0.3, 0.0, 0.6), Estimate(NAN, NAN, NAN)])
def test_without_groups_beyond_doubt_one_model_is_recommended(gain):
    found = recommend([candidate(0.5)], "latent", gain)
    assert (found.accepted, found.reason) == (False, "groups")


@pytest.mark.parametrize("guarded", [SAME, WORSE, (-2.0, 0.0), (NAN, NAN)])
def test_without_a_better_worst_group_one_model_is_recommended(guarded):
    found = recommend([candidate(0.5, guarded=guarded)], "latent", REAL_GROUPS)
    assert (found.accepted, found.reason) == (False, "guarded")


def test_a_worst_observed_group_that_loses_denies_it():
    found = recommend([candidate(0.5, observed=WORSE)], "latent", REAL_GROUPS)
    assert (found.accepted, found.reason) == (False, "observed")


def test_observed_groups_that_cannot_be_ranked_deny_nothing():
    assert recommend([candidate(0.5, observed=(NAN, NAN))], "latent", REAL_GROUPS).accepted


def test_everybody_losing_denies_it():
    found = recommend([candidate(0.5, everybody=WORSE)], "latent", REAL_GROUPS)
    assert (found.accepted, found.reason) == (False, "overall")


def test_only_strengths_that_meet_every_condition_compete():
    candidates = [
        candidate(0.1, 1.0, guarded=SAME),
        candidate(0.2, 2.0, observed=WORSE),
        candidate(0.3, 3.0, everybody=WORSE),
        candidate(0.4, 9.0),
    ]
    assert recommend(candidates, "latent", REAL_GROUPS) == Recommendation(0.4, True, None)


def test_conditions_that_only_different_strengths_meet_do_not_add_up():
    candidates = [candidate(0.2, observed=WORSE), candidate(0.3, everybody=WORSE)]
    found = recommend(candidates, "latent", REAL_GROUPS)
    assert found == Recommendation(0.3, False, "overall")


def test_the_guarded_grouping_decides():
    only_latent = [candidate(0.5, observed=SAME)]
    assert recommend(only_latent, "latent", REAL_GROUPS).accepted
    assert recommend(only_latent, "observed", REAL_GROUPS).reason == "guarded"
    only_observed = [candidate(0.5, guarded=SAME, observed=BETTER)]
    assert recommend(only_observed, "observed", REAL_GROUPS).accepted


def test_where_nothing_can_be_compared_the_first_strength_is_shown():
    candidates = [candidate(strength, NAN, guarded=(NAN, NAN)) for strength in (0.0, 0.5)]
    assert recommend(candidates, "latent", REAL_GROUPS) == Recommendation(0.0, False, "guarded")


ACCEPTED = Recommendation(0.5, True, None)


@pytest.mark.parametrize(
    "against",
    [{"guarded": WORSE}, {"observed": WORSE}, {"everybody": WORSE}],
    ids=lambda found: next(iter(found)),
)
def test_held_out_rows_withdraw_what_they_contradict(against):
    found = confirm(ACCEPTED, candidate(0.5, **against).comparison, "latent")
    assert found == Recommendation(0.5, False, "held out")


@pytest.mark.parametrize("range_", [BETTER, SAME, (0.0, 1.0), (NAN, NAN)])
def test_held_out_rows_that_bear_out_the_gain_leave_the_recommendation(range_):
    held_out = candidate(0.5, guarded=BETTER, observed=range_, everybody=range_).comparison
    assert confirm(ACCEPTED, held_out, "latent") == ACCEPTED


@pytest.mark.parametrize("range_", [SAME, (0.0, 1.0), (NAN, NAN)])
def test_a_gain_that_held_out_rows_do_not_confirm_is_withdrawn(range_):
    held_out = candidate(0.5, guarded=range_).comparison
    assert confirm(ACCEPTED, held_out, "latent") == Recommendation(0.5, False, "unconfirmed")


def test_held_out_rows_never_turn_a_refusal_around():
    refused = Recommendation(0.5, False, "groups")
    assert confirm(refused, candidate(0.5, everybody=BETTER).comparison, "latent") == refused
    assert confirm(refused, candidate(0.5, everybody=WORSE).comparison, "latent") == refused


def test_only_the_guarded_latent_group_can_contradict():
    held_out = candidate(0.5, guarded=WORSE, observed=BETTER).comparison
    assert confirm(ACCEPTED, held_out, "observed") == ACCEPTED


def test_a_withdrawn_recommendation_says_who_loses_and_by_how_much():
    worse = candidate(0.5, overall=11.0, everybody=(0.5, 2.0))
    said = sentence(candidate(0.5), Recommendation(0.5, False, "held out"), worse)
    assert said.startswith("Use one model: ")
    assert "held-out rows speak against it" in said
    assert "everybody +10% (95% interval +5% to +20%)" in said


def sentence(
    found: Candidate, recommendation: Recommendation, held_out: Candidate | None = None, **settings: object
) -> str:
    validation = Validation((found,), Recommendation(found.strength, True, None), REAL_GROUPS)
    study = make_result(2)
    settings = replace(study.settings, **settings)
    advice = _advice(validation, recommendation, settings)
    at = replace(study.at(found.strength), comparison=(held_out or found).comparison)
    return recommendation_sentence(
        replace(study, dro=replace(study.dro, advice=advice), settings=settings, evaluations=(at,))
    )


def test_an_accepted_strength_is_said_with_both_changes_and_their_intervals():
    said = sentence(candidate(0.5, 8.0, 10.4, everybody=(-0.2, 0.9)), Recommendation(0.5, True, None))
    assert said.startswith("Use ROME at DRO strength 0.5.")
    assert "worst latent group −20% (95% interval −30% to −10%)" in said
    assert "everybody +4% (95% interval −2% to +9%)" in said


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("groups", "a mixture of groups does not describe the outcome better"),
        ("guarded", "no DRO strength lowers the error of the worst latent group"),
        ("observed", "the worst observed group loses"),
        ("overall", "raises the error of everybody"),
    ],
)
def test_every_refusal_is_said_with_its_own_reason(reason, words):
    said = sentence(candidate(0.5), Recommendation(0.5, False, reason))
    assert said.startswith("Use one model: ")
    assert words in said
    assert "At strength 0.5" in said


def test_no_sentence_speaks_of_nan():
    perfect = compared(0.0, 0.0, 0.0, pooled=1e-300)
    nothing = Comparison(**{**vars(perfect), "relative": NAN, "relative_low": NAN, "relative_high": NAN})
    half = Comparison(**{**vars(perfect), "relative": -0.1, "relative_low": NAN, "relative_high": NAN})
    for odd in (nothing, half):
        found = Candidate(0.5, dict.fromkeys(("worst_latent", "worst_observed", "overall"), odd))
        said = sentence(found, Recommendation(0.5, False, "guarded"))
        assert "nan" not in said


def test_groups_that_cannot_be_ranked_are_said_with_their_reason():
    unranked = Comparison(*[NAN] * 13, reason="no group ranked")
    found = Candidate(0.5, dict.fromkeys(("worst_latent", "worst_observed", "overall"), unranked))
    said = sentence(found, Recommendation(0.5, False, "guarded"))
    assert "can't be ranked" in said
    assert said.endswith(" No group is large enough to be ranked; widen the grouping or use more rows.")


def test_the_level_of_an_interval_is_said_as_it_was_set():
    said = sentence(candidate(0.5), Recommendation(0.5, True, None), confidence=0.975)
    assert "(97.5% interval" in said
