"""Who is failed, in words: the group, how much, on which side, and nobody by chance."""

from __future__ import annotations

from dataclasses import replace

import pytest
from groups_factory import failure
from results_factory import HOSTILE, make_result

from rome.results.description import Condition
from rome.stats.estimate import Estimate
from rome.text.failed import bias_words, failed_most, failed_sentence, group_words, latent_sentence

OLD = (Condition("age", "between", low=60.0), Condition("internet", "is", levels=("no",)))


def study(*groups, outcome: str = "numeric"):
    return replace(make_result(2, outcome), failed=groups)


def test_the_sentence_names_the_group_its_size_its_error_and_its_bias():
    said = failed_sentence(study(failure("slice", "", 2.3, n=10, conditions=OLD)))
    assert said == (
        "Failed most: age over 60 and internet = no (slice; 10 held-out rows, 5.0% of people): typical error "
        "2.30 times everybody's (95% 1.84 to 2.76), predicted 1.20 too low on average."
    )


def test_a_binary_outcome_is_told_in_brier_scores_and_percentage_points():
    group = failure("observed", "women", 1.9, bias=Estimate(-0.12, -0.2, -0.04))
    said = failed_sentence(study(group, outcome="binary"))
    assert "women (observed group; 50 held-out rows, 25% of people): Brier score 1.90 times" in said
    assert said.endswith("predicted 12.0 percentage points too high on average.")


def test_a_bias_whose_side_is_not_clear_has_no_side():
    group = failure("observed", "women", 1.9, bias=Estimate(0.1, -0.2, 0.4))
    assert bias_words(group, study(group)) == "no clear bias either way"


def test_latent_groups_are_told_apart_by_outcomes_and_never_failed_most():
    latent, women = failure("latent", "Group 2", 3.0), failure("observed", "women", 1.9)
    result = study(latent, women)
    assert failed_most(result) == women
    assert latent_sentence(result).startswith(
        "Among the latent groups, which are told apart by their outcomes too, Group 2 (50 held-out rows"
    )
    assert latent_sentence(study(women)) == ""


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        (
            (failure("observed", "women", 1.1), failure("observed", "men", 0.9)),
            "any of the 2 observed groups",
        ),
        ((failure("observed", "women", 1.1),), "the one observed group"),
        ((failure("latent", "Group 2", 3.0),), "can't be said"),
        ((failure("observed", "women", 3.0, too_small=True),), "can't be said"),
    ],
)
def test_nobody_is_named_where_nobody_is_clearly_failed(groups, words):
    said = failed_sentence(study(*groups))
    assert words in said
    assert not said.startswith("Failed most")


def test_a_study_from_before_says_nothing():
    assert failed_sentence(replace(make_result(1), failed=())) == ""


def test_names_of_any_kind_stand_on_one_line():
    for name in HOSTILE:
        assert "\n" not in group_words(failure("observed", name, 2.0))
