"""The comparison with flexmix: what it asks of a machine, and that taking ridges away leaves no trace."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks import flexmix_examples
from rome.em import gate
from rome.em.log_link import PoissonExperts


def test_a_machine_without_r_is_told(monkeypatch):
    monkeypatch.setattr(flexmix_examples.shutil, "which", lambda name: None)
    with pytest.raises(flexmix_examples.Missing, match="R is not installed"):
        flexmix_examples.by_flexmix(flexmix_examples.EXAMPLES["patent"], starts=1, seed=0)


@pytest.mark.parametrize("name", ["seizure", "drawn amounts"])
def test_an_example_is_fitted_on_its_table(name):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "Seizures": rng.poisson(5, 80),
            "Hours": rng.uniform(5, 10, 80),
            "Treatment": np.repeat(["No", "Yes"], 40),
            "Day": np.arange(1.0, 81),
            "y": rng.gamma(2, 3, 80),
        }
    )
    reached, seconds = flexmix_examples.by_rome(flexmix_examples.EXAMPLES[name], frame, starts=2, seed=0)
    assert np.isfinite(reached)
    assert seconds > 0


def test_ridges_come_back():
    before = gate.GATE_RIDGE, PoissonExperts.slope_ridge
    with flexmix_examples.without_ridges():
        assert before[0] > gate.GATE_RIDGE
        assert before[1] > PoissonExperts.slope_ridge
    assert (gate.GATE_RIDGE, PoissonExperts.slope_ridge) == before
