"""A command that ends with an error leaves no empty folder behind."""

from __future__ import annotations

import pytest

from rome.cli.main import main

ROLES = ["--outcome", "rating", "--sensitive", "age,sex,origin"]


@pytest.mark.parametrize("command", ["run", "compare"])
def test_a_refused_command_leaves_no_empty_folder_and_takes_no_folder_away(command, tmp_path, capsys):
    missing, kept, new = tmp_path / "missing.csv", tmp_path / "kept", tmp_path / "new"
    kept.mkdir()
    for folder in (new, kept):
        assert main([command, str(missing), *ROLES, "--out", str(folder)]) == 2
        assert capsys.readouterr().err.startswith("rome: ")
    assert not new.exists()
    assert kept.is_dir()
