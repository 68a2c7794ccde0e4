"""How often an audit finds a planted group, and how often it finds one where the model fails nobody."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rome import study
from rome.results import FailedGroup
from rome.settings.study import Settings
from rome.text.failed import failed_most

SETTINGS = Settings(n_groups=1, n_bootstrap=200, assess_groups=False, advise=False)
TABLES = 12


def _failed(seed: int, bias: float) -> FailedGroup | None:
    """Return who is failed most by a model that knows the rule, but predicts men over 45 ``bias`` too low."""
    rng = np.random.default_rng(seed)
    a = pd.DataFrame(rng.normal(size=(1200, 2)), columns=["hours", "skill"])
    s = pd.DataFrame({"sex": rng.choice(["f", "m"], 1200), "age": rng.integers(20, 65, 1200)})
    rule = a["hours"] - a["skill"]
    hurt = (s["sex"] == "m") & (s["age"] > 45)
    return failed_most(study.audit(rule + rng.normal(size=1200), rule - bias * hurt, a, s, SETTINGS))


def test_a_model_that_fails_nobody_is_seldom_said_to_fail_somebody():
    assert sum(_failed(seed, 0.0) is not None for seed in range(TABLES)) <= 2


def test_a_planted_bias_is_found_in_those_who_bear_it():
    found = [_failed(seed, 1.5) for seed in range(TABLES)]
    assert sum(group is not None and group.bias.low > 0 for group in found) >= TABLES - 1
