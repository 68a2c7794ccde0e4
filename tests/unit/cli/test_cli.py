"""The command line in process: files and status 0, or one plain line and status 2."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rome import __version__
from rome.cli.main import main
from rome.datasets import SAMPLES, load_sample
from rome.text.first_look import TITLE

pytestmark = pytest.mark.usefixtures("lightly")
ROLES = ["--outcome", "rating", "--sensitive", "age,sex,origin"]


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("table") / "hiring.csv"
    load_sample("hiring").iloc[:400].to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def folder(table, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("run") / "study"
    assert main(["run", str(table), *ROLES, "--seed", "3", "--out", str(out)]) == 0
    return out


def document(folder: Path):
    return json.loads((folder / "study.json").read_text(encoding="utf-8"))


def is_progress(line: str) -> bool:
    share, _, what = line.lstrip().partition("% ")
    return share.isdigit() and bool(what)


def refused(capsys, *arguments: object) -> str:
    """Run arguments that must be refused and return the one line that says why."""
    assert main([str(argument) for argument in arguments]) == 2
    said = capsys.readouterr()
    lines = [line for line in said.err.splitlines() if not is_progress(line)]
    assert len(lines) == 1, said.err
    assert lines[0].startswith("rome: ")
    assert "Traceback" not in said.err
    assert said.out == ""
    return lines[0]


def test_a_run_writes_every_file(folder):
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    # The model that is advised, where it is not the study's own mixture.
    advice = document(folder)["advice"]
    own = advice["model"] == advice["study_model"]
    files -= set() if own else {"model/advised.json", "model/advised.safetensors", "model/advised.skops"}
    assert files == {
        "study.json",
        "evaluations.json",
        "report.html",
        "rows.csv",
        "rows.npz",
        "model/model.json",
        "model/model.safetensors",
        "model/reference.json",
        "model/reference.safetensors",
    }
    assert (folder / "report.html").read_text(encoding="utf-8").lstrip().lower().startswith("<!doctype html>")


def test_a_run_takes_all_fitting_columns_as_features_and_leaves_out_ids(folder):
    roles = document(folder)["roles"]
    assert roles["features"] == ["years_experience", "school_rank", "work_sample", "referral"]
    assert roles["sensitive"] == ["age", "sex", "origin"]
    assert roles["ignored"] == ["applicant"]
    assert document(folder)["settings"]["random_state"] == 3


def test_a_run_says_its_progress_findings_and_recommendation(table, tmp_path, capsys):
    arguments = [*ROLES, "--features", "work_sample,applicant", "--groups", "1", "--out", str(tmp_path / "o")]
    assert main(["run", str(table), *arguments]) == 0
    said = capsys.readouterr()
    lines = said.err.splitlines()
    assert sum(map(is_progress, lines)) >= 4
    rest = [line for line in lines if not is_progress(line)]
    assert rest
    assert all(line.startswith(("warning", "note")) for line in rest)
    assert any("[applicant]" in line for line in rest)
    first, second = said.out.splitlines()[:2]
    assert first.startswith(("Failed most: ", "Nobody is clearly failed", "Whether one model fails anybody"))
    assert second.startswith("Use ")
    assert str(tmp_path / "o") in said.out


def test_a_run_shows_its_groups_before_evidence_and_advice(table, tmp_path, capsys):
    out = tmp_path / "o"
    assert main(["run", str(table), *ROLES, "--groups", "2", "--seed", "3", "--out", str(out)]) == 0
    said = capsys.readouterr().err.splitlines()
    [start] = [place for place, line in enumerate(said) if TITLE in line]
    assert said[start + 1].strip().startswith("Group 1: ")
    assert any("Trying which model helps" in line for line in said[start:])
    assert not any("Trying which model helps" in line for line in said[:start])


def test_every_option_reaches_the_study(table, tmp_path, capsys):
    out = tmp_path / "o"
    options = (
        "--features years_experience,work_sample --ignore school_rank --id applicant --allow sex --groups 3 "
        "--predictor aggregate --criterion reward --dro-strength 0.15 --guard observed --observed sex "
        "--test-size 0.4 --seed 11"
    )
    assert main(["run", str(table), *ROLES, *options.split(), "--out", str(out)]) == 0
    written = document(out)
    settings, roles = written["settings"], written["roles"]
    assert roles["features"] == ["years_experience", "work_sample"]
    assert roles["allowed"] == ["sex"]
    assert roles["ids"] == ["applicant"]
    assert set(roles["ignored"]) == {"school_rank", "referral"}
    expected = {
        "n_groups": 3,
        "predictor": "aggregate",
        "criterion": "reward",
        "dro_strength": 0.15,
        "guard": "observed",
        "observed": ["sex"],
        "test_size": 0.4,
        "random_state": 11,
    }
    assert {name: settings[name] for name in expected} == expected
    assert written["dro"]["strength"] == 0.15
    assert written["data"]["n_test"] == 160
    said = capsys.readouterr().out.splitlines()
    assert [line[:7] for line in said if " of the rows" in line] == ["Group 1", "Group 2", "Group 3"]


def test_a_weight_column_reaches_the_study(tmp_path):
    frame = load_sample("hiring").iloc[:300].assign(w=1.0)
    frame.loc[:4, "w"] = 0.0
    path, out = tmp_path / "w.csv", tmp_path / "o"
    frame.to_csv(path, index=False)
    assert main(["run", str(path), *ROLES, "--weight", "w", "--groups", "1", "--out", str(out)]) == 0
    assert document(out)["roles"]["weight"] == "w"
    assert document(out)["data"]["left_out_by_reason"] == {"weight is zero": 5}


def test_column_names_with_commas_are_quoted_as_in_a_csv_file(tmp_path):
    frame = (
        load_sample("hiring").iloc[:300].rename(columns={"sex": "sex, or gender", "rating": "rating, 2024"})
    )
    path, out = tmp_path / "commas.csv", tmp_path / "o"
    frame.to_csv(path, index=False)
    arguments = ["--outcome", "rating, 2024", "--sensitive", 'age, "sex, or gender"', "--groups", "1"]
    assert main(["run", str(path), *arguments, "--out", str(out)]) == 0
    assert document(out)["roles"]["sensitive"] == ["age", "sex, or gender"]
    assert document(out)["roles"]["outcome"] == "rating, 2024"


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_can_be_written(name, tmp_path, capsys):
    path = tmp_path / "new" / f"{name}.csv"
    assert main(["sample", name, "--out", str(path)]) == 0
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    frame = load_sample(name)
    assert rows[0] == list(frame.columns)
    assert len(rows) == len(frame) + 1
    assert f"{len(frame):,} rows" in capsys.readouterr().out


def test_a_report_can_be_made_again_from_the_folder(folder, tmp_path, capsys):
    path = tmp_path / "again.html"
    assert main(["report", str(folder), "--out", str(path)]) == 0
    assert "again.html" in capsys.readouterr().out
    assert path.read_text(encoding="utf-8") == (folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "arguments are required: COMMAND"),
        (["walk"], "invalid choice: 'walk'"),
        (["run"], "required: TABLE, --out"),
        (["run", "x.csv", "--colour", "red", "--out", "o"], "--colour"),
        (["sample", "hirring", "--out", "x.csv"], 'nearest name is "hiring"'),
        (["report", "nowhere", "--out", "x.html"], "holds no study"),
    ],
)
def test_wrong_commands_are_one_plain_line(arguments, words, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert words in refused(capsys, *arguments)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--groups", "two"], 'neither a whole number nor "auto"'),
        (["--groups", "0"], "number of groups is 0"),
        (["--groups", "40"], "from 1 to 12"),
        (["--dro-strength", "strong"], "'strong' is neither a number from 0 to 1 nor \"recommended\""),
        (["--dro-strength", "1.5"], "DRO strength is 1.5"),
        (["--dro-strength", "nan"], "DRO strength is nan"),
        (["--predictor", "gate"], 'nearest name is "gated"'),
        (["--criterion", "reward"], 'belongs to predictor "aggregate"'),
        (["--guard", "laten"], 'nearest name is "latent"'),
        (["--test-size", "0"], "test share is 0"),
        (["--test-size", "0.96"], "test share is 0.96"),
        (["--seed", "-1"], "seed is -1"),
        (["--seed", "1.5"], "invalid int value"),
        (["--features", "work_sampel"], 'nearest name is "work_sample"'),
        (["--sensitive", "sexx"], 'nearest name is "sex"'),
        (["--sensitive", ""], "with --sensitive"),
        (["--sensitive", "a\nb"], "is no list of columns"),
        (["--outcome", "ratin"], 'nearest name is "rating"'),
        (["--outcome", "origin", "--sensitive", "age"], "text with 3 levels"),
        (["--outcome", "age"], '"age" is given twice'),
        (["--allow", "referral"], "not among the sensitive columns"),
        (["--ignore", "nothing"], '"nothing"'),
        (["--weight", "wt"], '"wt"'),
        (["--weight", "referral"], "holds no number"),
        (["--observed", "regoin"], "observed grouping is not in the table"),
        (["--groups", "12", "--test-size", "0.9"], "free parameters"),
    ],
)
def test_wrong_options_are_one_plain_line(table, tmp_path, capsys, options, words):
    line = refused(capsys, "run", table, *ROLES, *options, "--out", tmp_path / "o")
    assert words in line


def test_what_must_be_named_is_asked_for_with_the_columns_that_there_are(table, tmp_path, capsys):
    line = refused(capsys, "run", table, "--sensitive", "age", "--out", tmp_path / "o")
    assert "--outcome" in line
    assert "rating" in line
    line = refused(capsys, "run", table, "--outcome", "rating", "--out", tmp_path / "o")
    assert "--sensitive" in line


def test_a_missing_file_and_a_folder_for_a_file_are_told(tmp_path, capsys):
    assert "nowhere.csv" in refused(capsys, "run", tmp_path / "nowhere.csv", *ROLES, "--out", tmp_path / "o")
    refused(capsys, "run", tmp_path, *ROLES, "--out", tmp_path / "o")


def test_a_file_in_the_place_of_the_folder_is_told_before_any_work(table, tmp_path, capsys):
    taken = tmp_path / "taken"
    taken.write_text("mine")
    assert main(["run", str(table), *ROLES, "--out", str(taken)]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert "Choose another folder" in said[0]
    assert taken.read_text() == "mine"


def test_a_place_that_cannot_be_written_is_told(folder, tmp_path, capsys):
    assert "can't be written" in refused(capsys, "sample", "hiring", "--out", tmp_path)
    assert "can't be written" in refused(capsys, "report", folder, "--out", tmp_path)


def test_a_damaged_study_has_no_report(tmp_path, capsys):
    (tmp_path / "study.json").write_text('{"schema": "rome.study/1"}')
    assert "damaged" in refused(capsys, "report", tmp_path, "--out", tmp_path / "x.html")


def test_the_version_is_told(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"rome {__version__}\n"


def test_a_stopped_run_ends_with_130_and_no_traceback(table, tmp_path, capsys, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("rome.study.run", stop)
    assert main(["run", str(table), *ROLES, "--out", str(tmp_path / "o")]) == 130
    assert capsys.readouterr().err.splitlines() == ["rome: stopped."]


def test_names_that_would_steer_a_terminal_are_shown_without_it(tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_text("y,a\n1,2\n3,4\n", encoding="utf-8")
    line = refused(
        capsys, "run", path, "--outcome", "\x1b[31mred\r\nline", "--sensitive", "a", "--out", tmp_path / "o"
    )
    assert "\x1b" not in line


@pytest.mark.skipif(sys.platform != "linux", reason="only here may a file name be no text")
def test_a_file_name_that_is_no_text_does_not_end_the_program(table, tmp_path):
    odd = tmp_path / os.fsdecode(b"table \xff.csv")
    odd.write_bytes(table.read_bytes())
    assert main(["run", str(odd), *ROLES, "--groups", "1", "--out", str(tmp_path / "o")]) == 0
    assert "table" in document(tmp_path / "o")["data"]["name"]


def test_a_console_of_another_encoding_does_not_end_the_program(tmp_path):
    command = [sys.executable, "-m", "rome", "sample", "hiring", "--out", str(tmp_path / "é−.csv")]
    ended = subprocess.run(command, env={"PYTHONIOENCODING": "ascii"}, capture_output=True, timeout=240)
    assert ended.returncode == 0, ended.stderr
    assert b"?" in ended.stdout
