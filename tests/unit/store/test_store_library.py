"""The library: lines on its studies, what people add, removed and restored, and what is deleted for good."""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from rome.errors import SettingError, StoreError
from rome.store import Label, Library
from rome.store import headers as headers_module

OTHER = "f" * 16


@pytest.fixture
def library(folder, finished, tmp_path) -> Library:
    """A library with one study and a copy of it under another identity."""
    kept = Library(tmp_path / "studies")
    for identity in (finished.result.study_id, OTHER):
        shutil.copytree(folder, kept.root / identity)
    path = kept.root / OTHER / "study.json"
    path.write_text(path.read_text("utf-8").replace(finished.result.study_id, OTHER), "utf-8")
    return kept


def test_a_line_says_what_the_study_found(library, finished):
    header = library.entry(finished.result.study_id).header
    result = finished.result
    worst = result.chosen.comparison["worst_latent"]
    assert (header.table, header.outcome, header.family) == ("hiring.csv", "rating", "em")
    assert (header.n_groups, header.strength, header.recommended) == (2, 0.35, result.dro.recommended)
    assert (header.worst.value, header.worst.low, header.worst.high) == (
        worst.rome,
        worst.rome_low,
        worst.rome_high,
    )
    assert header.worst_change.value == worst.relative
    assert header.overall.value == result.chosen.comparison["overall"].rome
    assert header.verdict == result.verdict.level
    assert header.fingerprint == result.data.fingerprint


def test_a_list_reads_small_files_once_they_are_there(library, monkeypatch):
    assert len(library.shelf().entries) == 2

    def forbidden(*_):
        raise AssertionError("a whole study was read for a list")

    monkeypatch.setattr(headers_module, "header_of", forbidden)
    assert len(library.shelf().entries) == 2


def test_a_line_is_made_anew_when_the_study_was_written_again(library):
    library.shelf()
    path = library.folder(OTHER) / "study.json"
    document = json.loads(path.read_text("utf-8"))
    document["data"]["name"] = "other.csv"
    path.write_text(json.dumps(document), "utf-8")
    os.utime(path, (1, 1))
    assert library.entry(OTHER).header.table == "other.csv"


@pytest.mark.parametrize("content", [b"", b"[1]", b'{"layout": "rome.header/1", "made": 3}'])
def test_a_damaged_line_is_made_anew(library, content):
    before = library.shelf()
    (library.folder(OTHER) / "header.json").write_bytes(content)
    assert library.shelf() == before


def test_a_study_of_before_there_were_families_has_lines(library):
    path = library.folder(OTHER) / "study.json"
    document = json.loads(path.read_text("utf-8"))
    document["settings"].pop("family", None)
    path.write_text(json.dumps(document), "utf-8")
    assert library.entry(OTHER).header.family == "em"


@pytest.mark.parametrize("content", [b"{", b"{}", b'{"schema": "rome.study/9"}'])
def test_a_study_that_cannot_be_read_is_named_beside_the_list(library, content):
    (library.folder(OTHER) / "study.json").write_bytes(content)
    shelf = library.shelf()
    assert [entry.header.study_id for entry in shelf.entries] != [OTHER]
    assert shelf.damaged == (OTHER,)


def test_a_name_a_note_and_a_star_stay_with_the_study(library):
    label = Label("Second try", "with the weights\nof 2024", True)
    library.label(OTHER, label)
    entry = library.entry(OTHER)
    assert entry.label == label
    assert entry.name == "Second try"
    library.label(OTHER, replace(label, name=""))
    assert library.entry(OTHER).name == "hiring.csv"


def test_what_people_added_survives_that_the_study_is_made_again(library, finished):
    library.label(finished.result.study_id, Label("kept"))
    library.save(finished)
    assert library.entry(finished.result.study_id).label == Label("kept")


def test_a_name_that_is_too_long_is_refused_with_its_length():
    with pytest.raises(SettingError, match="121 characters; it can have 120"):
        Label("x" * 121)


def test_a_threshold_stays_with_the_study_and_an_older_label_has_none(library):
    library.label(OTHER, Label("mine", threshold=0.3))
    assert library.entry(OTHER).label.threshold == 0.3
    (library.folder(OTHER) / "label.json").write_bytes(b'{"name": "mine", "note": "", "starred": false}')
    assert library.entry(OTHER).label == Label("mine", threshold=0.5)
    with pytest.raises(SettingError, match=r"The threshold is 1.5.*from 0 to 1"):
        Label(threshold=1.5)


