"""Case weights in a study: only their proportions count, and who stands for many is one observation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from study_runs import ROLES, hiring, run

WEIGHTED = replace(ROLES, weight="weight")


def weighted(scale: float):
    frame = hiring(600)
    return frame.assign(weight=scale * np.random.default_rng(0).uniform(0.5, 2.0, len(frame)))


@pytest.fixture(scope="module")
def plain():
    return run(weighted(1.0), WEIGHTED).result


@pytest.mark.parametrize("scale", [1e5, 1e-4])
def test_the_scale_of_the_weights_changes_nothing(plain, scale):
    other = run(weighted(scale), WEIGHTED).result
    assert other.verdict.level == plain.verdict.level
    assert other.verdict.gain.low == pytest.approx(plain.verdict.gain.low, rel=1e-4, abs=1e-4)
    assert other.dro.recommended == plain.dro.recommended
    for first, second in zip(plain.groups, other.groups, strict=True):
        for one, two in zip(first.coefficients, second.coefficients, strict=True):
            assert (two.low, two.high) == pytest.approx((one.low, one.high), rel=1e-4, abs=1e-4, nan_ok=True)
    assert [finding.what for finding in other.findings] == [finding.what for finding in plain.findings]


def test_uneven_weights_give_the_pooled_line_robust_intervals(plain):
    even = run(hiring(600), assess_groups=False, advise=False).result
    robust = [term.high - term.low for term in plain.pooled_coefficients]
    classical = [term.high - term.low for term in even.pooled_coefficients]
    # Weights from .5 to 2 lose about a seventh of the rows' information: intervals grow, and by little.
    assert 1.0 < np.median(np.divide(robust, classical)) < 1.3
