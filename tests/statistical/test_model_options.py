"""Standard errors cover, t residuals recover, a flexible gate bends: over many seeds, in bands."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from rome.em import RomeEM
from rome.errors import HeavyTailsWarning

pytestmark = pytest.mark.statistical


def _groups(seed: int, n: int, log_odds, residual):
    rng = np.random.default_rng(seed)
    s, x = rng.standard_normal((n, 2)), rng.standard_normal(n)
    group = rng.random(n) < 1 / (1 + np.exp(-log_odds(s)))
    y = np.where(group, 2.0, -1.0) * x + np.where(group, 1.0, 0.0) + residual(rng, n)
    return np.column_stack([x, s]), y, group


def test_intervals_of_coefficients_cover_the_truth_about_as_often_as_they_say():
    covered = []
    for seed in range(80):
        X, y, _ = _groups(
            seed, 600, lambda s: 0.6 + 1.0 * s[:, 0], lambda rng, n: 0.7 * rng.standard_normal(n)
        )
        model = RomeEM(2, gate_features=[1, 2], n_init=2, random_state=0).fit(X, y)
        errors = model.standard_errors(X, y)
        order = np.argsort(-model.coef_[:, 0])
        sign = 1 if order[0] == 0 else -1
        found = np.array([*model.coef_[order, 0], *model.intercept_[order], sign * model.gate_coef_[0, 0]])
        spread = np.array([*errors.coef_se[order, 0], *errors.intercept_se[order], errors.gate_coef_se[0, 0]])
        covered.append(np.abs(found - [2, -1, 1, 0, 1]) <= 1.96 * spread)
    rates = np.mean(covered, axis=0)
    assert rates.min() > 0.85
    assert 0.91 < np.mean(covered) < 0.985


def test_t_experts_recover_slopes_under_heavy_tails_better_than_normal_ones():
    errors = {"normal": [], "t": []}
    for seed in range(20):
        X, y, _ = _groups(seed, 500, lambda s: 1.5 * s[:, 0], lambda rng, n: 0.8 * rng.standard_t(3, n))
        for noise, found in errors.items():
            with warnings.catch_warnings():
                # That normal experts complain of the tails is another test.
                warnings.simplefilter("ignore", HeavyTailsWarning)
                model = RomeEM(2, gate_features=[1, 2], noise=noise, n_init=4, random_state=0).fit(X, y)
            found.append(np.abs(np.sort(model.coef_[:, 0]) - [-1, 2]).max())
    typical = {noise: np.sqrt(np.mean(np.square(found))) for noise, found in errors.items()}
    assert typical["t"] < 0.6 * typical["normal"]
    assert typical["t"] < 0.15
    assert np.median(errors["t"]) < np.median(errors["normal"])


@pytest.mark.parametrize(
    ("log_odds", "least", "most"),
    [
        (lambda s: 2.5 * (s[:, 0] ** 2 - 1), 0.1, 1.0),
        (lambda s: 3.0 * s[:, 0] * s[:, 1], 0.1, 1.0),
        (lambda s: 2.0 * s[:, 0], -0.02, 0.02),
    ],
    ids=["quadratic", "interaction", "linear"],
)
def test_a_flexible_gate_finds_what_bends_and_loses_little_where_nothing_does(log_odds, least, most):
    gains = []
    for seed in range(8):
        X, y, _ = _groups(seed, 800, log_odds, _noise)
        fresh, _, group = _groups(seed + 1000, 4000, log_odds, _noise)
        scores = []
        for gate in ("linear", "flexible"):
            model = RomeEM(2, gate_features=[1, 2], gate=gate, n_init=4, random_state=0).fit(X, y)
            order = [model.coef_[:, 0].argmin(), model.coef_[:, 0].argmax()]
            share = model.membership(fresh)[:, order]
            scores.append(np.log(share[np.arange(len(group)), group.astype(int)]).mean())
        gains.append(scores[1] - scores[0])
    assert least < np.median(gains) < most


def _noise(rng: np.random.Generator, n: int) -> np.ndarray:
    return 0.5 * rng.standard_normal(n)
