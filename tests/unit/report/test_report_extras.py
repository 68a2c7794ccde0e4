"""A report with cohorts, other models and own questions: escaped, bounded, and kept as a draft."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
import study_runs
from results_factory import HOSTILE, make_result

from rome.cohorts import CohortBook, Origin, cohort_scores
from rome.cohorts.cohort import make_cohort
from rome.errors import StoreError
from rome.report import Extras, ReportDraft, read_draft, render, render_folder, write_draft
from rome.report.contents import available, contents
from rome.report.draft import MOST_NOTES
from rome.store import write_folder
from rome.text.limits import QUESTIONS


def _with_cohorts(result, *names):
    origin = Origin("drawn", f"Drawn on the PCA map, coloured by {HOSTILE[0]}", "outcome")
    rows = np.array_split(result.rows.row, len(names))
    cohorts = [make_cohort(name, own, origin) for name, own in zip(names, rows, strict=True)]
    return Extras(cohorts=cohort_scores(result, cohorts))


def _visible(html):
    """Return what a reader sees of a page, scripts and styles taken away."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.S)
    return bare


def test_cohorts_have_their_section_with_a_word_on_how_they_were_chosen():
    result = make_result(2, rows=900)
    extras = _with_cohorts(result, "First", "Second")
    (section,) = contents(result, ("cohorts",), extras)
    html = _visible(render(result, sections=("cohorts",), extras=extras))
    assert section.title in html
    assert "not a confirmation" in html
    assert "selection effect" in html
    assert "after Holm" in html


def test_decisions_of_a_yes_or_no_outcome_are_reported_at_the_threshold_that_was_kept():
    result = make_result(2, outcome="binary", rows=900)
    (section,) = contents(result, ("decisions",), Extras(threshold=0.35))
    told = _visible(render(result, sections=("decisions",), extras=Extras(threshold=0.35)))
    assert section.title == "Decisions at a threshold"
    assert "from a probability of 0.35 up" in told
    assert "Equalised odds, difference" in told
    assert contents(make_result(2), ("decisions",)) == ()


def test_a_section_with_nothing_to_tell_is_left_out():
    result = make_result(2)
    assert contents(result, ("cohorts", "models")) == ()
    assert {"cohorts", "models"} & set(available()) == set()
    assert "cohorts" in available(_with_cohorts(result, "First"))
    assert contents(result, ("questions",), Extras(questions=(" ", ""))) == ()


def test_the_analysts_own_questions_take_the_place_of_the_prepared_ones():
    html = render(make_result(2), sections=("questions",), extras=Extras(questions=("Who was never asked?",)))
    assert "Who was never asked?" in html
    assert QUESTIONS[0] not in html


@pytest.mark.parametrize("hostile", HOSTILE)
def test_names_notes_questions_and_titles_are_shown_and_never_run(hostile):
    result = make_result(2, rows=900)
    extras = replace(_with_cohorts(result, f"{hostile} x"[:80]), questions=(hostile,))
    html = render(result, title=hostile, notes=hostile, sections=("cohorts", "questions"), extras=extras)
    seen = _visible(html)
    assert "<script>alert" not in seen
    assert "<b>bold" not in seen
    assert seen.count("<script") == 0
    for script in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', html, flags=re.S):
        assert "<" not in script


def test_two_hundred_thousand_rows_and_twenty_cohorts_stay_under_six_megabytes():
    result = make_result(4, rows=200_000, observed_levels=60)
    extras = _with_cohorts(result, *(f"cohort {number} {'x' * 60}" for number in range(20)))
    html = render(result, notes="n" * (MOST_NOTES + 50_000), extras=extras)
    assert len(html.encode()) < 6_000_000


def test_every_picture_has_words_and_a_table_of_its_numbers():
    result = make_result(3, rows=900)
    extras = _with_cohorts(result, "First", "Second")
    without = []
    for section in contents(result, None, extras):
        for block in section.blocks:
            if hasattr(block, "figure"):
                assert len(block.alt) > 20, block.title
                without += [block.title] if block.table is None else []
    # A map of thousands of points has no table in a report; the download of all rows holds them.
    assert without == ["Where the groups lie, once the outcome is seen"]


def test_a_draft_comes_back_as_it_was_kept(tmp_path):
    assert read_draft(tmp_path) == ReportDraft()
    wanted = ReportDraft("Title </script>", "notes\nof \N{SNOWMAN} two lines", ("path",), ("Why?",))
    write_draft(tmp_path, wanted)
    assert read_draft(tmp_path) == wanted


@pytest.mark.parametrize("content", ["{", "[]", '{"schema": "rome.report/1", "report": {"title": 3}}'])
def test_a_damaged_draft_is_told_with_its_remedy(tmp_path, content):
    (tmp_path / "report.json").write_text(content)
    with pytest.raises(StoreError, match="emove the file"):
        read_draft(tmp_path)


def test_a_draft_without_a_folder_is_refused(tmp_path):
    with pytest.raises(StoreError, match="can't be kept"):
        write_draft(tmp_path / "absent", ReportDraft())


def test_the_report_of_a_folder_holds_what_was_kept_beside_the_study(tmp_path):
    finished = study_runs.run(study_runs.hiring(300), n_groups=1, assess_groups=False, advise=False)
    folder = write_folder(finished, tmp_path / "study")
    write_draft(folder, ReportDraft("For the board", "Ask the clinic", ("path", "findings"), ("Who else?",)))
    rows = finished.result.rows.row[:200]
    CohortBook(folder).add("Early rows", rows, Origin("columns", "x up to 3", "nothing"))
    html = _visible(render_folder(folder))
    for said in ("For the board", "Ask the clinic", "Who else?", "Early rows", "x up to 3"):
        assert said in html
    assert 'id="findings"' not in html
    assert 'id="cohorts"' in html
