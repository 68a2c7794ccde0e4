"""A study whose groups predict by networks scores as one of lines does."""

from __future__ import annotations

import pytest
from study_runs import as_table, hiring, run

from rome import store
from rome.score import answer_of, load_scorer, score, typical_row
from rome.settings.networks import MoESettings


def test_networks_give_the_training_table_its_own_numbers_and_answer_for_one_row(tmp_path):
    quick = MoESettings(epochs=6, n_init=1)
    finished = run(hiring(400), family="moe", moe=quick, assess_groups=False, advise=False)
    scorer = load_scorer(store.write_folder(finished, tmp_path))
    own, rows = finished.result.rows, score(as_table(hiring(400)), scorer).rows
    for name in ("membership", "group_predictions", "rome", "pooled", "responsibilities"):
        assert getattr(rows, name)[own.row - 1] == pytest.approx(getattr(own, name), rel=1e-6), name
    answer = answer_of(typical_row(scorer), scorer)
    assert sum(answer.membership) == pytest.approx(1)
    assert answer.spread == pytest.approx([group.sigma for group in finished.result.groups])
