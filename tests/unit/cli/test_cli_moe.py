"""``rome run --family moe``: what is asked reaches the study, and the report's line gives the same."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from results_factory import make_result

from rome import store, study
from rome.cli.main import _parser, main
from rome.cli.options import study_settings
from rome.datasets import load_sample
from rome.report.reproduce import command_line, extra_settings, python_code
from rome.settings.networks import MoESettings
from rome.settings.study import Settings

pytestmark = pytest.mark.usefixtures("lightly")
ROLES = ["--outcome", "rating", "--sensitive", "age,sex,origin"]
SMALL = ["--family", "moe", "--epochs", "6", "--starts", "1", "--hidden", "8", "--gate-hidden", "4"]


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("table") / "hiring.csv"
    load_sample("hiring").iloc[:300].to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def folder(table, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("run") / "study"
    assert main(["run", str(table), *ROLES, *SMALL, "--seed", "3", "--out", str(out)]) == 0
    return out


def test_the_study_and_its_networks_are_written(folder):
    document = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    assert document["settings"]["family"] == "moe"
    assert (
        document["settings"]["moe"]
        == MoESettings(epochs=6, n_init=1, hidden_sizes=(8,), gate_hidden_sizes=(4,)).as_dict()
    )
    assert len(document["training"]["train"]) <= 6
    assert document["verdict_family"] == "em"
    for name in ("groups", "pooled"):
        assert (folder / "model" / name / "moe.safetensors").is_file()


def test_the_reports_line_and_its_python_give_the_same_numbers(folder, table, tmp_path, monkeypatch):
    result = store.read_folder(folder)
    monkeypatch.chdir(table.parent)
    again = shlex.split(command_line(result, str(tmp_path / "again")))
    assert main(again[1:]) == 0
    twice = store.read_folder(tmp_path / "again")
    assert twice.study_id == result.study_id
    assert (twice.rows.rome == result.rows.rome).all()
    assert twice.training == result.training
    names: dict[str, object] = {}
    asked = {}
    monkeypatch.setattr(study, "run", lambda table, roles, settings: asked.update(s=settings) or _Said())
    monkeypatch.setattr("rome.text.advice.recommendation_sentence", lambda result: "")
    exec(compile(python_code(result), "report", "exec"), names)
    assert asked["s"] == result.settings


class _Said:
    """Stands for a finished study."""

    result = None


def test_every_setting_of_networks_survives_the_line():
    moe = MoESettings(
        gate="as",
        gate_network="linear",
        objective="squared",
        group_loss="online",
        training_strength=0.25,
        hidden_sizes=(32, 16),
        gate_hidden_sizes=(),
        epochs=7,
        batch_size=128,
        learning_rate=0.0003,
        schedule="constant",
        weight_decay=0.0,
        validation_fraction=0.2,
        patience=None,
        n_init=5,
        warm_start_from_em=True,
    )
    default = MoESettings().as_dict()
    assert all(value != default[name] for name, value in moe.as_dict().items()), "every setting is tried"
    result = replace(make_result(2), settings=Settings(family="moe", moe=moe))
    options = _parser().parse_args(shlex.split(command_line(result))[1:])
    assert Settings(**study_settings(options)).moe == moe
    assert extra_settings(result.settings) == {}


def test_lines_keep_their_line_free_of_networks():
    line = command_line(make_result(2))
    assert "--family em" in line
    assert "--epochs" not in line
    assert "moe" not in python_code(make_result(2))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--epochs", "5"], "--epochs belongs to neural groups; add --family moe."),
        (["--warm-start-from-em"], "--warm-start-from-em belongs to neural groups; add --family moe."),
        (["--family", "moe", "--noise", "t"], 'noise "t" belongs to family "em"'),
        (["--family", "net"], "The family is 'net'; it can be em, moe."),
        (["--family", "moe", "--hidden", "wide"], "'wide' is no list of widths"),
        (["--family", "moe", "--epochs", "0"], "epochs is 0; it must be a whole number from 1"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(table, tmp_path, capsys, options, said):
    assert main(["run", str(table), *ROLES, *options, "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error
