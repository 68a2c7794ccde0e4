"""The half of a table that boosted trees predict without having seen it."""

from __future__ import annotations

import numpy as np
from study_runs import ROLES, hiring

from benchmarks.audited_table import scored_half


def test_one_half_is_predicted_from_the_features_by_trees_of_the_other():
    frame = hiring()
    scored = scored_half(frame, ROLES)
    assert len(scored) == 450
    assert list(scored.columns) == [*frame.columns, "score"]
    assert np.corrcoef(scored["score"], scored["rating"])[0, 1] > 0.5
    shuffled = frame.assign(
        **{name: frame[name].sample(frac=1, random_state=1).to_numpy() for name in ROLES.sensitive}
    )
    assert np.array_equal(scored_half(shuffled, ROLES)["score"], scored["score"])
