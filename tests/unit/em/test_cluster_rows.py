"""Rows held by two worker processes: the same answer, also when one of them is killed on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import warnings

import pytest
from row_tables import FEATURES, two_groups, write_parts

from rome.em import ArrayRows, ClusterRows, ParquetRows, RomeEM, cluster_rows
from rome.errors import ColumnError, SettingError, TooFewRowsError

distributed = pytest.importorskip("distributed", reason="the optional package distributed is not installed")

SETTINGS = {"gate_features": ["s", "t"], "n_init": 1, "tol": 1e-13, "max_iter": 12, "random_state": 0}
#: More rows than race, so that the winner has to run on the workers.
N_ROWS = 40_000


@pytest.fixture(scope="module")
def table():
    return two_groups(N_ROWS)


@pytest.fixture(scope="module")
def expected(table):
    return RomeEM(2, **SETTINGS).fit(table[FEATURES], table["y"], sample_weight=table["w"])


@pytest.fixture(scope="module")
def folder(table, tmp_path_factory):
    return write_parts(table, tmp_path_factory.mktemp("rows"), files=2, group_rows=5000)


@pytest.fixture
def client():
    with warnings.catch_warnings():
        # Closing a cluster leaves sockets to the garbage collector; that is distributed's own affair.
        warnings.simplefilter("ignore", ResourceWarning)
        with (
            distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
            ) as cluster,
            distributed.Client(cluster) as client,
        ):
            yield client


def source(kind, table, folder):
    if kind == "arrays":
        return ArrayRows(table[FEATURES], table["y"], table["w"])
    return ParquetRows(folder, outcome="y", features=FEATURES, weight="w")


@pytest.mark.parametrize("kind", ["arrays", "files"])
def test_two_workers_give_the_likelihood_of_one_process(client, table, folder, expected, kind):
    with ClusterRows(client, source(kind, table, folder)) as rows:
        fitted = RomeEM(2, **SETTINGS).fit_blocks(rows)
    assert fitted.log_likelihood_ == pytest.approx(expected.log_likelihood_, rel=1e-8)
    assert fitted.history_ == pytest.approx(expected.history_, rel=1e-8)
    some = table[FEATURES][:100]
    assert fitted.predict(some) == pytest.approx(expected.predict(some), rel=1e-6)


@pytest.mark.parametrize("kind", ["arrays", "files"])
def test_a_worker_killed_on_the_way_changes_nothing(client, table, folder, expected, kind):
    class Dying(ClusterRows):
        """Loses a worker before its fourth walk, when both hold parts."""

        walks, killed = 0, 0

        def add_up(self, function):
            self.walks += 1
            if self.walks == 4:
                self.killed = next(iter(client.run(os.getpid).values()))
                os.kill(self.killed, signal.SIGKILL)
            return super().add_up(function)

    with Dying(client, source(kind, table, folder)) as rows:
        fitted = RomeEM(2, **SETTINGS).fit_blocks(rows)
    assert rows.killed
    assert rows.walks > 4
    assert fitted.log_likelihood_ == pytest.approx(expected.log_likelihood_, rel=1e-8)
    assert fitted.n_iter_ == expected.n_iter_


def test_what_a_worker_refuses_reaches_the_caller_as_it_is(client, table, tmp_path):
    broken = table[:3000].copy()
    broken.loc[1700, "c"] = float("nan")
    rows = ParquetRows(write_parts(broken, tmp_path / "rows", files=1), outcome="y", weight="w")
    with ClusterRows(client, rows) as held, pytest.raises(ColumnError, match=r'"c" .* in row 1,701'):
        held.moments()


def test_an_address_without_scheduler_is_refused(monkeypatch):
    monkeypatch.setattr(cluster_rows, "PATIENCE", 0.5)
    with pytest.raises(SettingError, match=r'No scheduler answers at "tcp://127.0.0.1:9"'):
        cluster_rows.connect("tcp://127.0.0.1:9")


def test_a_cluster_without_workers_is_refused(monkeypatch, table):
    monkeypatch.setattr(cluster_rows, "PATIENCE", 0.5)
    with (
        distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
        pytest.raises(SettingError, match="has no worker"),
    ):
        ClusterRows(client, ArrayRows(table[FEATURES], table["y"]))


def test_a_client_of_ones_own_is_closed_where_there_is_no_worker(monkeypatch, table):
    monkeypatch.setattr(cluster_rows, "PATIENCE", 1.0)
    joined = []

    def connect(address):
        joined.append(distributed.Client(address, timeout=5))
        return joined[0]

    monkeypatch.setattr(cluster_rows, "connect", connect)
    with distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=None) as cluster:
        with pytest.raises(SettingError, match="has no worker"):
            ClusterRows(cluster.scheduler_address, ArrayRows(table[FEATURES], table["y"]))
        assert joined[0].status == "closed"


def test_rows_without_any_weight_on_a_cluster_are_refused(client, tmp_path):
    nobody = two_groups(300).assign(w=0.0)
    rows = ParquetRows(write_parts(nobody, tmp_path / "rows"), outcome="y", weight="w")
    with ClusterRows(client, rows) as held, pytest.raises(TooFewRowsError, match="any weight"):
        held.moments()


def test_a_missing_package_names_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SettingError, match=r"rome-studio\[cluster\]"):
        cluster_rows.connect("tcp://127.0.0.1:9")


def test_importing_rome_em_does_not_load_distributed_or_pyarrow_datasets():
    code = "import sys, rome.em; print([n for n in ('distributed', 'pyarrow.dataset') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
