"""Every hostile file through the command line, in this process: as expected, with no warning of Python's."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

import pytest
from study_runs import made_lightly

from benchmarks.hostile import TIMEOUT, Case, Ending, cases, fault, recommended
from rome.cli.main import main
from rome.settings.study import Settings

_FOLDER = Path(__file__).resolve().parents[3] / "shared" / "hostile"
#: Once read, these hold the table of the control, for which groups and candidates are judged.
_SAME_TABLE = {
    "cr_only.csv",
    "latin1.csv",
    "padded_names_values.csv",
    "preamble_lines.csv",
    "ragged_long.csv",
    "ragged_short.csv",
    "semicolon.csv",
    "tab.csv",
    "utf16_bom.csv",
    "utf8_bom.csv",
}
#: These hold its numbers under other names, with other words, which advice may name: groups go unjudged.
_SAME_NUMBERS = {
    "embedded_newlines.csv",
    "emoji_zero_width_names.csv",
    "formula_injection.csv",
    "html_script.csv",
    "reserved_names.csv",
    "very_long_strings.csv",
}
_CASES = cases(_FOLDER) if (_FOLDER / "hostile.json").is_file() else []


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case.file)
def test_a_hostile_file_ends_as_expected(case, shared_folder, tmp_path, capsys, monkeypatch):
    # With few starts, resamples and splits: only the way through counts here, and benchmarks/hostile.py
    # goes it in full.
    quick = {"n_init": 3, "max_iter": 100, "n_bootstrap": 100}
    advise = case.file not in _SAME_TABLE
    assess = advise and case.file not in _SAME_NUMBERS
    chosen = partial(Settings, assess_groups=assess, advise=advise, **quick)
    monkeypatch.setattr("rome.cli.main.Settings", chosen)
    started = time.perf_counter()
    with made_lightly():
        status = main(case.arguments(shared_folder / "hostile", tmp_path / "study"))
    seconds = time.perf_counter() - started
    said = capsys.readouterr()
    ending = Ending(status, seconds, said.err, recommended(tmp_path / "study"))
    assert fault(case, ending) is None, said.err
    assert seconds < TIMEOUT
    if status == 0:
        assert (tmp_path / "study" / "report.html").is_file()


def test_faults_are_seen():
    case = Case("x.csv", "warn", "y", ("s",), ("a",))
    good = Ending(0, 1.0, "  0% Preparing\nwarning: odd. Look.", "pooled")
    assert fault(case, good) is None
    assert fault(case, Ending(2, 1.0, "rome: no.")) is None
    assert "status 0" in fault(case, Ending(0, 1.0, "note: fine.", "pooled"))
    assert "hangs" in fault(case, Ending(None, 60.0, ""))
    assert "traceback" in fault(case, Ending(1, 1.0, "Traceback (most recent call last):"))
    assert "2 lines" in fault(case, Ending(2, 1.0, "rome: a\nrome: b"))
    assert "0 lines" in fault(case, Ending(2, 1.0, ""))
    noise = Case("x.csv", "accept_no_groups", "y", ("s",), ("a",))
    assert fault(noise, good) is None
    assert "status 0" in fault(noise, Ending(0, 1.0, "", 0.3))
    either = Case("x.csv", "error_or_warn", "y", ("s",), ("a",))
    assert fault(either, Ending(2, 1.0, "rome: no.")) is None
    assert fault(Case("x.csv", "error", "y", (), ()), good) is not None
    assert fault(Case("x.csv", "accept_escaped", "y", (), ()), good) is None
    assert fault(Case("x.csv", "accept", "y", (), ()), Ending(2, 1.0, "rome: no.")) is not None


def test_names_with_commas_and_dashes_survive_the_command_line():
    arguments = Case("x.csv", "accept", "y", ('a,"b"', "c"), ("-2+3",)).arguments(Path("in"), Path("out"))
    assert '--sensitive="a,""b""",c' in arguments
    assert "--features=-2+3" in arguments
