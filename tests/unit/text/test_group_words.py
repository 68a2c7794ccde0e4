"""Who is in a group, in words: no more than held-out rows bear out."""

from __future__ import annotations

import re
from dataclasses import replace
from math import nan

import numpy as np
import pytest
from results_factory import HOSTILE, make_result

from rome.results import ProfileEntry, StudyResult
from rome.results.description import Condition, GroupDescription, GroupRule
from rome.settings.study import Settings
from rome.stats.estimate import Estimate
from rome.text.groups import (
    condition_words,
    exact,
    group_sentence,
    movers_sentence,
    rule_words,
    rules_said,
    short_description,
)

NAN = float("nan")


def with_group(result: StudyResult, index: int = 0, **changes: object) -> StudyResult:
    """Return a study with one group changed."""
    groups = list(result.groups)
    groups[index] = replace(groups[index], **changes)
    return replace(result, groups=tuple(groups))


def with_rules(result: StudyResult, *rules: GroupRule) -> StudyResult:
    return with_group(result, description=replace(result.groups[0].description, rules=rules))


def first_rule(result: StudyResult) -> GroupRule:
    return result.groups[0].description.rules[0]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition("age", "between", low=43.0), "age over 43"),
        (Condition("age", "between", high=43.5), "age up to 43.5"),
        (Condition("age", "between", low=30.0, high=50.0), "30 < age ≤ 50"),
        (Condition("debt", "between", low=-1250000.0), "debt over −1,250,000"),
        (Condition("year", "between", low=1995.0), "year over 1995"),
        (Condition("smoker", "is", levels=("yes",)), "smoker = yes"),
        (Condition("region", "is not", levels=("north", "west")), "region is not north or west"),
        (Condition("age", "missing"), "age is missing"),
        (Condition("age", "known"), "age is known"),
    ],
)
def test_a_condition_is_said_in_the_tables_own_names_units_and_levels(condition, words):
    assert condition_words(condition) == words


def test_a_threshold_keeps_every_digit():
    assert exact(0.12345678) == "0.12345678"


def test_conditions_are_joined_by_and_and_clauses_by_or():
    rule = make_result().groups[0].description.rules[1]
    assert rule_words(rule) == "age over 43 or bmi is known"
    assert rule_words(first_rule(make_result())) == "age over 43 and sex = yes"
    mixed = replace(rule, clauses=(*first_rule(make_result()).clauses, *rule.clauses[1:]))
    assert rule_words(mixed) == "(age over 43 and sex = yes) or bmi is known"


def test_a_group_is_described_by_its_largest_differences():
    said = group_sentence(make_result(2), 0)
    assert said.startswith("Group 1 holds 67% (95% ")
    assert "of the rows and differs most in age (mean 10.00 against every" in said
    assert "sex (mean 10.00 against 10.00, sensitive)" in said


def test_a_share_is_said_as_a_share():
    entry = ProfileEntry("region = north", "region", False, 0.41, 0.23, 0.4, 0.3, 0.5, 0.37, 0.45, True)
    said = group_sentence(with_group(make_result(2), profile=(entry,)), 0)
    assert said.endswith("differs most in region = north (41% against everybody's 23%).")


@pytest.mark.parametrize("limits", [(-0.01, 0.9), (NAN, NAN)])
def test_a_difference_within_its_interval_is_not_named(limits):
    result = make_result(2)
    low, high = limits
    profile = tuple(replace(entry, low=low, high=high) for entry in result.groups[0].profile)
    said = group_sentence(with_group(result, profile=profile), 0)
    assert said.endswith(" of the rows. In no column does it differ clearly from everybody.")


def test_one_group_is_described_by_its_size_and_has_no_rule():
    result = make_result(1)
    assert group_sentence(result, 0) == "Group 1 holds 100% of the rows."
    assert rules_said(result, 0) == ()
    assert movers_sentence(result, 0) == ""
    assert short_description(result, 0) == "Group 1: 100% of the rows."


def test_a_dash_in_a_columns_name_stays_as_it_is():
    result = make_result(2)
    entry = replace(result.groups[0].profile[0], term="post-code", standardised_difference=-0.8)
    assert "post-code (mean" in group_sentence(with_group(result, profile=(entry,)), 0)


@pytest.mark.parametrize(
    ("index", "start"), [(0, "A rule on the sensitive"), (1, "A rough rule on the sensitive")]
)
def test_a_rule_says_what_it_is_worth_with_intervals_and_against_no_rule(index, start):
    said = rules_said(make_result(2), index)[0]
    assert said.lead.startswith(start)
    assert said.rule == "age over 43 and sex = yes"
    assert "catches 81% (95% 74 to 88) of the group" in said.worth
    assert "62% (95% 54 to 70) of those it catches belong to it" in said.worth
    assert said.worth.endswith(
        "agrees with membership for 78% (95% 73 to 82) of people, against 67% if nobody were called a member."
    )


def test_a_rule_no_better_than_none_is_said_to_find_nobody():
    said = rules_said(make_result(3), 2)[0]
    assert said.lead.startswith("No simple rule on the sensitive columns finds this group.")
    assert "more frequent there all the same: 62% (95% 54 to 70) against 33% of everybody" in said.worth


