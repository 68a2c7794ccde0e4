"""What long benchmarks keep is reused only where table, settings and versions are the same."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import dro_strength, kept, real_splits
from benchmarks.dro_strength import Course
from benchmarks.kept import file_of, keep, made_with, read_kept
from benchmarks.real_splits import SplitLosses, kept_split
from benchmarks.real_tables import fingerprint_of, real_table
from rome.compare import CompareSettings

COURSE = Course("insurance", "em", "d", 0, (0.0, 1.0), {"latent": [1.0, 0.9]}, None, 70, 30)


def write_table(folder: Path, first: float = 1.0) -> None:
    """Write a small stand-in for the insurance table, whose first outcome is ``first``."""
    lines = ["age,bmi,charges", *(f"{20 + k},{25 + k % 7},{first if k == 0 else 3 * k}" for k in range(60))]
    (folder / "insurance.csv").write_text("\n".join(lines), encoding="utf-8")
    said = {"outcome": "charges", "features": ["bmi"], "sensitive": ["age"]}
    (folder / "insurance.json").write_text(json.dumps(said), encoding="utf-8")


def asked(folder: Path, **changed) -> argparse.Namespace:
    chosen = {"data": folder, "rows": 50, "groups": 2, "noise": "normal", "models": ["em"], "training": 0}
    return argparse.Namespace(keep=folder, **(chosen | changed))


@pytest.fixture
def made_anew(monkeypatch) -> list[int]:
    """Count the splits that the benchmark of strengths does, in place of doing them."""
    done: list[int] = []
    monkeypatch.setattr(dro_strength, "split_of", lambda *_: done.append(1))
    monkeypatch.setattr(dro_strength, "dial_courses", lambda *_: [COURSE])
    return done


@pytest.fixture(autouse=True)
def read_anew():
    fingerprint_of.cache_clear()


def test_a_kept_result_is_read_where_everything_is_the_same(tmp_path, made_anew, capsys):
    write_table(tmp_path)
    one, again = (dro_strength.done(asked(tmp_path), "insurance", 0) for _ in range(2))
    assert len(made_anew) == 1
    assert again[0].curves == one[0].curves
    assert capsys.readouterr().err == ""


def test_a_result_of_another_version_is_done_again_and_a_line_says_so(
    tmp_path, made_anew, monkeypatch, capsys
):
    write_table(tmp_path)
    dro_strength.done(asked(tmp_path), "insurance", 0)
    other = kept.versions() | {"rome": "0.0.1"}
    monkeypatch.setattr(kept, "versions", lambda: other)
    dro_strength.done(asked(tmp_path), "insurance", 0)
    assert len(made_anew) == 2
    said = capsys.readouterr().err
    assert "not 0.0.1" in said
    assert "done again" in said


def test_a_result_of_another_table_is_done_again(tmp_path, made_anew, capsys):
    write_table(tmp_path)
    dro_strength.done(asked(tmp_path), "insurance", 0)
    write_table(tmp_path, first=2.0)
    fingerprint_of.cache_clear()
    dro_strength.done(asked(tmp_path), "insurance", 0)
    assert len(made_anew) == 2
    assert "another table" in capsys.readouterr().err


@pytest.mark.parametrize("changed", [{"rows": 40}, {"groups": 3}, {"noise": "t"}, {"models": ["moe"]}])
def test_a_result_of_other_settings_is_done_again(tmp_path, made_anew, changed):
    write_table(tmp_path)
    dro_strength.done(asked(tmp_path), "insurance", 0)
    dro_strength.done(asked(tmp_path, **changed), "insurance", 0)
    assert len(made_anew) == 2


def test_a_split_of_another_table_or_version_is_done_again(tmp_path, monkeypatch):
    write_table(tmp_path)
    real, settings = real_table(tmp_path, "insurance", 50), CompareSettings(("pooled",), n_splits=2)
    losses = SplitLosses("insurance", 0, 35, 15, {"latent": {"pooled": 1.0}}, {}, (), 0.0, 0.0, {}, 1.0)
    done = []
    monkeypatch.setattr(real_splits, "one_split", lambda *_: done.append(1) or losses)
    kept_split(real, settings, 0, tmp_path)
    kept_split(real, settings, 0, tmp_path)
    assert len(done) == 1
    kept_split(replace(real, table=replace(real.table, fingerprint="0" * 32)), settings, 0, tmp_path)
    assert len(done) == 2
    monkeypatch.setattr(kept, "versions", lambda: {"rome": "0.0.1"})
    kept_split(real, settings, 0, tmp_path)
    assert len(done) == 3


@pytest.mark.parametrize("content", ["", "[]", '{"result": 1}', '{"made_with": 3, "result": 1}'])
def test_a_file_of_an_older_layout_is_not_taken(tmp_path, content, capsys):
    made = made_with("f" * 32, rows=3)
    path = file_of(tmp_path, "one", made)
    path.write_text(content, encoding="utf-8")
    assert read_kept(path, made) is None
    assert "done again" in capsys.readouterr().err
    keep(path, made, [1])
    assert read_kept(path, made) == [1]
