"""Small studies come out as they did: their numbers, files, reports, and the lines that repeat them."""

from __future__ import annotations

import json
from pathlib import Path

import golden
import pytest
from golden.differences import first_difference, first_different_line
from golden.digest import kept
from golden.studies import STUDIES

from rome import store

GOLDEN = Path(next(iter(golden.__path__)))


@pytest.fixture(scope="module", params=list(STUDIES))
def again(request, tmp_path_factory) -> tuple[Path, dict[str, str]]:
    """The folder of a study's golden files, and what those files would hold today."""
    finished = STUDIES[request.param].run()
    folder = store.write_folder(finished, tmp_path_factory.mktemp("golden") / "study")
    return GOLDEN / request.param, kept(finished.result, folder)


def _golden_text(folder: Path, file: str) -> str:
    return (folder / file).read_bytes().decode("utf-8")


@pytest.mark.parametrize("file", ["study.json", "rows.json", "folder.json"])
def test_a_golden_study_has_the_numbers_and_the_layout_that_it_had(again, file):
    folder, today = again
    told = first_difference(json.loads(_golden_text(folder, file)), json.loads(today[file]))
    assert told is None, f"{folder.name}/{file}, {told}"


@pytest.mark.parametrize("file", ["report.txt", "command.txt"])
def test_a_golden_study_says_what_it_said(again, file):
    folder, today = again
    told = first_different_line(_golden_text(folder, file), today[file])
    assert told is None, f"{folder.name}/{file}, {told}"


def test_every_golden_file_is_compared(again):
    folder, today = again
    assert {path.name for path in folder.iterdir()} == set(today)


def test_a_difference_is_told_with_its_place():
    assert (
        first_difference({"a": [1.0, {"b": 2.0}]}, {"a": [1.0 + 1e-8, {"b": 2.1}]})
        == ".a[1].b: 2.0 became 2.1"
    )
    assert first_difference({"a": 1}, {"b": 1}) == "the whole: without ['a'], with ['b'] more"
    assert first_difference([1], [1.0]) == "[0]: 1 became 1.0"
    assert first_difference([None, "x", True], [None, "x", True]) is None
    assert first_different_line("one\ntwo\n", "one\ntwo\nthree\n").endswith(
        "became 3, of which the first is 'three'"
    )
    assert first_different_line("one\ntwo\n", "one\n2\n") == "line 2: 'two' became '2'"
