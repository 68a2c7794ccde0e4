"""The Report page: its form, its preview and its files."""

from __future__ import annotations

import io
import zipfile

import pytest
from page_driver import go, healthy, press, primary, start, words

from dashboard.screens.report.words import SECTION_NOTES
from rome.cohorts import CohortBook, Origin
from rome.reference.columns import MOST_KNOTS
from rome.report import read_draft
from rome.report.contents import SECTIONS, available
from rome.report.reproduce import command_line
from rome.store import Library
from rome.store.archive import model_archive
from rome.text.limits import QUESTIONS


@pytest.fixture(autouse=True)
def folder(studies, hiring_study):
    """The study's folder, without a draft or a cohort before and after each test."""
    own = Library(studies).folder(hiring_study)
    for name in ("report.json", "cohorts.json"):
        (own / name).unlink(missing_ok=True)
    yield own
    for name in ("report.json", "cohorts.json"):
        (own / name).unlink(missing_ok=True)


def _box(at, start):
    return next(box for box in [*at.text_input, *at.text_area] if box.key.startswith(start))


def _write(at, start, text):
    return healthy(_box(at, start).set_value(text).run())


def _tick(at, section, wanted):
    box = next(box for box in at.checkbox if box.key.startswith(f"report-section-{section}-"))
    return healthy(box.set_value(wanted).run())


def _previews(at):
    return [fold.label for fold in at.expander if fold.label in SECTIONS.values()]


def test_without_a_study_the_page_says_why_and_where_to_go():
    at = go(start(), "report")
    assert "No study is open yet" in words(at)
    assert primary(at) == []
    assert "Train one first" in words(go(press(start(), "sample-hiring"), "report"))


def test_the_report_the_data_the_model_and_the_command_are_offered(hiring_study, studies):
    at = go(start(hiring_study), "report")
    labels = [element.proto.label for element in at.get("download_button")]
    assert labels == [
        "Download the report (HTML)",
        "Download the study (JSON)",
        "Download all rows (CSV)",
        "Download the model (ZIP)",
    ]
    assert primary(at) == labels[:1]
    assert f"up to {MOST_KNOTS} values of each number" in words(at)
    assert "reference.json" in words(at)
    said = [code.value for code in at.code]
    assert command_line(Library(studies).load(hiring_study)) in said
    assert any("read_table('hiring.csv')" in code for code in said)


def test_the_line_that_writes_a_sample_comes_first_where_the_sample_is_open(hiring_study):
    at = press(start(hiring_study), "sample-hiring")
    go(at, "report")
    assert at.code[0].value == "rome sample hiring --out hiring.csv"


def test_the_preview_shows_every_section_that_is_chosen_and_no_other(hiring_study):
    at = go(start(hiring_study), "report")
    assert _previews(at) == [SECTIONS[key] for key in available()]
    for key in available():
        if key not in ("answer", "limits"):
            _tick(at, key, False)
    assert _previews(at) == [SECTIONS["answer"], SECTIONS["limits"]]


def test_every_section_has_a_sentence_that_says_what_it_is_for(hiring_study):
    said = words(go(start(hiring_study), "report"))
    assert set(SECTION_NOTES) == set(SECTIONS)
    for key in available():
        assert SECTION_NOTES[key] in said


def test_no_section_at_all_means_no_report(hiring_study):
    at = go(start(hiring_study), "report")
    for key in available():
        _tick(at, key, False)
    assert at.get("download_button")[0].proto.disabled
    assert "needs at least one section" in words(at)


def test_title_and_notes_survive_a_change_of_page(hiring_study):
    at = go(start(hiring_study), "report")
    _write(at, "report-title", "For the board")
    _write(at, "report-notes", "Look at <b>page 2</b>")
    go(at, "compare")
    go(at, "report")
    assert _box(at, "report-title").value == "For the board"
    assert _box(at, "report-notes").value == "Look at <b>page 2</b>"


def test_the_draft_is_kept_with_the_study_for_the_next_visit(hiring_study, folder):
    at = go(start(hiring_study), "report")
    _write(at, "report-title", "For the board")
    _write(at, "report-notes", "*Ask* the clinic")
    _write(at, "report-questions", "Who was never asked?\n\n And who refused? ")
    _tick(at, "findings", False)
    kept = read_draft(folder)
    assert kept.title == "For the board"
    assert kept.questions == ("Who was never asked?", "And who refused?")
    assert kept.left_out == ("findings",)
    again = go(start(hiring_study), "report")
    assert _box(again, "report-title").value == "For the board"
    assert "*Ask* the clinic" in words(again)
    assert SECTIONS["findings"] not in _previews(again)


def test_the_prepared_questions_come_back(hiring_study):
    at = go(start(hiring_study), "report")
    _write(at, "report-questions", "Mine")
    press(at, "report-prepared")
    assert _box(at, "report-questions").value == "\n".join(QUESTIONS)


def test_notes_are_shown_as_they_are_and_never_as_markup(hiring_study):
    at = go(start(hiring_study), "report")
    _write(at, "report-notes", "# Not a heading [x](http://a.b) :smile: $y$")
    shown = next(element.value for element in at.markdown if "Not a heading" in element.value)
    assert shown.startswith("\\#")
    assert "[x](http" not in shown


def test_a_damaged_draft_is_told_and_the_report_can_be_made(hiring_study, folder):
    (folder / "report.json").write_text("[]")
    at = go(start(hiring_study), "report")
    assert "draft of layout" in words(at)
    assert not at.get("download_button")[0].proto.disabled


def test_named_cohorts_are_a_section_as_soon_as_there_is_one(hiring_study, folder):
    assert SECTIONS["cohorts"] not in _previews(go(start(hiring_study), "report"))
    result = Library(folder.parent).load(hiring_study)
    CohortBook(folder).add("The first", result.rows.row[:700], Origin("columns", "age up to 30", "nothing"))
    assert SECTIONS["cohorts"] in _previews(go(start(hiring_study), "report"))


def test_the_model_is_a_zip_of_the_same_bytes_every_time(folder):
    content = model_archive(folder)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
    assert names[0] == "study.json"
    assert all(name.startswith("model/") for name in names[1:])
    assert model_archive(folder) == content


def test_another_strength_on_the_compare_page_is_mentioned(hiring_study):
    at = go(start(hiring_study), "compare")
    at.select_slider(key="dro-strength").set_value(0.9).run()
    go(at, "report")
    assert "the Compare page shows 0.9" in words(at)
