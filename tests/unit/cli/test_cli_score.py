"""``rome score``: a file of rows and a summary, or one plain line and status 2."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from study_runs import ROLES, hiring, run

from rome import store
from rome.cli.main import main
from rome.datasets import load_sample


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    roles = ROLES.from_dict({**ROLES.as_dict(), "ids": ["applicant"], "ignored": []})
    finished = run(hiring(500), roles, assess_groups=False, advise=False)
    return store.write_folder(finished, tmp_path_factory.mktemp("cli") / "study")


def table(tmp_path, frame=None) -> Path:
    path = tmp_path / "new.csv"
    (load_sample("hiring").iloc[500:600] if frame is None else frame).to_csv(path, index=False)
    return path


def refused(capsys, *arguments: object) -> str:
    assert main([str(argument) for argument in arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    line = said.err.strip().splitlines()[-1]
    assert line.startswith("rome: ")
    return line


def test_every_row_has_a_line_in_its_order_with_its_identifier(folder, tmp_path, capsys):
    out = tmp_path / "deep" / "scored.csv"
    assert main(["score", str(folder), str(table(tmp_path)), "--out", str(out)]) == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"))))
    assert [row["row"] for row in rows] == [str(number) for number in range(1, 101)]
    assert [row["applicant"] for row in rows] == list(load_sample("hiring").iloc[500:600]["applicant"])
    assert {row["most_likely_group"] for row in rows} <= {"Group 1", "Group 2"}
    assert all(float(row["membership_1"]) + float(row["membership_2"]) == pytest.approx(1) for row in rows)
    said = capsys.readouterr().out.splitlines()
    assert "of 100 rows" in said[0]
    assert said[-1] == f"One line for each of 100 rows is in {out}."


def test_the_summary_can_be_json(folder, tmp_path, capsys):
    out = tmp_path / "scored.csv"
    assert main(["score", str(folder), str(table(tmp_path)), "--out", str(out), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "rome.score/1"
    assert document["n_rows"] == 100
    assert {"flagged", "share", "rate", "by_reason", "more_than_chance"} == set(document["novel"])
    assert [shift["group"] for shift in document["shares"]] == ["Group 1", "Group 2"]
    assert document["errors"]["evaluation"]["comparison"]["overall"]["pooled"] > 0


def test_blocks_of_lines_make_the_same_file(folder, tmp_path, monkeypatch):
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    assert main(["score", str(folder), str(table(tmp_path)), "--out", str(first)]) == 0
    monkeypatch.setattr("rome.score.files._BLOCK_ROWS", 7)
    assert main(["score", str(folder), str(table(tmp_path)), "--out", str(second)]) == 0
    assert first.read_bytes() == second.read_bytes()


def test_a_cell_that_a_spreadsheet_would_run_is_disarmed(folder, tmp_path):
    frame = load_sample("hiring").iloc[500:520].copy()
    frame["applicant"] = "=1+1"
    out = tmp_path / "scored.csv"
    assert main(["score", str(folder), str(table(tmp_path, frame)), "--out", str(out)]) == 0
    assert "'=1+1" in out.read_text(encoding="utf-8-sig")


def test_a_single_row_without_an_outcome_is_scored(folder, tmp_path, capsys):
    frame = load_sample("hiring").iloc[[777]].drop(columns="rating")
    out = tmp_path / "scored.csv"
    assert main(["score", str(folder), str(table(tmp_path, frame)), "--out", str(out)]) == 0
    assert 'no outcome column "rating"' in capsys.readouterr().out


def test_what_cannot_be_scored_is_refused_in_a_line(folder, tmp_path, capsys):
    out = tmp_path / "scored.csv"
    frame = load_sample("hiring").iloc[500:520].drop(columns=["sex", "age"])
    line = refused(capsys, "score", folder, table(tmp_path, frame), "--out", out)
    assert '"age", "sex" are not in the table' in line
    assert "no study" in refused(capsys, "score", tmp_path / "nothing", table(tmp_path), "--out", out)
    assert "--out" in refused(capsys, "score", folder, table(tmp_path))
    assert not out.exists()
    (tmp_path / "file").write_text("")
    taken = tmp_path / "file" / "scored.csv"
    assert "can't be written" in refused(capsys, "score", folder, table(tmp_path), "--out", taken)


def test_what_the_study_was_told_of_its_values_holds_for_the_new_file(tmp_path):
    frame = hiring(400)
    frame.loc[frame.index[::9], "work_sample"] = 999
    path = tmp_path / "old.csv"
    frame.to_csv(path, index=False)
    study = tmp_path / "study"
    roles = ["--outcome", "rating", "--sensitive", "age,sex,origin", "--groups", "1"]
    asked = ["--missing-value", "work_sample=999"]
    assert main(["run", str(path), *roles, *asked, "--out", str(study)]) == 0
    new = load_sample("hiring").iloc[500:520].copy()
    new.iloc[0, new.columns.get_loc("work_sample")] = 999
    out = tmp_path / "scored.csv"
    assert main(["score", str(study), str(table(tmp_path, new)), "--out", str(out)]) == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"))))
    assert rows[0]["filled_in"] == "work_sample"
    assert rows[0]["unlike_anything_seen"] == "no"
