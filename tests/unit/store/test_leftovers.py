"""Comparisons of models on a table go with the last study of that table, and not before."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import pytest

from rome.jobs.comparisons import home
from rome.store import Library

ONE, OTHER = "a" * 16, "b" * 16
ELSEWHERE = "0" * 32


@pytest.fixture
def library(folder, tmp_path) -> Library:
    """A library with two studies of one table."""
    for identity in (ONE, OTHER):
        shutil.copytree(folder, tmp_path / identity)
    return Library(tmp_path)


@pytest.fixture
def compared(library, finished) -> Path:
    """The folder of a comparison on their table."""
    return comparison(library, finished.result.data.fingerprint)


def comparison(library: Library, fingerprint: str, days: float = 0.0) -> Path:
    """Write what stands for a comparison, some days ago."""
    place = home(library, fingerprint)
    (place / ("c" * 16)).mkdir(parents=True)
    (place / ("c" * 16) / "asked.json").write_text(json.dumps({}), encoding="utf-8")
    when = time.time() - days * 24 * 3600
    for path in (place / ("c" * 16), place):
        os.utime(path, (when, when))
    return place


def test_comparisons_stay_while_a_study_of_the_table_is_left_or_can_be_restored(library, compared):
    library.remove(ONE)
    library.empty_removed()
    assert compared.is_dir()
    library.remove(OTHER)
    library.tidy()
    assert compared.is_dir()
    library.restore(OTHER)
    assert compared.is_dir()


def test_comparisons_go_with_the_last_study_and_those_of_other_tables_stay(library, compared):
    other = comparison(library, ELSEWHERE)
    for identity in (ONE, OTHER):
        library.remove(identity)
    library.empty_removed()
    assert not compared.exists()
    assert other.is_dir()


def test_comparisons_without_any_study_go_after_a_day(library, compared):
    fresh, old = comparison(library, ELSEWHERE), comparison(library, "1" * 32, days=2)
    library.tidy()
    assert fresh.is_dir()
    assert not old.exists()
    assert compared.is_dir()


def test_nothing_goes_while_a_study_can_not_be_read(library):
    old = comparison(library, ELSEWHERE, days=2)
    (library.folder(ONE) / "study.json").write_text("{", encoding="utf-8")
    (library.folder(ONE) / "header.json").unlink(missing_ok=True)
    library.tidy()
    assert old.is_dir()


def test_what_is_no_folder_of_comparisons_is_left_alone(library):
    strange = library.root / "comparisons" / "notes"
    strange.mkdir(parents=True)
    os.utime(strange, (1, 1))
    library.tidy()
    assert strange.is_dir()
