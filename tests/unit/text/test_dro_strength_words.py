"""What the dial says of itself: where it stops changing anything, and at what strength a claim holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from results_factory import make_result, with_comparison

from dashboard.screens.compare.dro_strength import note
from rome.text.claims import flat_from, headline

_NONE = {"difference": 0.5, "low": -1.0, "high": 2.0, "relative": 0.02, "relative_low": -0.05}
_NONE |= {"relative_high": 0.1, "pooled": 23.6, "rome": 24.1}


def _flat(result, first: float):
    """The study with a path that stays as it is at ``first`` from there on."""
    held = next(point for point in result.path if point.strength == first)
    path = tuple(
        replace(point, worst_group=held.worst_group, overall=held.overall)
        if point.strength >= first
        else replace(point, worst_group=held.worst_group + 1 - point.strength)
        for point in result.path
    )
    return replace(result, path=path)


def test_the_dial_says_from_where_on_it_changes_nothing():
    result = make_result(2)
    first = result.path[1].strength
    assert flat_from(_flat(result, first)) == first
    assert f"from {first:g} on" in note(result, flat_from(_flat(result, first)))


def test_a_dial_that_changes_something_to_its_end_or_nothing_at_all_is_told_apart():
    result = make_result(2)
    assert flat_from(_flat(result, result.path[-1].strength)) is None
    assert "any more" not in note(result, None)
    assert "every strength predicts the same" in note(result, flat_from(_flat(result, 0.0)))
    assert flat_from(make_result(1)) is None


@pytest.mark.parametrize("strength", [0.0, 0.3])
def test_what_is_claimed_beside_a_pooled_recommendation_names_its_strength(strength):
    result = with_comparison(make_result(2, rows=3000, recommended="pooled"), "worst_latent", **_NONE)
    said = headline(result, strength)
    assert said.startswith("Use one line.")
    assert f"This study's own groups, at DRO strength {strength:g}: " in said


def test_what_is_claimed_beside_the_advice_of_an_older_study_names_its_strength_too():
    result = with_comparison(make_result(2, rows=3000, recommended="pooled"), "worst_latent", **_NONE)
    words = "Use one model: it was so. And more."
    older = replace(result, dro=replace(result.dro, older_words=words), advice=None)
    assert headline(older, 0.3).startswith(f"{words} This study's own groups, at DRO strength 0.3: ")
