"""A study whose groups are fitted on the workers of a cluster is the same study."""

from __future__ import annotations

import warnings
from dataclasses import replace

import pytest
from study_runs import QUICK, ROLES, as_table, hiring

from rome import study
from rome.em import starts
from rome.errors import SettingError

distributed = pytest.importorskip("distributed", reason="the optional package distributed is not installed")


def test_a_study_on_workers_is_the_same_study(monkeypatch):
    # So few rows race that the winner has to run on the workers.
    monkeypatch.setattr(starts, "RACE_ROWS", 200)
    table, settings = as_table(hiring(600)), replace(QUICK, assess_groups=False, advise=False)
    expected = study.run(table, ROLES, settings).result
    with warnings.catch_warnings():
        # Closing a cluster leaves sockets to the garbage collector; that is distributed's own affair.
        warnings.simplefilter("ignore", ResourceWarning)
        with distributed.LocalCluster(n_workers=2, processes=False, dashboard_address=None) as cluster:
            found = study.run(table, ROLES, settings, scheduler=cluster.scheduler_address).result
    assert found.study_id == expected.study_id
    assert dict(found.fit.log_likelihood) == pytest.approx(dict(expected.fit.log_likelihood), rel=1e-8)
    for mine, theirs in zip(found.groups, expected.groups, strict=True):
        assert mine.share == pytest.approx(theirs.share, rel=1e-8)


def test_a_wrong_address_shows_before_any_work(monkeypatch):
    monkeypatch.setattr("rome.em.cluster_rows.PATIENCE", 0.5)
    told = []
    with pytest.raises(SettingError, match="No scheduler answers"):
        study.run(
            as_table(hiring(600)),
            ROLES,
            QUICK,
            progress=lambda share, what: told.append(what),
            scheduler="tcp://127.0.0.1:9",
        )
    assert told == ["Preparing the table"]
