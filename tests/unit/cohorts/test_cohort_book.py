"""Cohorts are kept beside a study: added, renamed, deleted, brought back, and refused with a reason."""

from __future__ import annotations

import json
import threading

import pytest
import study_runs

from rome.cohorts import CohortBook, Origin
from rome.cohorts.cohort import LONGEST_NAME, MOST_COHORTS
from rome.errors import SettingError, StoreError
from rome.report import ReportDraft, read_draft, write_draft
from rome.store import Library

PLAIN = Origin("columns", "age up to 30", "nothing")


@pytest.fixture
def book(tmp_path):
    """An empty book."""
    return CohortBook(tmp_path)


def test_nothing_is_kept_until_something_is(book):
    assert book.all() == ()
    assert not book.path.exists()


def test_what_is_kept_comes_back_with_all_that_was_said_of_it(book, tmp_path):
    kept = book.add("  Young\n women ", [9, 3, 3], Origin("drawn", "Drawn on the PCA map", "training errors"))
    (back,) = CohortBook(tmp_path).all()
    assert back == kept
    assert (back.name, back.rows) == ("Young women", (3, 9))
    assert back.made.endswith("+00:00")
    assert json.loads(book.path.read_text())["schema"] == "rome.cohorts/1"


def test_a_cohort_is_renamed_and_stays_where_it_is(book):
    first, second = book.add("a", [1], PLAIN), book.add("b", [2], PLAIN)
    book.rename(first.cohort_id, "c")
    assert [each.name for each in book.all()] == ["c", "b"]
    book.rename(second.cohort_id, "B")
    assert [each.name for each in book.all()] == ["c", "B"]


def test_a_deleted_cohort_comes_back_once(book):
    kept = book.add("a", [1], PLAIN)
    removed = book.remove(kept.cohort_id)
    assert book.all() == ()
    book.restore(removed)
    book.restore(removed)
    assert book.all() == (kept,)


def test_what_visitors_of_one_server_keep_at_the_same_time_is_all_kept(book):
    together = threading.Barrier(6)

    def keep(number: int):
        together.wait()
        book.add(f"cohort {number}", [number], PLAIN)

    visitors = [threading.Thread(target=keep, args=(number,)) for number in range(1, 7)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert {each.rows for each in book.all()} == {(number,) for number in range(1, 7)}


def test_a_deleted_cohort_whose_name_was_taken_since_is_not_brought_back(book):
    removed = book.remove(book.add("a", [1], PLAIN).cohort_id)
    book.add("A", [2], PLAIN)
    with pytest.raises(SettingError, match='called "a" already'):
        book.restore(removed)


@pytest.mark.parametrize(
    ("name", "rows", "reason"),
    [
        (" ", [1], "has no name"),
        ("x" * (LONGEST_NAME + 1), [1], "81 characters"),
        ("TAKEN", [1], "called .TAKEN. already"),
        ("new", [], "at least one row"),
    ],
)
def test_a_cohort_that_can_not_be_kept_is_refused_with_the_reason(book, name, rows, reason):
    book.add("taken", [1], PLAIN)
    with pytest.raises(SettingError, match=reason):
        book.add(name, rows, PLAIN)
    assert len(book.all()) == 1


def test_there_is_a_most(book):
    for number in range(MOST_COHORTS):
        book.add(f"cohort {number}", [1], PLAIN)
    with pytest.raises(SettingError, match="20 cohorts"):
        book.add("one more", [1], PLAIN)


def test_a_cohort_that_is_gone_is_named(book):
    with pytest.raises(SettingError, match='no cohort "abc"'):
        book.rename("abc", "new")


@pytest.mark.parametrize(
    "content",
    ["{", "[]", '{"schema": "other"}', '{"schema": "rome.cohorts/1"}',
     '{"schema": "rome.cohorts/1", "cohorts": [{"name": "x"}]}'],
)  # fmt: skip
def test_a_damaged_file_is_told_and_never_written_over(book, content):
    book.path.write_text(content)
    with pytest.raises(StoreError, match=r"emove or fix the file"):
        book.all()
    with pytest.raises(StoreError):
        book.add("new", [1], PLAIN)
    assert book.path.read_text() == content


def test_a_study_that_is_not_there_can_not_keep_a_cohort(tmp_path):
    with pytest.raises(StoreError, match="can't be written"):
        CohortBook(tmp_path / "absent").add("new", [1], PLAIN)


def test_an_unknown_way_of_choosing_is_refused():
    with pytest.raises(SettingError, match="What was seen"):
        Origin("drawn", "", "everything")


def test_cohorts_and_the_reports_draft_stay_when_the_same_study_is_made_again(tmp_path):
    finished = study_runs.run(study_runs.hiring(300), n_groups=1, assess_groups=False, advise=False)
    library = Library(tmp_path)
    folder = library.save(finished)
    kept = CohortBook(folder).add("Early rows", [1, 2, 3], PLAIN)
    write_draft(folder, ReportDraft(notes="Ask the clinic"))
    assert library.save(finished) == folder
    assert CohortBook(folder).all() == (kept,)
    assert read_draft(folder).notes == "Ask the clinic"
