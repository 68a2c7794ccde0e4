"""The Studies page: the list, one study, two against each other, what was removed, copies of tables."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import replace

import pytest
import study_runs
from page_driver import address, charts, go, healthy, press, start, upload, words

from dashboard.screens.studies.study_list import _WIDTHS, ordered, rows, searched
from rome.datasets import SAMPLES
from rome.settings.study import Settings
from rome.stats.estimate import Estimate
from rome.store import Label, Library


@pytest.fixture(scope="session")
def three_group_study(studies, hiring) -> str:
    """The name of a study of the hiring sample with three groups and another seed."""
    unjudged = {"assess_groups": False, "advise": False}
    quick = Settings(n_groups=3, random_state=4, n_init=2, n_bootstrap=100, **unjudged)
    return study_runs.keep_study(studies, hiring, SAMPLES["hiring"].roles, quick)


@pytest.fixture
def library(studies, hiring_study, three_group_study, hostile_study, tmp_path, monkeypatch) -> Library:
    """A library of its own with three studies of two tables."""
    monkeypatch.setenv("ROME_STUDIES", str(tmp_path))
    for place, identity in enumerate((hostile_study, hiring_study, three_group_study)):
        shutil.copytree(studies / identity, tmp_path / identity)
        when = time.time() - 1000 * (3 - place)
        os.utime(tmp_path / identity / "study.json", (when, when))
    return Library(tmp_path)


def page(*chosen: str):
    """Open the page with some studies chosen."""
    at = go(start(), "studies")
    return choose(at, *chosen) if chosen else at


def choose(at, *chosen: str):
    """Choose studies as a click on their rows does."""
    entries = ordered(Library().shelf().entries)
    places = [place for place, entry in enumerate(entries) if entry.header.study_id in chosen]
    at.session_state[at.dataframe[0].key] = {"selection": {"rows": places, "columns": [], "cells": []}}
    return healthy(at.run())


def test_without_studies_the_page_says_so_and_leads_on(tmp_path, monkeypatch):
    monkeypatch.setenv("ROME_STUDIES", str(tmp_path / "none"))
    at = page()
    assert "No study is kept here yet" in words(at)
    assert [link.proto.label for link in at.main.get("page_link")] == ["Open a table"]


def test_every_study_is_a_row_with_what_it_found(library, hiring_study):
    at = page()
    assert "3 studies of 2 tables" in words(at)
    table = at.dataframe[0].value
    header = library.entry(hiring_study).header
    line = table[table["made"] == table["made"].sort_values().iloc[1]].iloc[0]
    assert (line["name"], line["groups"]) == ("hiring.csv", "2 lines")
    assert float(line["worst"]) == pytest.approx(header.worst.value, rel=0.1)
    assert len(line["worst"]) < 8
    assert line["change"] == pytest.approx(100 * header.worst_change.value, rel=0.1)


def test_the_list_fits_a_page_of_1280_and_the_panel_has_the_rest(library, hiring_study):
    # The table is 820 pixels wide there, 34 of them for the boxes.
    assert set(_WIDTHS) == set(rows(library.shelf().entries))
    assert sum(_WIDTHS.values()) <= 820 - 34
    said = words(page(hiring_study))
    for part in ("outcome rating", "2 groups with lines", "DRO strength", "everybody"):
        assert part in said


def test_errors_of_any_size_are_legible(library, hiring_study):
    header = library.entry(hiring_study).header
    for value, half, text in ((0.0000602, 0.00001, "0.000060"), (6.2e7, 6e6, "62.0 million")):
        worst = Estimate(value, value - half, value + half)
        entry = replace(library.entry(hiring_study), header=replace(header, worst=worst))
        assert rows((entry,))["worst"].tolist() == [text]


def test_starred_studies_come_first_and_a_search_looks_everywhere(library, hiring_study, hostile_study):
    library.label(hostile_study, Label("", "about Zürich", starred=True))
    entries = library.shelf().entries
    assert ordered(entries)[0].header.study_id == hostile_study
    assert [entry.header.study_id for entry in searched(entries, "zürich ABOUT")] == [hostile_study]
    assert len(searched(entries, "hiring rating")) == 2
    assert searched(entries, "hiring zürich") == ()
    assert rows(ordered(entries))["star"].tolist() == ["★", "", ""]


def test_a_study_is_opened_with_its_table(library, hiring_study):
    at = press(page(hiring_study), "study-open")
    assert address(at) == hiring_study
    assert "hiring.csv, outcome rating" in words(at).replace("*", "")
    go(at, "train")
    assert "not its table" not in words(at)


def test_a_study_gets_a_name_a_note_and_a_star(library, hiring_study):
    at = page(hiring_study)
    at.text_input(key=f"study-name-{hiring_study}").set_value("  The first <b>one</b> ").run()
    at.text_area(key=f"study-note-{hiring_study}").set_value("look *again*").run()
    press(at, "study-star")
    assert library.entry(hiring_study).label == Label("The first <b>one</b>", "look *again*", True)
    assert at.dataframe[0].value["name"].iloc[0] == "The first <b>one</b> (hiring.csv)"
    assert at.dataframe[0].value["star"].iloc[0] == "★"
    assert at.subheader[0].value.replace("\\", "") == "The first <b>one</b> (hiring.csv)"


def test_a_removed_study_is_closed_and_undone(library, hiring_study):
    at = choose(go(start(hiring_study), "studies"), hiring_study)
    press(at, "study-remove")
    assert not library.has(hiring_study)
    assert address(at) is None
    assert "hiring.csv was removed" in words(at)
    assert "2 studies" in words(at)
    press(at, "studies-undo")
    assert library.has(hiring_study)
    assert "3 studies" in words(at)
    assert not [button for button in at.button if button.key == "studies-undo"]


def test_a_removed_study_can_be_restored_in_another_session(library, hiring_study):
    library.remove(hiring_study)
    assert "can be restored on the Studies page" in start(hiring_study).error[0].value.replace("\\", "")
    at = press(page(), f"restore-{hiring_study}")
    assert library.has(hiring_study)
    assert "3 studies" in words(at)


def test_what_was_removed_is_deleted_for_good_when_that_is_asked(library, hiring_study):
    library.remove(hiring_study)
    press(page(), "studies-empty")
    assert library.removed() == ()


def test_a_study_that_vanished_meanwhile_is_told(library, hiring_study):
    at = page(hiring_study)
    button = at.button(key="study-open")
    shutil.rmtree(library.folder(hiring_study))
    healthy(button.click().run())
    assert "2 studies" in words(at)


def test_two_studies_are_compared_in_words_figure_and_cross_table(library, hiring_study, three_group_study):
    at = page(hiring_study, three_group_study)
    said = words(at)
    assert "The two studies differ in number of groups" in said
    assert "What was asked differently" in said
    assert charts(at) == 1
    cross = at.dataframe[-1].value
    assert list(cross.columns) == ["", "B · ● Group 1", "B · ■ Group 2", "B · ◆ Group 3"]
    counted = sum(int(cell.split(" ")[0].replace(",", "")) for cell in cross.iloc[:, 1:].to_numpy().ravel())
    assert counted == library.entry(hiring_study).header.rows
    assert "of B has no like" in said


def test_studies_of_different_tables_are_told_apart(library, hiring_study, hostile_study):
    at = page(hiring_study, hostile_study)
    said = words(at)
    assert "different tables" in said
    assert "different outcomes" in said
    assert charts(at) == 0


def test_three_chosen_studies_ask_for_two(library, hiring_study, three_group_study, hostile_study):
    assert "at a time" in words(page(hiring_study, three_group_study, hostile_study))


def test_a_damaged_study_does_not_spoil_the_list(library, hiring_study):
    (library.folder(hiring_study) / "study.json").write_text("{")
    at = page()
    assert "2 studies" in words(at)
    assert hiring_study in at.warning[0].value


def test_a_copy_of_the_table_is_kept_found_by_the_link_and_forgotten(tmp_path, monkeypatch):
    monkeypatch.setenv("ROME_STUDIES", str(tmp_path))
    content = b"outcome,age,sex,hours\n" + b"".join(
        b"%d,%d,%s,%d\n" % ((row * 7) % 23 + row % 5, 20 + row % 40, b"fm"[row % 2 : row % 2 + 1], row % 9)
        for row in range(240)
    )
    at = upload(start(), "mine.csv", content)
    assert "No copy of this table is kept" in words(at)
    at.selectbox(key="roles-outcome").set_value("outcome").run()
    at.multiselect(key="roles-sensitive").set_value(["age", "sex"]).run()
    go(at, "train")
    at.toggle(key="train-recommended").set_value(False).run()
    press(at, "train-start")
    [identity] = Library().identities()
    later = start(identity)
    assert "mine.csv is open" in words(later)
    assert later.multiselect(key="roles-sensitive").value == ["age", "sex"]
    press(later, "copy-forget")
    assert Library().tables.kept() == ()
    assert "no copy of that is kept" in words(start(identity))


def test_no_copy_is_kept_where_that_was_switched_off(tmp_path, monkeypatch, hostile_csv):
    monkeypatch.setenv("ROME_STUDIES", str(tmp_path))
    monkeypatch.setenv("ROME_TABLES_MB", "0")
    at = upload(start(), "mine.csv", hostile_csv)
    assert "turned that off" in words(at)
    go(at, "train")
    assert not [toggle for toggle in at.toggle if str(toggle.key).startswith("keep-table")]


def test_copies_are_listed_with_their_size_and_forgotten_one_by_one(library, hiring):
    library.tables.keep(hiring, b"a file")
    at = page()
    assert "3,000 rows, 9 columns" in words(at)
    press(at, f"forget-{hiring.fingerprint}")
    assert library.tables.kept() == ()