def test_a_place_that_is_no_denser_is_not_called_so():
    result = make_result(2)
    rule = replace(first_rule(result), level="none", lift=Estimate(0.02, -0.03, 0.06))
    assert "more frequent" not in rules_said(with_rules(result, rule), 0)[0].text


def test_the_same_rule_on_all_columns_is_not_said_twice():
    result = make_result(2)
    rule = first_rule(result)
    said = rules_said(with_rules(result, rule, replace(rule, columns="all")), 0)
    assert said[1].text == "With all columns, the best rule that was found is the same one."


def test_a_rule_that_could_not_be_learnt_says_why():
    result = make_result(2)
    none = replace(first_rule(result), clauses=(), level="none", reason="no split")
    (said,) = rules_said(with_rules(result, none), 0)
    assert said.text == (
        "No simple rule on the sensitive columns finds this group: no split of these columns sets the group "
        "apart on training rows."
    )
    bare = with_group(result, description=GroupDescription(reason="few training rows"))
    assert rules_said(bare, 0)[0].text == (
        f"No rule was looked for: there are {result.data.n_train} training rows, and a rule is learnt on at "
        "least 50."
    )
    few = with_group(result, description=GroupDescription(reason="few held-out rows"))
    assert "fewer than 30 held-out rows belong to the group" in rules_said(few, 0)[0].text


def test_a_group_with_too_few_held_out_rows_has_no_rule():
    result = make_result(2)
    latent = tuple(replace(score, too_small=True) for score in result.chosen.groupings["latent"])
    tiny = replace(result.chosen, groupings={**result.chosen.groupings, "latent": latent})
    assert rules_said(replace(result, evaluations=(tiny,)), 0) == ()


def test_movers_say_from_where_to_where_and_leave_out_what_moves_nobody():
    said = movers_sentence(make_result(2), 0)
    assert "age from 31 to 56, +24 points (95% +22 to +27); sex from 31 to 56, −8 points" in said
    assert "region" not in said


def test_columns_that_move_nobody_are_said_to_move_nobody():
    result = make_result(2)
    still = tuple(
        replace(mover, change=Estimate(0.004, 0.0, 0.01)) for mover in result.groups[0].description.movers
    )
    description = replace(result.groups[0].description, movers=still)
    assert "No sensitive column alone" in movers_sentence(with_group(result, description=description), 0)
    seeing_all = with_group(replace(result, settings=Settings(gate_sees="as")), description=description)
    assert movers_sentence(seeing_all, 0).startswith("No column alone")


def test_a_move_that_nobody_can_be_sure_of_is_said_to_be_open():
    result = make_result(2)

    def said(change: Estimate) -> str:
        movers = tuple(replace(mover, change=change) for mover in result.groups[0].description.movers)
        description = replace(result.groups[0].description, movers=movers)
        return movers_sentence(with_group(result, description=description), 0)

    assert "+5 points (95% −2 to +12)" in said(Estimate(0.05, -0.02, 0.12))
    assert "Every one of these intervals includes no change." in said(Estimate(0.05, -0.02, 0.12))
    bare = said(Estimate(0.05, nan, nan))
    assert "+5 points;" in bare
    assert "How sure that is could not be computed." in bare


def test_a_line_for_the_terminal_names_the_rule_or_says_that_there_is_none():
    result = make_result(3)
    assert short_description(result, 0) == (
        "Group 1: 50% of the rows. Rule: age over 43 and sex = yes (right for 78% of people; 67% without a "
        "rule)."
    )
    assert "Rough rule" in short_description(result, 1)
    assert short_description(result, 2).endswith("No simple rule on the sensitive columns finds it.")


def test_a_group_that_is_only_one_value_of_the_outcome_is_not_called_a_group_of_people():
    result = make_result(2)
    outcome = np.where(result.rows.responsibilities[:, 1] > 0.5, 7.0, result.rows.outcome)
    apart = np.round(result.rows.responsibilities)
    spiked = replace(result, rows=replace(result.rows, outcome=outcome, responsibilities=apart))
    says = "Group 2 is hardly more than one value of the outcome (7: 100% of it)"
    assert says in short_description(spiked, 1)
    assert says in group_sentence(spiked, 1)
    assert "hardly more" not in short_description(spiked, 0) + short_description(result, 1)


def test_hostile_names_stay_plain_text():
    assert HOSTILE[0] in rules_said(make_result(2, hostile=True), 0)[0].rule


def test_a_narrow_interval_is_said_with_the_digits_that_it_bears():
    rule = first_rule(make_result(2))
    narrow = replace(rule, coverage=Estimate(0.8214, 0.8181, 0.8249), precision=Estimate(0.5, 0.4997, 0.5003))
    worth = rules_said(with_rules(make_result(2), narrow), 0)[0].worth
    assert "catches 82.1% (95% 81.8 to 82.5) of the group" in worth
    assert "50.00% (95% 49.97 to 50.03) of those" in worth


def test_a_groups_share_carries_its_interval():
    said = group_sentence(make_result(2, rows=3000), 0)
    low, high = (float(end) for end in re.search(r"67% \(95% (\d+) to (\d+)\)", said).groups())
    assert low < 67 < high
