"""An audit from the command line: run, check, report and score a model that exists."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rome.cli.main import main
from rome.datasets import load_sample

pytestmark = pytest.mark.usefixtures("lightly")
ROLES = ["--outcome", "rating", "--sensitive", "age,sex,origin", "--prediction", "yhat"]


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> Path:
    """A prediction that is right, but for people over 45, whom it rates 5 too low."""
    path = tmp_path_factory.mktemp("table") / "rated.csv"
    frame = load_sample("hiring").iloc[:900]
    error = np.random.default_rng(2).normal(0, 1, len(frame))
    frame.assign(yhat=frame["rating"] + error - 5 * (frame["age"] > 45)).to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def ran(table, tmp_path_factory) -> tuple[Path, str]:
    out = tmp_path_factory.mktemp("run") / "study"
    with pytest.MonkeyPatch.context() as patch:
        lines: list[str] = []
        patch.setattr("builtins.print", lambda *said, **_: lines.extend(map(str, said)))
        assert main(["run", str(table), *ROLES, "--groups", "1", "--out", str(out)]) == 0
    return out, "\n".join(lines)


def test_a_run_says_whom_the_audited_model_fails_and_what_cannot_be_known(ran):
    folder, said = ran
    assert "Failed most by the audited model (column yhat): " in said
    assert "trained on these very rows" in said
    document = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    assert document["roles"]["prediction"] == "yhat"
    assert "audited" in document["overall"]
    assert "audited_prediction" in pd.read_csv(folder / "rows.csv").columns


def test_the_report_names_the_column_and_repeats_the_command(ran):
    content = (ran[0] / "report.html").read_text(encoding="utf-8")
    assert "--prediction yhat" in content
    assert "Prediction that was audited" in content
    assert "trained on these very rows" in content


def test_limits_can_be_held_against_the_audited_model(ran, capsys):
    asked = ["check", str(ran[0]), "--model", "audited", "--worst-group-max"]
    assert main([*asked, "1000"]) == 0
    assert "under the audited model" in capsys.readouterr().out
    assert main([*asked, "0.001"]) == 1


def test_new_rows_without_the_prediction_are_refused_where_it_is_needed(ran, table, tmp_path, capsys):
    folder, _ = ran
    document = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    assert document["advice"]["model"]["kind"] in ("audited", "recalibrated", "corrected")
    short = tmp_path / "short.csv"
    pd.read_csv(table).drop(columns="yhat").to_csv(short, index=False)
    assert main(["score", str(folder), str(short), "--out", str(tmp_path / "out.csv")]) == 2
    assert 'no column "yhat"' in capsys.readouterr().err
    assert main(["score", str(folder), str(table), "--out", str(tmp_path / "out.csv")]) == 0


def test_a_prediction_that_is_none_of_the_outcome_is_refused(table, tmp_path, capsys):
    asked = ["run", str(table), "--outcome", "rating", "--sensitive", "age,sex", "--prediction", "origin"]
    assert main([*asked, "--out", str(tmp_path / "study")]) == 2
    assert "Prediction column" in capsys.readouterr().err
