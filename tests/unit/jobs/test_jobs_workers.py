"""How many workers there are, what they know, and who answers for them."""

from __future__ import annotations

import os
import subprocess

import pytest

from rome.errors import SettingError
from rome.jobs import default_count, process, processes
from rome.jobs.attempt import SILENT_FOR, Owner


@pytest.mark.parametrize(("cores", "count"), [(1, 1), (2, 2), (64, 2)])
def test_workers_are_few_by_default(monkeypatch, cores, count):
    monkeypatch.delenv("ROME_WORKERS", raising=False)
    monkeypatch.setattr(processes, "cores", lambda: cores)
    assert default_count() == count


def test_the_number_of_workers_can_be_set(monkeypatch):
    monkeypatch.setenv("ROME_WORKERS", "5")
    assert default_count() == 5


@pytest.mark.parametrize("asked", ["many", "-1", "65", "2.5"])
def test_a_number_of_workers_that_cannot_be_is_refused(monkeypatch, asked):
    monkeypatch.setenv("ROME_WORKERS", asked)
    with pytest.raises(SettingError, match="ROME_WORKERS"):
        default_count()


def test_a_worker_learns_no_secret_and_gets_its_share_of_the_cores(monkeypatch):
    monkeypatch.setenv("DATABASE_PASSWORD", "hunter2")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter3")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    known = process._environment(threads=8)
    assert not {value for value in known.values() if value.startswith("hunter")}
    assert known["OMP_NUM_THREADS"] == "8"
    assert known["OPENBLAS_NUM_THREADS"] == "2"
    assert known["PATH"] == os.environ["PATH"]


def test_an_owner_is_alive_until_it_retires():
    owner = Owner.enlist()
    assert owner.is_alive(silent_for=1e6)
    owner.retire()
    assert not owner.is_alive(silent_for=0.0), "another runner of the process that has its number"


def test_an_owner_whose_process_is_gone_is_dead_at_once():
    ended = subprocess.Popen(["true"])
    ended.wait()
    here = Owner.enlist()
    here.retire()
    assert not Owner("other", ended.pid, here.host).is_alive(silent_for=0.0)


def test_an_owner_elsewhere_is_alive_as_long_as_it_gives_signs():
    elsewhere = Owner("other", 1, "another-machine")
    assert elsewhere.is_alive(silent_for=SILENT_FOR - 1)
    assert not elsewhere.is_alive(silent_for=SILENT_FOR + 1)
