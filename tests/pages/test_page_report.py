"""The Report page: its form, its preview and its files."""

from __future__ import annotations

from page_driver import go, press, primary, start, words

from rome.report.contents import SECTIONS
from rome.report.reproduce import command_line
from rome.store import Library


def _downloads(at):
    return {element.proto.id.split("-", 3)[-1]: element.proto for element in at.get("download_button")}


def test_without_a_study_the_page_says_why_and_where_to_go():
    at = go(start(), "report")
    assert "No study is open yet" in words(at)
    assert primary(at) == []


def test_the_report_the_data_and_the_command_are_offered(hiring_study, studies):
    at = go(start(hiring_study), "report")
    labels = [element.proto.label for element in at.get("download_button")]
    assert labels == ["Download the report (HTML)", "Download the study (JSON)", "Download all rows (CSV)"]
    assert primary(at) == labels[:1]
    assert at.code[0].value == command_line(Library(studies).load(hiring_study))
    assert "read_table('hiring.csv')" in at.code[1].value


def test_the_line_that_writes_a_sample_comes_first_where_the_sample_is_open(hiring_study):
    at = press(start(hiring_study), "sample-hiring")
    go(at, "report")
    assert at.code[0].value == "rome sample hiring --out hiring.csv"


def test_the_preview_shows_every_section_that_is_chosen_and_no_other(hiring_study):
    at = go(start(hiring_study), "report")
    assert [section.label for section in at.expander] == list(SECTIONS.values())
    at.multiselect(key="report-sections").set_value(["answer", "limits"]).run()
    assert [section.label for section in at.expander] == [SECTIONS["answer"], SECTIONS["limits"]]


def test_no_section_at_all_means_no_report(hiring_study):
    at = go(start(hiring_study), "report")
    at.multiselect(key="report-sections").set_value([]).run()
    assert at.get("download_button")[0].proto.disabled
    assert "needs at least one section" in words(at)


def test_title_and_notes_survive_a_change_of_page(hiring_study):
    at = go(start(hiring_study), "report")
    at.text_input[0].set_value("For the board").run()
    at.text_area[0].set_value("Look at <b>page 2</b>").run()
    go(at, "compare")
    go(at, "report")
    assert at.text_input[0].value == "For the board"
    assert at.text_area[0].value == "Look at <b>page 2</b>"


def test_a_dial_that_stands_elsewhere_is_told(hiring_study):
    at = go(start(hiring_study), "compare")
    at.select_slider(key="dial").set_value(0.9).run()
    go(at, "report")
    assert "the dial stands at 0.9" in words(at)
