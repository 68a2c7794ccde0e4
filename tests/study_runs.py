"""Studies of small tables, for tests that need a real one. What many tests look at is made once, and kept."""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rome import study
from rome.datasets import SAMPLES, load_sample
from rome.evidence import assess, bootstrap, null_models, splits
from rome.serialize.csv_json import to_csv
from rome.serialize.document import content_hash
from rome.settings.study import Settings
from rome.store import Library
from rome.study import Gathered, StudyRun, candidates, cross_fit
from rome.table import Roles, Table, read_table

ROLES = SAMPLES["hiring"].roles
QUICK = Settings(n_init=2, max_iter=60, n_bootstrap=100, random_state=5, advise=False)
#: The same with candidates judged and a model advised.
ADVISED = replace(QUICK, assess_groups=False, advise=True)
#: Names the folder in which all processes of one run of the tests keep finished work (``tests/conftest.py``).
KEPT = "ROME_TESTS_KEPT"
#: Most seconds to wait for another process that makes the same; after that it is made here too.
_PATIENCE = 240.0
_run, _advise = study.run, study.advise


def hiring(rows: int = 900) -> pd.DataFrame:
    return load_sample("hiring").iloc[:rows].copy()


def sample_table(name: str) -> Table:
    """Return a sample, read as the Data page reads it."""
    return read_table(load_sample(name).to_csv(index=False).encode(), f"{name}.csv")


def keep_study(root: Path, table: Table, roles: Roles, settings: Settings) -> str:
    """Put a study that is made once into the library at ``root``, and return its name."""
    finished = run_once(table, roles, settings)
    Library(root).save(finished)
    return finished.result.study_id


def as_table(frame: pd.DataFrame) -> Table:
    return read_table(to_csv(frame), name="hiring.csv")


def run(frame: pd.DataFrame | None = None, roles: Roles = ROLES, **settings: object) -> StudyRun:
    """Make a study of the hiring sample anew, lightly."""
    with made_lightly():
        return _run(as_table(hiring() if frame is None else frame), roles, replace(QUICK, **settings))


def run_once(table: Table, roles: Roles, settings: Settings, progress=None, curve=None, **more) -> StudyRun:
    """Stand for ``rome.study.run``: in a run of the tests, the same study is made once and then loaded.

    It is made lightly. A study that is loaded calls ``progress`` at its start and its end only.
    """
    progress = progress or (lambda share, what: None)
    progress(0.0, "Preparing")

    def make() -> StudyRun:
        with made_lightly():
            return _run(table, roles, settings, progress, curve, **more)

    finished = _once(("run", *_asked(table, roles, settings)), make)
    progress(1.0, "Done")
    return finished


def advise_once(table: Table, roles: Roles, settings: Settings, progress=None) -> Gathered:
    """Stand for ``rome.study.advise`` as ``run_once`` does for ``rome.study.run``."""

    def make() -> Gathered:
        with made_lightly():
            return _advise(table, roles, settings, progress)

    return _once(("advise", *_asked(table, roles, settings)), make)


@contextmanager
def one_split() -> Iterator[None]:
    """Judge groups on one split into folds, like those of a large table, and with few bootstrap tables.

    Five splits take five times as long and go the same way. The verdict itself, on all its splits, is
    checked by the tests of ``rome.evidence``, by the golden studies and by ``tests/statistical``.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(splits, "_REPEATS", ())
        patch.setattr(assess, "_HALVINGS", 1)
        for module in (assess, bootstrap):
            patch.setattr(module, "RESAMPLES", 3)
        yield


@contextmanager
def made_lightly() -> Iterator[None]:
    """Make studies with few folds, for evidence, candidates and validation, few candidates and few trees.

    For tests of what comes before and after the judging. Judged in full are the golden studies, those of
    which ``tests/statistical`` asks how often groups are found in noise, and whatever workers and servers
    make as processes.
    """
    with one_split(), pytest.MonkeyPatch.context() as patch:
        for module in (assess, import_module("rome.evidence.sweep"), cross_fit):
            patch.setattr(module, "FOLDS", 3)
        patch.setattr(candidates, "GROUPS", (2, 3))
        patch.setattr(candidates, "BoostedTrees", partial(candidates.BoostedTrees, max_iter=30))
        patch.setitem(null_models._BOOSTING, "max_iter", 30)
        patch.setattr(cross_fit, "_KEPT", 2)
        yield


def squared(rows, model: str) -> np.ndarray:
    return (rows.outcome - getattr(rows, model)) ** 2


def _asked(table: Table, roles: Roles, settings: Settings) -> tuple[object, ...]:
    # What was found while the file was read is part of a study, and not of the table's fingerprint.
    said = (table.name, repr(table.reading), repr(table.findings))
    return (table.fingerprint, *said, roles.as_dict(), settings.as_dict())


def _once(asked: tuple[object, ...], make: Callable[[], object]) -> object:
    """Return what ``make`` returns, from the folder of kept work if any process has made it before."""
    kept = Path(os.environ[KEPT]) / content_hash(*asked)
    claim, until = kept.with_suffix(".making"), time.monotonic() + _PATIENCE
    while not kept.exists() and time.monotonic() < until:
        with suppress(FileExistsError):
            os.close(os.open(claim, os.O_CREAT | os.O_EXCL))
            try:
                return _keep(kept, make())
            finally:
                claim.unlink()
        time.sleep(0.05)
    return pickle.loads(kept.read_bytes()) if kept.exists() else make()


def _keep(path: Path, made: object) -> object:
    """Write what was made, whole or not at all, and return it as every other test will see it."""
    content = pickle.dumps(made)
    partial = path.with_suffix(".partial")
    partial.write_bytes(content)
    partial.replace(path)
    return pickle.loads(content)
