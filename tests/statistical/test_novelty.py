"""Rows like the study's own are flagged as rarely as promised; odd ones are found."""

from __future__ import annotations

import numpy as np
import pytest
from reference_people import flags_of, learn, people

pytestmark = pytest.mark.statistical
_TABLES = 60


def flagged(reference, design, frame) -> float:
    return float(np.any(list(flags_of(reference, design, frame).values()), axis=0).mean())


@pytest.mark.parametrize(("n_train", "n_test"), [(280, 220), (1400, 600)])
def test_training_like_rows_are_flagged_at_most_at_the_promised_rate(n_train, n_test):
    shares, rates = [], []
    for seed in range(_TABLES):
        reference, design = learn(n_train, n_test, seed)
        shares.append(flagged(reference, design, people(2000, 10_000 + seed)))
        rates.append(reference.novelty.rate)
    error = np.std(shares) / np.sqrt(_TABLES)
    assert np.mean(shares) <= np.mean(rates) + 2.5 * error
    # Not by flagging nothing: a third of the promise is used up at least.
    assert np.mean(shares) >= np.mean(rates) / 3


def test_people_whose_weight_has_nothing_to_do_with_their_height_are_found():
    reference, design = learn(1400, 600, 0)
    odd = people(4000, 1)
    odd["weight"] = np.random.default_rng(2).permutation(odd["weight"].to_numpy())
    assert flagged(reference, design, odd) > 10 * flagged(reference, design, people(4000, 1))
