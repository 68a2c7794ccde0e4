"""The Score page: no study, no table, a bad table, a table that is scored, with and without the outcome."""

from __future__ import annotations

import pytest
from page_driver import charts, go, press, primary, start, upload, words

from rome.datasets import load_sample
from rome.figures import prediction_decimals
from rome.score import load_scorer, read_to_score, score
from rome.score.words import summary_lines
from rome.store import Library


def csv_of(frame) -> bytes:
    return frame.to_csv(index=False).encode()


@pytest.fixture(scope="session")
def new_csv() -> bytes:
    frame = load_sample("hiring").iloc[:300].copy()
    frame["age"] += 9
    frame.iloc[4, frame.columns.get_loc("sex")] = "other"
    frame.iloc[6, frame.columns.get_loc("work_sample")] = None
    return csv_of(frame)


@pytest.fixture
def scored(studies, hiring_study, new_csv):
    by = load_scorer(Library(studies).folder(hiring_study))
    return score(read_to_score(new_csv, by.study, "new.csv"), by)


def shown(at):
    """Return the table of rows."""
    return next(each.value for each in at.dataframe if "most_likely_group" in each.value.columns)


def links(at) -> list[str]:
    return [link.proto.label for link in at.main.get("page_link")]


def test_without_any_study_the_page_says_why_and_where_to_go(tmp_path, monkeypatch):
    monkeypatch.setenv("ROME_STUDIES", str(tmp_path))
    at = go(start(), "score")
    assert "Open a table whose outcome is known, then train a study of it" in words(at)
    assert links(at) == ["Open a table", "Train a study"]
    assert charts(at) == 0
    at = go(press(go(at, "data"), "sample-hiring"), "score")
    assert "Train one of the open table: it can then score" in words(at)
    assert links(at) == ["Train a study", "Open another table"]


def test_with_a_study_and_no_table_the_page_says_what_it_would_do(hiring_study):
    at = go(start(hiring_study), "score")
    assert "Choose a file. Every row gets its group" in words(at)
    assert len(at.file_uploader) == 1


def test_a_scored_table_is_told_in_words_first_then_drawn(hiring_study, new_csv, scored):
    at = upload(go(start(hiring_study), "score"), "new.csv", new_csv)
    said = words(at)
    for line in summary_lines(scored):
        assert line in said
    assert at.markdown[0].value.replace("\\", "") == summary_lines(scored)[0]
    assert charts(at) == 2
    assert primary(at) == ["Download all rows (CSV)"]


def test_a_column_that_says_nothing_takes_no_room_of_the_others(hiring_study):
    at = upload(go(start(hiring_study), "score"), "whole.csv", csv_of(load_sample("hiring").iloc[:50]))
    assert "filled_in" not in shown(at).columns


def test_the_rows_can_be_narrowed_to_those_that_are_strange_or_were_filled_in(hiring_study, new_csv, scored):
    at = upload(go(start(hiring_study), "score"), "new.csv", new_csv)
    assert len(shown(at)) == 300
    at.button_group(key="score-filter").set_value("flagged").run()
    assert len(shown(at)) == scored.novel.flagged > 0
    assert any("other" in reason for reason in shown(at)["reason"])
    at.button_group(key="score-filter").set_value("filled").run()
    assert list(shown(at)["row"]) == [7]
    assert not at.exception


@pytest.mark.parametrize("grouping", ["latent", "predicted", "observed"])
def test_errors_are_shown_in_every_grouping(hiring_study, new_csv, grouping):
    at = upload(go(start(hiring_study), "score"), "new.csv", new_csv)
    at.button_group(key="score-grouping").set_value(grouping).run()
    assert not at.exception
    assert charts(at) == 2


def test_without_the_outcome_everything_else_is_shown_and_the_reason_is_said(hiring_study):
    frame = load_sample("hiring").iloc[:200].drop(columns="rating")
    at = upload(go(start(hiring_study), "score"), "blind.csv", csv_of(frame))
    assert 'The table has no outcome column "rating"' in words(at)
    assert charts(at) == 1
    assert len(shown(at)) == 200


def test_a_table_that_lacks_columns_is_refused_by_name_and_another_can_be_chosen(hiring_study, new_csv):
    frame = load_sample("hiring").iloc[:50].drop(columns=["sex"])
    at = upload(go(start(hiring_study), "score"), "short.csv", csv_of(frame))
    assert "This file can't be scored by this study." in words(at)
    assert '"sex" is not in the table' in words(at)
    at = upload(at, "new.csv", new_csv)
    assert "This file can't be scored by this study." not in words(at)
    assert charts(at) == 2


def test_a_file_that_is_no_table_is_refused_in_words_and_nothing_else_changes(hiring_study, new_csv):
    at = upload(go(start(hiring_study), "score"), "new.csv", new_csv)
    at = upload(at, "broken.csv", b"\x00\x01\x02")
    assert at.error
    assert charts(at) == 2


def test_the_open_table_can_be_scored_and_is_recognised(hiring_study):
    at = start(hiring_study)
    if at.session_state["rome"].table is None:
        press(at, "sample-hiring")
    at = press(go(at, "score"), "score-open-table")
    assert "the very table that the study was made of" in words(at)
    assert charts(at) == 2


def test_the_file_stays_when_the_page_is_left_and_can_be_closed(hiring_study, new_csv):
    at = upload(go(start(hiring_study), "score"), "new.csv", new_csv)
    at = go(go(at, "groups"), "score")
    assert "of 300 rows" in words(at)
    assert "Choose a file. Every row gets its group" in words(press(at, "score-close"))


def test_another_study_can_be_chosen_without_opening_it(hiring_study, one_group_study):
    at = go(start(hiring_study), "score")
    at.selectbox(key="score-study").set_value(one_group_study).run()
    at = upload(at, "new.csv", csv_of(load_sample("hiring").iloc[:100]))
    assert "The study has one group" in words(at)
    assert "score-grouping" not in {group.key for group in at.button_group}
    assert at.session_state["rome"].study.study_id == hiring_study


def test_a_study_from_before_scoring_says_what_to_do(studies, hiring_study, tmp_path, monkeypatch):
    import shutil

    shutil.copytree(studies / hiring_study, tmp_path / hiring_study)
    (tmp_path / hiring_study / "model" / "reference.json").unlink()
    monkeypatch.setenv("ROME_STUDIES", str(tmp_path))
    for page in ("score", "what_if"):
        assert "make the study again to score rows with it" in words(go(start(hiring_study), page))


def test_predictions_show_no_more_digits_than_their_typical_error_bears(hiring_study, new_csv, studies):
    table = shown(upload(go(start(hiring_study), "score"), "new.csv", new_csv))
    decimals = prediction_decimals(Library(studies).load(hiring_study))
    for name in ("rome_prediction", "pooled_prediction"):
        assert (table[name] == table[name].round(decimals)).all()
    assert table["rome_prediction"].nunique() > 10


def test_hostile_names_and_values_are_shown_without_harm(hostile_study, hostile_csv):
    at = upload(go(start(hostile_study), "score"), "<b>.csv", hostile_csv)
    assert not at.exception
    for element in [*at.markdown, *at.caption, *at.error]:
        assert "<b>sex</b>" not in element.value
        assert "[x](http" not in element.value
