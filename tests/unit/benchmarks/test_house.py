"""The layout: measured on a small house by hand, and the rules that this one keeps."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.house import LOOSE, measure, room_map

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def small(tmp_path) -> Path:
    """Two rooms: ``top`` reads ``low``, whose two files read each other, one of them late."""
    for name, text in {
        "rome/__init__.py": '"""All."""\n',
        "rome/stray.py": "x = 1\n",
        "rome/top/__init__.py": '"""What is above.\n\nMore of it."""\n',
        "rome/top/roof.py": "from rome.low import cellar\n" + "x = 1\n" * 50,
        "rome/low/__init__.py": '"""What is below."""\n',
        "rome/low/cellar.py": "from rome.low.well import deep\n" + "x = 1\n" * 50,
        "rome/low/well.py": "def deep():\n    from rome.low.cellar import x\n    return x\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_a_small_house_is_measured_by_hand(small):
    house = measure(small)
    assert house.circles == (("rome.low.cellar", "rome.low.well"),)
    assert set(house.loose) == {"__init__.py", "stray.py"}
    assert house.small == ("rome/low/well.py", "rome/stray.py")
    assert house.lines == {"rome/top": 54, "rome/low": 55, "rome": 2}
    assert house.figures()["rooms of rome"] == 2
    assert house.floors == 2


def test_a_room_is_on_the_map_by_its_first_line(small):
    assert room_map(small).splitlines() == [
        "- **`rome/`** All.",
        "  `stray`",
        "- **`rome/low/`** What is below.",
        "  `cellar` `well`",
        "- **`rome/top/`** What is above.",
        "  `roof`",
    ]


def test_a_room_that_says_nothing_is_named(small):
    (small / "rome/low/__init__.py").write_text("")
    with pytest.raises(ValueError, match=r"rome/low/__init__\.py has no docstring"):
        room_map(small)


def test_a_stray_file_and_a_circle_fail_the_check(small):
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.house", "--fail"],
        cwd=small,
        env={"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert ended.returncode == 1


def test_no_file_of_rome_is_loose_and_none_is_in_a_circle():
    house = measure(ROOT)
    assert set(house.loose) == LOOSE
    assert not house.circles


def test_the_map_for_contributors_is_that_of_the_code():
    assert room_map(ROOT) in (ROOT / "CONTRIBUTING.md").read_text("utf-8"), (
        "CONTRIBUTING.md has an older map; put the output of python -m benchmarks.house --map in its place."
    )


def test_no_two_test_files_have_one_name():
    """Without packages, pytest takes two files of one name for one module, and ends."""
    names = Counter(path.name for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name, count in names.items() if count > 1] == []
