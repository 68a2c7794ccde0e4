"""What a running study says of its groups: numbers of held-out rows, and that nothing is tested yet."""

from __future__ import annotations

from dataclasses import replace

from groups_factory import first_look

from rome.text.first_look import CAVEAT, TITLE, first_look_lines


def test_every_group_has_its_size_its_rule_and_the_error_of_one_model():
    first, second = first_look_lines(first_look())
    assert first.startswith("Group 1: ")
    assert "% of the rows. Rule: " in first
    assert "Rough rule: " in second
    assert "One model's typical error there: 1.2" in second
    assert "times everybody's (95% " in second


def test_a_first_look_says_that_evidence_and_advice_are_to_come():
    assert "before evidence and advice" in TITLE
    assert "not yet tested" in CAVEAT


def test_a_group_that_is_one_value_or_too_small_is_said_to_be_and_no_more():
    look = first_look()
    spiked, small = look.groups
    small = replace(small, held_out=replace(small.held_out, too_small=True))
    told = first_look_lines(replace(look, groups=(replace(spiked, one_value=(0.0, 0.93)), small)))
    assert told[0].endswith("Group 1 is hardly more than one value of the outcome (0: 93% of it).")
    assert told[1].endswith("Too few held-out rows to say more.")
    assert "times everybody's" not in "".join(told)


def test_probabilities_are_judged_by_their_brier_score():
    assert "Brier score there" in first_look_lines(replace(first_look(), outcome_kind="binary"))[0]
