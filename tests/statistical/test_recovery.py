"""What EM finds over many draws, and how often the recommendation cries wolf: bands, never one lucky seed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom
from sklearn.metrics import adjusted_rand_score
from study_runs import made_lightly

from rome import study
from rome.datasets import paper_simulation
from rome.datasets.simulation import ORDINARY, SENSITIVE
from rome.em import RomeEM
from rome.settings.study import Settings
from rome.table import Roles, Table
from rome.table.reading.read import read_table

pytestmark = pytest.mark.statistical

SHAPES = ("gaussian", "heavy tails")

#: S5 is a 0/1 column that one in ten has, and the paper's gate is steep: in some draws no row of the smallest
#: group has it, and the warning that only the ridge keeps its coefficient finite is right.
separated = pytest.mark.filterwarnings("ignore::rome.errors.SeparationWarning")


@separated
def test_the_papers_groups_are_recovered_in_most_draws():
    agreement, shares_off, slopes_off = [], [], []
    for seed in range(8):
        drawn = paper_simulation(2000, gate="well", random_state=seed)
        X, y = drawn.frame[[*ORDINARY, *SENSITIVE]], drawn.frame["outcome"].to_numpy()
        model = RomeEM(
            4, gate_features=SENSITIVE, expert_features=[*ORDINARY, *SENSITIVE], random_state=seed
        ).fit(X, y)
        agreement.append(adjusted_rand_score(drawn.group, model.responsibilities(X, y).argmax(axis=1)))
        true_shares = np.sort(np.bincount(drawn.group, minlength=4) / 2000)[::-1]
        shares_off.append(np.abs(model.shares_ - true_shares).max())
        slopes_off.append(
            max(np.abs(model.coef_ - row[1:])[:, :15].max(axis=1).min() for row in drawn.coefficients)
        )
    assert np.median(agreement) > 0.95
    assert np.mean(np.array(agreement) > 0.9) >= 0.75
    assert np.median(shares_off) < 0.01
    assert np.median(slopes_off) < 0.2


@separated
def test_gate_coefficients_centre_on_the_truth():
    """S1 to S3 are standard normal, so γ is estimated with small error at this size."""
    errors = []
    for seed in range(8):
        drawn = paper_simulation(4000, gate="well", random_state=100 + seed)
        X, y = drawn.frame[[*ORDINARY, *SENSITIVE]], drawn.frame["outcome"].to_numpy()
        model = RomeEM(
            4, gate_features=SENSITIVE, expert_features=[*ORDINARY, *SENSITIVE], random_state=seed
        ).fit(X, y)
        nearest = [int(np.abs(drawn.coefficients[:, 1:] - row).sum(axis=1).argmin()) for row in model.coef_]
        truth = drawn.gamma[nearest] - drawn.gamma[nearest[-1]]
        errors.append((model.gate_coef_ - truth)[:-1, :3] / (1 + np.abs(truth[:-1, :3])))
    # The small ridge pulls γ a little towards zero, so the band is not symmetric about the truth.
    assert abs(np.mean(errors)) < 0.1
    assert np.std(errors) < 0.25


def one_group_table(seed: int, n: int, shape: str) -> Table:
    """A table in which one model is all there is to find."""
    rng = np.random.default_rng(seed)
    x, s = rng.standard_normal((n, 2)), rng.standard_normal(n)
    noise = rng.standard_normal(n) if shape == "gaussian" else rng.standard_t(3, n)
    frame = pd.DataFrame({"y": 1 + x @ [1.0, -0.5] + noise, "a": x[:, 0], "b": x[:, 1], "s": s})
    frame["sex"] = np.where(rng.random(n) < 0.5, "f", "m")
    return read_table(frame.to_csv(index=False).encode(), "one_group.csv")


def told_to_use_groups(shape: str, seed: int) -> bool:
    """Whether groups are advised where one model is all there is."""
    roles = Roles(outcome="y", features=("a", "b"), sensitive=("s", "sex"))
    settings = Settings(random_state=seed, n_bootstrap=200, n_init=2, assess_groups=False)
    return study.run(one_group_table(seed, 400, shape), roles, settings).result.advice.model.kind == "groups"


def planted_groups_are_advised(seed: int) -> bool:
    """Whether groups are advised where there are two, with opposite slopes, that s reveals."""
    rng = np.random.default_rng(seed)
    x, s = rng.standard_normal((2, 800))
    group = rng.random(800) < 1 / (1 + np.exp(-3 * s - 1.5))
    y = np.where(group, 2.0, -2.0) * x + 0.5 * rng.standard_normal(800)
    table = read_table(pd.DataFrame({"y": y, "x": x, "s": s}).to_csv(index=False).encode(), "planted.csv")
    settings = Settings(random_state=seed, n_bootstrap=200, n_init=2, assess_groups=False)
    roles = Roles(outcome="y", features=("x",), sensitive=("s",))
    return study.run(table, roles, settings).result.advice.model.kind == "groups"


@pytest.mark.parametrize("shape", SHAPES)
def test_one_group_tables_are_seldom_told_to_use_rome(shape):
    # At a true rate of 5% two or more happen in 1.4% of runs of four, at 30% in 35%, at 50% in 69%; of ten
    # draws of which four were let through, 5% gave a fault in less than 0.1%, 30% in 15%, 50% in 62%.
    assert sum(told_to_use_groups(shape, seed) for seed in range(4)) <= 1


def test_planted_groups_that_s_reveals_are_told_to_use_rome():
    # Where four of five are found, one of four runs misses with a chance of 59%; two of six, of 35%.
    with made_lightly():
        assert all(planted_groups_are_advised(seed) for seed in range(4))


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_of_many_one_group_tables_few_are_told_to_use_rome(shape):
    draws = 30
    # At a true rate of 5% more than this many happen in one of a thousand runs.
    assert sum(told_to_use_groups(shape, seed) for seed in range(draws)) <= binom.ppf(0.999, draws, 0.05)


@pytest.mark.slow
def test_of_many_planted_groups_nearly_all_are_told_to_use_rome():
    assert sum(planted_groups_are_advised(seed) for seed in range(12)) >= 11
