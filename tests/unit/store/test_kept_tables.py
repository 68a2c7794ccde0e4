"""Copies of tables: whole, below the limit, forgotten with the last study."""

from __future__ import annotations

import os
import shutil
import threading
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rome.datasets import load_sample
from rome.errors import SettingError, StoreError
from rome.serialize.csv_json import to_csv
from rome.store import Library
from rome.store.tables import KeptTables, limit
from rome.table import read_table


def table(rows: int = 200, name: str = "hiring.csv"):
    return read_table(to_csv(load_sample("hiring").iloc[:rows]), name)


@pytest.fixture
def copies(tmp_path) -> KeptTables:
    return KeptTables(tmp_path / "tables")


def test_a_table_comes_back_as_it_was_read(copies):
    source = '<b>x</b>;=1+1;العمر;when\n1,5;"a;b";ja;2024-01-02\n;?;nein;2024-02-03\n2;"c\nd";ja;\n'.encode()
    read = read_table(source, "odd name.csv")
    assert not copies.has(read.fingerprint)
    assert copies.keep(read, source)
    back = copies.load(read.fingerprint)
    pd.testing.assert_frame_equal(back.frame, read.frame)
    assert replace(back, frame=None) == replace(read, frame=None)
    assert copies.source(read.fingerprint) == source


def test_a_table_without_its_file_has_no_source(copies):
    kept = table()
    copies.keep(kept)
    assert copies.source(kept.fingerprint) == b""


def test_a_forgotten_copy_is_gone(copies):
    kept = table()
    copies.keep(kept)
    copies.forget(kept.fingerprint)
    assert not copies.has(kept.fingerprint)
    assert copies.kept() == ()
    assert list(copies.root.iterdir()) == []
    with pytest.raises(StoreError, match="Open its file"):
        copies.load(kept.fingerprint)


def test_a_copy_with_another_content_is_refused(copies):
    kept = table()
    copies.keep(kept)
    changed = kept.frame.copy()
    changed.loc[0, "rating"] = 1.0
    changed.to_parquet(copies.root / kept.fingerprint / "table.parquet", index=False)
    with pytest.raises(StoreError, match="its content has changed"):
        copies.load(kept.fingerprint)


@pytest.mark.parametrize("name", ["table.parquet", "table.json"])
@pytest.mark.parametrize("content", [b"", b"[1]", b"\x80\x04"])
def test_a_damaged_copy_is_told(copies, name, content):
    kept = table()
    copies.keep(kept)
    (copies.root / kept.fingerprint / name).write_bytes(content)
    with pytest.raises(StoreError, match="is damaged"):
        copies.load(kept.fingerprint)


def test_what_was_opened_longest_ago_makes_room(copies, monkeypatch):
    tables = [table(rows) for rows in (200, 210, 220)]
    for age, each in enumerate(reversed(tables)):
        copies.keep(each)
        when = time.time() - 1000 * (3 - age)
        os.utime(copies.root / each.fingerprint / "table.json", (when, when))
    copies.load(tables[2].fingerprint)
    sizes = {copy.fingerprint: copy.size for copy in copies.kept()}
    assert copies.kept()[0].fingerprint == tables[2].fingerprint
    new = table(230)
    room = sizes[tables[2].fingerprint] * 3.5
    monkeypatch.setattr("rome.store.tables.limit", lambda: int(room))
    assert copies.keep(new)
    left = [copy.fingerprint for copy in copies.kept()]
    assert new.fingerprint in left
    assert tables[2].fingerprint in left
    assert tables[1].fingerprint not in left


def test_a_table_larger_than_the_limit_is_not_kept(copies, monkeypatch):
    monkeypatch.setattr("rome.store.tables.limit", lambda: 100)
    assert not copies.keep(table())
    assert copies.kept() == ()
    assert not any(copies.root.iterdir())


def test_the_environment_sets_the_limit_and_zero_keeps_none(copies, monkeypatch):
    monkeypatch.setenv("ROME_TABLES_MB", "3")
    assert limit() == 3_000_000
    monkeypatch.setenv("ROME_TABLES_MB", "0")
    assert not copies.keep(table())
    assert not copies.root.exists()
    monkeypatch.setenv("ROME_TABLES_MB", "much")
    with pytest.raises(SettingError, match=r"ROME_TABLES_MB is 'much'"):
        copies.keep(table())


@pytest.mark.parametrize("identity", ["", "../x", "F" * 32, "f" * 31])
def test_what_is_no_fingerprint_never_becomes_a_path(copies, identity):
    with pytest.raises(StoreError, match="is no table"):
        copies.load(identity)


def test_a_copy_goes_for_good_with_the_last_study_of_its_table(finished, folder, tmp_path):
    library, kept = Library(tmp_path), table(600)
    same = replace(kept, fingerprint=finished.result.data.fingerprint)
    library.tables.keep(same)
    for identity in ("a" * 16, "b" * 16):
        shutil.copytree(folder, tmp_path / identity)
    library.remove("a" * 16)
    library.empty_removed()
    assert library.tables.has(same.fingerprint)
    library.remove("b" * 16)
    assert library.tables.has(same.fingerprint)
    library.empty_removed()
    assert not library.tables.has(same.fingerprint)


def test_a_copy_without_a_study_stays_for_a_day(tmp_path):
    library, kept = Library(tmp_path), table()
    library.tables.keep(kept)
    library.tidy()
    assert library.tables.has(kept.fingerprint)
    two_days_ago = time.time() - 2 * 24 * 3600
    about = library.tables.root / kept.fingerprint / "table.json"
    os.utime(about, (two_days_ago, two_days_ago))
    library.tidy()
    assert not library.tables.has(kept.fingerprint)


def test_a_disk_that_is_full_is_told_and_leaves_nothing(copies, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    with pytest.raises(StoreError, match="No space left"):
        copies.keep(table())
    assert list(copies.root.iterdir()) == []


def test_missing_and_empty_texts_stay_apart(copies):
    frame = pd.DataFrame({"a": ["x", None, "y"], "b": [1.0, np.nan, 2.0]})
    read = read_table(frame.to_csv(index=False).encode(), "t.csv")
    copies.keep(read)
    pd.testing.assert_frame_equal(copies.load(read.fingerprint).frame, read.frame)


def test_visitors_of_one_server_keep_the_same_table_at_the_same_time(tmp_path):
    read, source, failed = table(), b"x" * 3_000_000, []
    for number in range(8):
        copies, together = KeptTables(tmp_path / str(number)), threading.Barrier(4)

        def keep(copies=copies, together=together):
            together.wait()
            try:
                assert copies.keep(read, source)
            except (StoreError, AssertionError) as error:
                failed.append(error)

        visitors = [threading.Thread(target=keep) for _ in range(4)]
        for visitor in visitors:
            visitor.start()
        for visitor in visitors:
            visitor.join()
        assert copies.source(read.fingerprint) == source
        assert [path.name for path in copies.root.iterdir()] == [read.fingerprint]
    assert failed == []


def test_a_copy_that_is_being_written_is_not_listed_nor_forgotten_for_room(copies, monkeypatch):
    first, second = table(150), table(200)
    copies.keep(first)
    size = copies.kept()[0].size
    draft = copies.root / f"{'0' * 32}.7f.00000000.1.draft"
    shutil.copytree(copies.root / first.fingerprint, draft)
    assert [copy.fingerprint for copy in copies.kept()] == [first.fingerprint]
    monkeypatch.setenv("ROME_TABLES_MB", "1")
    copies.keep(second, os.urandom(1_000_000 - 2 * size))
    assert draft.is_dir()
    assert copies.has(second.fingerprint)
