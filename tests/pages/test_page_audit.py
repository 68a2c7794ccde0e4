"""A study of a model that exists, on every page."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from page_driver import go, healthy, start, words
from study_runs import ADVISED, ROLES, as_table, hiring, keep_study

PAGES = ("groups", "compare", "report", "score", "what_if", "studies")


@pytest.fixture(scope="module", params=["number", "yes or no"])
def audited(request, tmp_path_factory):
    """A library with one audit, of a prediction that is 6 too low for people over 45, and its study."""
    root, frame = tmp_path_factory.mktemp("audits"), hiring()
    error = np.random.default_rng(3).normal(0, 2, len(frame))
    frame["yhat"] = frame["rating"] + error - 6 * (frame["age"] > 45)
    if request.param == "yes or no":
        middle = frame["rating"].median()
        frame["yhat"] = 1 / (1 + np.exp(-(frame["yhat"] - middle) / 3))
        frame["rating"] = np.where(frame["rating"] > middle, "hired", "not hired")
    roles = replace(ROLES, prediction="yhat")
    return root, keep_study(root, as_table(frame), roles, replace(ADVISED, n_groups=2, min_group_size=20))


@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_an_audit(audited, page, monkeypatch):
    root, name = audited
    monkeypatch.setenv("ROME_STUDIES", str(root))
    at = healthy(go(start(name), page))
    assert not at.error, [element.value for element in at.error]
    if page in ("groups", "compare"):
        assert "the audited model (column yhat)" in words(at)