def test_a_damaged_label_is_no_label(library):
    (library.folder(OTHER) / "label.json").write_bytes(b'{"name": 3}')
    assert library.entry(OTHER).label == Label()


def test_a_label_for_a_study_that_is_gone_is_told(library):
    with pytest.raises(StoreError, match="can't be written"):
        library.label("0" * 16, Label("x"))


def test_a_removed_study_is_gone_until_it_is_restored(library):
    library.label(OTHER, Label("mine"))
    library.remove(OTHER)
    assert not library.has(OTHER)
    assert OTHER not in library.identities()
    with pytest.raises(StoreError, match="can be restored on the Studies page"):
        library.load(OTHER)
    [removed] = library.removed()
    assert removed.entry.name == "mine"
    assert removed.when == pytest.approx(time.time(), abs=60)
    library.restore(OTHER)
    assert library.removed() == ()
    assert library.entry(OTHER).label == Label("mine")
    assert library.load(OTHER).study_id == OTHER


def test_only_what_was_removed_a_week_ago_is_deleted_for_good(library, finished):
    library.remove(OTHER)
    library.tidy()
    assert len(library.removed()) == 1
    week_ago = time.time() - 8 * 24 * 3600
    os.utime(library.root / "removed" / OTHER / "removed", (week_ago, week_ago))
    library.tidy()
    assert library.removed() == ()
    assert library.has(finished.result.study_id)
    with pytest.raises(StoreError, match="deleted for good"):
        library.restore(OTHER)


@pytest.fixture
def meanwhile(monkeypatch, library, finished):
    """Let another process write labels just before the folder of a study is moved, and just after."""
    place, known = library.folder(finished.result.study_id), Path.replace

    def set_up(before: str = "", after: str = "") -> None:
        def moved(path, target):
            if path == place and before:
                library.label(place.name, Label(before))
            done = known(path, target)
            if target == place and after:
                library.label(place.name, Label(after))
            return done

        monkeypatch.setattr(Path, "replace", moved)

    library.label(place.name, Label("first", starred=True))
    return set_up


def test_a_label_written_while_the_study_is_made_again_is_kept(library, finished, meanwhile):
    meanwhile(before="meanwhile")
    library.save(finished)
    assert library.entry(finished.result.study_id).label == Label("meanwhile")


def test_of_two_labels_written_while_the_study_is_made_again_the_last_is_kept(library, finished, meanwhile):
    meanwhile(before="meanwhile", after="last")
    library.save(finished)
    assert library.entry(finished.result.study_id).label == Label("last")


def test_a_study_made_again_leaves_one_folder(library, finished, meanwhile):
    meanwhile(before="meanwhile")
    library.save(finished)
    assert {path.name for path in library.root.iterdir()} == {finished.result.study_id, OTHER}


def test_a_study_whose_folder_can_not_be_replaced_stays(library, finished, monkeypatch):
    place, known = library.folder(finished.result.study_id), Path.replace

    def refused(path, target):
        if target == place and "before" not in path.name:
            raise PermissionError("in use")
        return known(path, target)

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(StoreError, match="can't be written"):
        library.save(finished)
    assert library.load(place.name).study_id == place.name


def test_a_label_is_written_though_the_folder_is_replaced_under_it(library, finished, monkeypatch):
    place, known, moved = library.folder(finished.result.study_id), Path.replace, []

    def once(path, target):
        if target == place / "label.json" and not moved:
            moved.append(path.unlink())
        return known(path, target)

    monkeypatch.setattr(Path, "replace", once)
    library.label(place.name, Label("still"))
    assert library.entry(place.name).label == Label("still")


def test_a_study_that_was_made_again_is_not_overwritten_by_the_removed_one(library, folder):
    library.remove(OTHER)
    shutil.copytree(folder, library.root / OTHER)
    with pytest.raises(StoreError, match="made again since"):
        library.restore(OTHER)
    library.remove(OTHER)
    assert len(library.removed()) == 1


def test_removing_what_is_not_there_is_told(library):
    with pytest.raises(StoreError, match="may have been removed already"):
        library.remove("0" * 16)
    with pytest.raises(StoreError, match="is no study"):
        library.remove("../../etc")
