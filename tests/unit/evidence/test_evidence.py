"""The verdict, the choice of K, and the null models that they are weighed against."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.metrics import adjusted_rand_score
from study_runs import made_lightly, one_split

from rome.evidence import Problem, assess_groups, choose_n_groups, select, sweep
from rome.evidence.assess import ladder
from rome.evidence.null_models import fit_location_scale, null_models_of
from rome.evidence.sweep import FOLDS, halves_agreement
from rome.results.verdict import Choice, LeftOut
from rome.stats.means import mean_interval
from rome.text.verdict import choice_sentence, null_model_words, verdict_sentence


def columns(n: int, seed: int) -> tuple[np.ndarray, np.random.Generator]:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, 4)), rng


def problem(X: np.ndarray, y: np.ndarray, outcome: str = "numeric") -> Problem:
    """Features 0 to 2, gate on column 3."""
    return Problem(X, y, np.ones(len(y)), np.array([3]), np.arange(3), outcome, 0)


def one_line(n: int = 600, seed: int = 0) -> Problem:
    X, rng = columns(n, seed)
    return problem(X, X[:, 0] - X[:, 1] + rng.standard_normal(n))


def two_lines(n: int = 600, seed: int = 0, pull: float = 3.0) -> Problem:
    X, rng = columns(n, seed)
    second = rng.random(n) < 1 / (1 + np.exp(-pull * X[:, 3]))
    return problem(X, np.where(second, 2.0, -2.0) * X[:, 0] + 0.5 * rng.standard_normal(n))


@pytest.fixture(autouse=True, scope="module")
def _groups_are_judged_on_one_split():
    with one_split():
        yield


@cache
def judged(make: Callable[[], Problem]):
    """What is said of two groups, once for all tests that ask."""
    return assess_groups(sweep(make(), (1, 2)), 2, beside=False)


def test_a_single_line_is_not_supported_and_the_sentence_names_the_number_and_the_rule():
    verdict = judged(one_line)
    assert (verdict.level, verdict.kind, verdict.doubt) == ("not supported", "none", "chance")
    assert "as well as 2 groups" in verdict_sentence(verdict)
    assert null_model_words(verdict.hardest).split(" (the same")[0] in verdict_sentence(verdict)
    assert verdict.agreement is None


def test_two_lines_that_s_tells_apart_are_supported_and_findable():
    verdict = judged(two_lines)
    assert (verdict.level, verdict.kind) == ("supported", "rules")
    assert verdict.findable
    assert verdict.gain.low > 0
    assert verdict.stability > 0.5
    assert verdict.agreement > 0.8


def test_one_rule_at_two_levels_is_called_levels_and_no_rules():
    X, rng = columns(900, 2)
    high = rng.random(900) < 1 / (1 + np.exp(-2 * X[:, 3]))
    y = X[:, 0] - X[:, 1] + np.where(high, 3.0, -3.0) + rng.standard_normal(900)
    verdict = assess_groups(sweep(problem(X, y), (1, 2)), 2, beside=False)
    assert (verdict.level, verdict.kind) == ("supported", "levels")
    assert "shared_slopes" not in {score.code for score in verdict.null_models}
    assert "2 levels of one rule" in verdict_sentence(verdict)


def test_one_line_on_the_logarithm_is_no_group():
    X, rng = columns(900, 4)
    y = np.exp(0.8 * X[:, 0] - 0.5 * X[:, 1] + 0.5 * rng.standard_normal(900))
    verdict = assess_groups(sweep(problem(X, y), (1, 2)), 2, beside=False)
    assert verdict.level == "not supported"
    assert {score.code for score in verdict.null_models} >= set(null_models_of("numeric", True))


def test_one_rule_with_more_levels_than_groups_is_no_rules():
    X, rng = columns(900, 6)
    level = rng.choice([-5.0, 0.0, 5.0], 900)
    y = X[:, 0] - X[:, 1] + level + 0.5 * rng.standard_normal(900)
    verdict = assess_groups(sweep(problem(X, y), (1, 2)), 2, beside=False)
    assert (verdict.kind, verdict.level) != ("rules", "supported")


def test_smaller_numbers_are_tried_before_none_is_said_and_the_first_supported_one_is_told():
    with made_lightly():
        verdict = assess_groups(sweep(one_line(300), (1, 6)), 6, beside=False)
    assert [item.n_groups for item in verdict.tried] == ladder(6) == [6, 3, 2]
    numbers = ("6, 3 or 2 groups", "6 and 3 groups are not supported either")
    assert any(words in verdict_sentence(verdict) for words in numbers)


def test_where_fewer_groups_are_supported_than_were_asked_about_the_sentence_names_both():
    found = judged(two_lines)
    refused = replace(found.tried[0], n_groups=4, kind="none", level="not supported", doubt="chance")
    verdict = replace(found, tried=(refused, *found.tried))
    assert "4 groups are not supported; 2 are." in verdict_sentence(verdict)
    assert choose_n_groups(Choice("best", 4, 4), verdict) == Choice("supported", 2, 4)


def test_a_group_that_is_only_one_value_of_the_outcome_is_no_group():
    X, rng = columns(600, 5)
    y = X[:, 0] + rng.standard_normal(600)
    y[rng.random(600) < 0.25] = 1.0
    swept = sweep(problem(X, y), (1, 2))
    verdict = assess_groups(swept, 2, beside=False)
    assert verdict.level == "not supported"
    assert verdict.doubt == "one value"
    assert "2 groups explain held-out rows better" in verdict_sentence(verdict)
    assert "hardly more than one value of the outcome" in verdict_sentence(verdict)
    candidates, choice = select(swept)
    assert (choice.n_groups, choice.left_out) == (1, (LeftOut(2, "one value"),))
    assert "2 groups were left out, since one of them is hardly more than one value" in choice_sentence(
        choice, candidates
    )


def test_groups_that_s_cannot_tell_apart_are_supported_but_not_findable():
    verdict = assess_groups(sweep(two_lines(pull=0.0), (1, 2)), 2, beside=False)
    assert verdict.level == "supported"
    assert not verdict.findable
    assert "don't tell them apart" in verdict_sentence(verdict)


def test_the_gain_is_over_the_null_model_that_is_least_surely_beaten():
    verdict = judged(two_lines)
    bounds = {score.code: score.gain.low for score in verdict.null_models}
    assert verdict.gain.low == min(bounds.values())
    assert verdict.hardest == min(bounds, key=bounds.get)


def test_a_group_on_one_outcome_value_is_neither_suggested_nor_supported():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((400, 5))
    y = np.where(rng.random(400) < 0.4, X[:, 0], X[:, 0] + X[:, 1] + rng.standard_normal(400))
    swept = sweep(problem(X, y), (1, 2))
    assert swept.at(2).doubt == "degenerate"
    assert select(swept)[1].n_groups == 1
    with one_split():
        verdict = assess_groups(swept, 2, beside=False)
    assert verdict.level != "supported"
    assert verdict.doubt == "degenerate" or verdict.level == "not supported"


def test_the_scale_of_case_weights_changes_no_candidate_and_no_verdict():
    base = two_lines(200)
    rng = np.random.default_rng(3)
    weights = rng.uniform(0.5, 2, len(base.y))
    outcomes = []
    for scale in (1.0, 1e5):
        # Every fold takes the weights alike.
        with made_lightly():
            swept = sweep(replace(base, weights=scale * weights), (1, 2))
            outcomes.append((select(swept), assess_groups(swept, 2, beside=False)))
    for candidates, verdict in outcomes[1:]:
        assert candidates[0][1].bic == pytest.approx(outcomes[0][0][0][1].bic)
        assert verdict.gain.value == pytest.approx(outcomes[0][1].gain.value)
        assert verdict.level == outcomes[0][1].level


def test_binary_outcomes_are_judged_too():
    X, rng = columns(800, 1)
    plain = (rng.random(800) < 1 / (1 + np.exp(-X[:, 0]))).astype(float)
    verdict = assess_groups(sweep(problem(X, plain, "binary"), (1, 2)), 2, beside=False)
    assert verdict.level == "not supported"
    assert len(verdict.null_models) == len(null_models_of("binary", False)) + 1


def test_held_out_likelihood_of_a_fold_is_from_a_fit_that_never_saw_it():
    swept = sweep(one_line(200), (1,))
    inner, outer = swept.problem.folds()[0]
    fitted = swept.problem.take(inner).fit(1)
    expected = fitted.log_likelihood_of_rows(swept.problem.X[outer], swept.problem.y[outer])
    assert swept.at(1).held_out[outer] == pytest.approx(expected)


@pytest.mark.parametrize(("make", "expected"), [(one_line, 1), (two_lines, 2)])
def test_the_suggested_number_of_groups_is_the_planted_one(make, expected):
    candidates, choice = select(sweep(make(), (1, 2, 3)))
    assert choice.n_groups == expected
    said = choice_sentence(choice, candidates)
    assert said.startswith("1 group:" if expected == 1 else f"{expected} groups:")
    assert [candidate.n_groups for candidate in candidates] == [1, 2, 3]


def test_criteria_are_those_of_their_definitions():
    swept = sweep(two_lines(300), (1, 2))
    candidate = select(swept)[0][1]
    # Two experts of four coefficients and a variance, one gate of two coefficients.
    assert candidate.n_parameters == 2 * 5 + 2
    assert candidate.bic == pytest.approx(-2 * candidate.log_likelihood + 12 * np.log(300))
    assert candidate.aic == pytest.approx(-2 * candidate.log_likelihood + 24)
    assert candidate.icl >= candidate.bic
    assert candidate.held_out.value == pytest.approx(swept.at(2).held_out.mean())


def test_criteria_agree_with_those_computed_from_the_densities_by_hand():
    rng = np.random.default_rng(8)
    data = two_lines(400)
    weights = rng.uniform(0.5, 2, 400)
    # Only proportions of weights count, so n in the criteria is the number of rows.
    data = replace(data, weights=weights / weights.mean())
    candidate, fitted = select(sweep(data, (1, 2)))[0][1], data.fit(2)
    eta = np.column_stack([np.ones(400), data.X[:, 3]]) @ np.column_stack(
        [[fitted.gate_intercept_[k], fitted.gate_coef_[k, 0]] for k in (0, 1)]
    )
    shares = np.exp(eta) / np.exp(eta).sum(axis=1, keepdims=True)
    means = data.X[:, :3] @ fitted.coef_.T + fitted.intercept_
    joint = shares * norm.pdf(data.y[:, None], means, fitted.sigma_)
    responsibilities = joint / joint.sum(axis=1, keepdims=True)
    likelihood = float(data.weights @ np.log(joint.sum(axis=1)))
    # The classification likelihood: each row's log joint density, averaged over who it may belong to.
    complete = float(data.weights @ (responsibilities * np.log(joint + 1e-300)).sum(axis=1))
    penalty = 12 * np.log(400)
    assert candidate.log_likelihood == pytest.approx(likelihood)
    assert candidate.bic == pytest.approx(-2 * likelihood + penalty)
    # BIC with the expected complete log-likelihood in place of the observed one (McLachlan & Peel 2000).
    assert candidate.icl == pytest.approx(-2 * complete + penalty)


def test_errors_of_a_candidate_are_weighted_means_over_its_groups():
    swept = sweep(two_lines(300), (1, 2))
    item, candidate = swept.at(2), select(swept)[0][1]
    error = (swept.problem.y - item.prediction) ** 2
    by_group = [np.average(error, weights=item.responsibilities[:, k]) for k in (0, 1)]
    assert candidate.overall == pytest.approx(error.mean())
    assert candidate.worst_group == pytest.approx(max(by_group))


def test_a_number_of_groups_with_one_row_of_nearly_all_the_weight_in_a_group_is_not_suggested():
    swept = sweep(two_lines(300), (1, 2))
    assert select(swept)[1].n_groups == 2
    groups = swept.at(2).in_sample
    heavy = np.ones(300)
    heavy[groups[:, 0].argmax()] = 1e5
    # The fits stay as they are: only how many rows speak for the first group changes.
    weighted = replace(swept, problem=replace(swept.problem, weights=heavy / heavy.mean()))
    candidates, choice = select(weighted)
    assert choice.n_groups == 1
    second = swept.at(2).responsibilities[:, 1] * weighted.problem.weights
    error = (swept.problem.y - swept.at(2).prediction) ** 2
    assert candidates[1].worst_group == pytest.approx(np.average(error, weights=second))


def test_one_group_has_no_entropy():
    candidate = select(sweep(one_line(200), (1,)))[0][0]
    assert candidate.icl == candidate.bic


def test_halves_agree_on_clear_groups_and_not_on_noise():
    assert halves_agreement(two_lines(800), 2) > 0.5
    assert halves_agreement(one_line(800), 2) < 0.4


def test_halves_too_small_for_the_mixture_give_nan():
    assert np.isnan(halves_agreement(one_line(22), 2))


def test_every_progress_step_is_told():
    steps = []
    sweep(one_line(200), (1, 2), lambda done, total: steps.append((done, total)))
    assert steps == [(step, 2 * FOLDS) for step in range(1, 2 * FOLDS + 1)]


def test_the_plain_null_model_is_the_normal_density_of_a_line():
    X, rng = columns(4000, 3)
    y = 5 + 2 * X[:, 0] + 3 * rng.standard_normal(4000)
    null_model = fit_location_scale(
        X, y, np.ones(len(y)), "linear", moving_spread=False, free_noise=False, seed=0
    )
    expected = norm.logpdf(y, 5 + 2 * X[:, 0], 3)
    assert null_model.log_likelihood_of_rows(X, y).mean() == pytest.approx(expected.mean(), abs=0.01)


@pytest.mark.parametrize(
    ("noise", "moving_spread", "free_noise"),
    [("growing", True, False), ("heavy", False, True), ("skewed", False, True)],
)
def test_a_null_model_made_for_a_shape_beats_the_plain_one_on_it(noise, moving_spread, free_noise):
    X, rng = columns(3000, 4)
    shapes = {
        "growing": np.exp(0.6 * X[:, 1]) * rng.standard_normal(3000),
        "heavy": rng.standard_t(3, 3000),
        "skewed": rng.lognormal(0, 0.9, 3000),
    }
    y = X[:, 0] + shapes[noise]
    plain = fit_location_scale(
        X[:2000], y[:2000], np.ones(2000), "linear", moving_spread=False, free_noise=False, seed=0
    )
    made = fit_location_scale(
        X[:2000],
        y[:2000],
        np.ones(2000),
        "linear",
        moving_spread=moving_spread,
        free_noise=free_noise,
        seed=0,
    )
    better = made.log_likelihood_of_rows(X[2000:], y[2000:]) - plain.log_likelihood_of_rows(
        X[2000:], y[2000:]
    )
    assert better.mean() > 0.05


def test_units_of_the_outcome_only_shift_the_likelihood():
    X, rng = columns(500, 5)
    y = X[:, 0] + rng.standard_normal(500)
    first = fit_location_scale(
        X, y, np.ones(len(y)), "quadratic", moving_spread=True, free_noise=True, seed=0
    )
    second = fit_location_scale(
        X, 1000 * y, np.ones(len(y)), "quadratic", moving_spread=True, free_noise=True, seed=0
    )
    shifted = second.log_likelihood_of_rows(X, 1000 * y) + np.log(1000)
    assert shifted == pytest.approx(first.log_likelihood_of_rows(X, y), abs=1e-6)


def test_responsibilities_of_the_folds_are_matched_to_the_full_fit():
    swept = sweep(two_lines(), (2,))
    full = swept.problem.fit(2).responsibilities(swept.problem.X, swept.problem.y).argmax(axis=1)
    assert adjusted_rand_score(full, swept.at(2).responsibilities.argmax(axis=1)) > 0.8
    assert (full == swept.at(2).responsibilities.argmax(axis=1)).mean() > 0.9


def test_a_weight_of_two_counts_as_the_row_twice():
    X, rng = columns(300, 6)
    y = X[:, 0] + rng.standard_normal(300)
    values, weights = rng.standard_normal(50), rng.integers(1, 4, 50).astype(float)
    weighted = mean_interval(values, weights)
    assert weighted.value == pytest.approx(np.repeat(values, weights.astype(int)).mean())
    heavy = fit_location_scale(
        X, y, np.full(300, 2.0), "linear", moving_spread=False, free_noise=False, seed=0
    )
    plain = fit_location_scale(X, y, np.ones(300), "linear", moving_spread=False, free_noise=False, seed=0)
    assert heavy.log_likelihood_of_rows(X, y) == pytest.approx(plain.log_likelihood_of_rows(X, y), abs=0.01)


def test_rows_of_no_weight_do_not_move_a_null_model():
    X, rng = columns(400, 7)
    y = X[:, 0] + rng.standard_normal(400)
    spoilt = np.where(np.arange(400) < 100, y + 50, y)
    weights = (np.arange(400) >= 100).astype(float)
    null_model = fit_location_scale(X, spoilt, weights, "linear", moving_spread=True, free_noise=True, seed=0)
    assert null_model.log_likelihood_of_rows(X[100:], y[100:]).mean() > -1.8


def test_a_suggestion_stands_unless_one_group_does_as_well():
    curved = one_line(600)
    curved = replace(curved, y=curved.y + 2 * curved.X[:, 0] ** 2)
    swept = sweep(curved, (1, 2))
    _, suggested = select(swept)
    assert suggested.n_groups == 2
    with one_split():
        refused = assess_groups(swept, 2, beside=False)
    assert choose_n_groups(suggested, refused) == Choice("null model", 1, 2, refused.hardest, doubt="chance")
    one = Choice("best", 1, 1)
    assert choose_n_groups(one, refused) == one
    assert choose_n_groups(suggested, replace(refused, level="weak")) == suggested


def test_nothing_is_findable_where_no_groups_are_supported():
    data = one_line(600)
    # s moves everybody's mean, which the gate takes up although there is one group.
    shifted = replace(data, y=data.y + data.X[:, 3])
    with one_split():
        verdict = assess_groups(sweep(shifted, (1, 2)), 2, beside=False)
    assert verdict.level == "not supported"
    assert verdict.gate_gain.low > 0
    assert not verdict.findable
