"""A study can be run again from its report, whatever its columns are called."""

from __future__ import annotations

import ast
import csv
import shlex
import subprocess
from dataclasses import replace

from results_factory import HOSTILE, make_result
from study_runs import made_lightly

from rome.report.reproduce import command_line, extra_settings, python_code
from rome.settings.study import Settings
from rome.table.roles import Roles


def _arguments(result):
    return shlex.split(command_line(result))


def _value(arguments, flag):
    return arguments[arguments.index(flag) + 1]


def test_every_hostile_name_survives_the_shell_and_the_list():
    arguments = _arguments(make_result(2, hostile=True))
    assert _value(arguments, "--outcome") == HOSTILE[0] + " y"
    assert next(csv.reader([_value(arguments, "--sensitive")])) == list(HOSTILE[:3])
    assert next(csv.reader([_value(arguments, "--features")])) == list(HOSTILE[3:])


def test_a_real_shell_reads_the_line_as_it_was_meant():
    line = command_line(make_result(2, hostile=True))
    seen = subprocess.run(
        ["/bin/sh", "-c", f"printf '%s\\0' {line}"], capture_output=True, check=True, text=True
    ).stdout
    assert seen.split("\0")[:-1] == shlex.split(line)


def test_the_settings_are_all_in_the_line():
    result = make_result(4, strength=0.45)
    settings = Settings(4, "aggregate", "reward", 0.45, "observed", ("a,b", "c"), 0.25, 7)
    arguments = _arguments(replace(result, settings=settings))
    assert _value(arguments, "--groups") == "4"
    assert _value(arguments, "--predictor") == "aggregate"
    assert _value(arguments, "--criterion") == "reward"
    assert _value(arguments, "--dro-strength") == "0.45"
    assert _value(arguments, "--guard") == "observed"
    assert next(csv.reader([_value(arguments, "--observed")])) == ["a,b", "c"]
    assert _value(arguments, "--test-size") == "0.25"
    assert _value(arguments, "--seed") == "7"
    assert "--out" in arguments


def test_a_number_is_written_to_its_last_digit():
    settings = Settings(dro_strength=1 / 3, test_size=0.1234567)
    arguments = _arguments(replace(make_result(2), settings=settings))
    assert float(_value(arguments, "--dro-strength")) == 1 / 3
    assert float(_value(arguments, "--test-size")) == 0.1234567


def test_no_strength_means_the_recommended_one():
    result = make_result(2)
    arguments = _arguments(replace(result, settings=Settings()))
    assert _value(arguments, "--dro-strength") == "recommended"


def test_columns_left_out_are_ignored_again_and_allowed_ones_allowed():
    roles = Roles("y", ("x",), ("s", "t"), allowed=("t",), weight="w", ids=("id",), ignored=("note",))
    arguments = _arguments(replace(make_result(2), roles=roles))
    assert _value(arguments, "--id") == "id"
    assert _value(arguments, "--ignore") == "note"
    assert _value(arguments, "--allow") == "t"
    assert _value(arguments, "--weight") == "w"


def test_names_that_begin_with_a_dash_are_not_taken_for_options():
    result = make_result(2)
    roles = Roles("-y", ("-x",), ("--s",))
    named = replace(result, roles=roles, data=replace(result.data, name="-rf.csv"))
    arguments = _arguments(named)
    assert arguments[2] == "./-rf.csv"
    assert "--outcome=-y" in arguments
    assert "--sensitive=--s" in arguments


def test_the_command_line_reads_its_own_line_back():
    from rome.cli.main import _parser

    result = make_result(3, hostile=True, strength=0.45)
    options = _parser().parse_args(_arguments(result)[1:])
    assert options.outcome == result.roles.outcome
    assert options.sensitive == result.roles.sensitive
    assert options.features == result.roles.features
    assert options.dro_strength == 0.45


def test_the_python_gives_back_the_roles_and_the_settings():
    result = make_result(3, hostile=True, strength=0.45)
    tree = ast.parse(python_code(result))
    calls = {
        node.func.id: {item.arg: ast.literal_eval(item.value) for item in node.keywords}
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert Roles(**calls["Roles"]) == result.roles
    assert Settings(**calls["Settings"]) == result.settings


def test_the_python_runs(tmp_path, monkeypatch, capsys):
    import numpy as np
    import pandas as pd

    generator = np.random.default_rng(0)
    frame = pd.DataFrame(generator.normal(size=(400, 3)), columns=["x", "s", "y"])
    frame.to_csv(tmp_path / "table.csv", index=False)
    result = make_result(2)
    own = replace(
        result,
        roles=Roles("y", ("x",), ("s",)),
        settings=Settings(n_init=2, max_iter=20, tol=1e-4, n_bootstrap=100),
        data=replace(result.data, name="table.csv"),
    )
    monkeypatch.chdir(tmp_path)
    with made_lightly():
        exec(compile(python_code(own), "report", "exec"), {})
    assert "Use " in capsys.readouterr().out


def test_settings_without_a_flag_are_named():
    assert extra_settings(Settings(n_init=3, random_state=5)) == {"n_init": 3}
    assert extra_settings(Settings()) == {}


def test_the_prediction_that_was_audited_is_in_the_line_and_in_the_code():
    result = make_result(2)
    audit = replace(result, roles=replace(result.roles, prediction="y hat, v2"))
    assert _value(_arguments(audit), "--prediction") == "y hat, v2"
    assert "prediction='y hat, v2'" in python_code(audit)
    assert "prediction" not in python_code(result)
