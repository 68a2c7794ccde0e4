"""Run every file of a hostile folder through the command line, as a user would.

``python -m benchmarks.hostile FOLDER`` reads FOLDER/hostile.json (a list of files with what is expected of
each), runs ``python -m rome run`` on each in a process of its own, and prints a table. It ends with 1 if a
run shows a traceback, hangs, or ends otherwise than expected.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TIMEOUT = 60.0
#: Files are told by their content, so an Excel workbook under a CSV name is read, with a warning.
DEPARTURES = {"xlsx_as_csv.csv": "warn"}


@dataclass(frozen=True)
class Case:
    """One hostile file: what is expected of it, and the columns to name."""

    file: str
    expect: str
    outcome: str | None
    sensitive: tuple[str, ...]
    features: tuple[str, ...]

    def arguments(self, folder: Path, out: Path) -> list[str]:
        """Return the arguments of ``rome`` for this file."""
        # "--name=value" also takes columns whose name begins with a dash.
        options = [f"--outcome={self.outcome}"] if self.outcome else []
        options += [f"--sensitive={_listed(self.sensitive)}"] if self.sensitive else []
        options += [f"--features={_listed(self.features)}"] if self.features else []
        return ["run", str(folder / self.file), *options, f"--out={out}"]


@dataclass(frozen=True)
class Ending:
    """How one run ended. ``status`` is None for a run that had to be stopped."""

    status: int | None
    seconds: float
    error: str
    recommended: object = None

    @property
    def findings(self) -> list[str]:
        """The findings that were told, each a line."""
        return [line for line in self.error.splitlines() if line.startswith(("warning", "note"))]

    @property
    def refusals(self) -> list[str]:
        """The lines by which the run was refused."""
        return [line for line in self.error.splitlines() if line.startswith("rome: ")]

    @property
    def warned(self) -> bool:
        """Whether the run ended well, with a warning."""
        return self.status == 0 and any(line.startswith("warning") for line in self.findings)


def cases(folder: Path) -> list[Case]:
    """Read hostile.json."""
    listed = json.loads((folder / "hostile.json").read_text(encoding="utf-8"))["files"]
    return [
        Case(
            entry["file"],
            DEPARTURES.get(entry["file"], entry["expect"]),
            entry["outcome"],
            tuple(entry["sensitive"]),
            tuple(entry["features"]),
        )
        for entry in listed
    ]


def fault(case: Case, ending: Ending) -> str | None:
    """Say what is wrong with an ending; None where it is as expected."""
    if ending.status is None:
        return f"hangs: stopped after {TIMEOUT:.0f} s"
    if "Traceback" in ending.error:
        return "shows a traceback"
    if ending.status == 2 and len(ending.refusals) != 1:
        return f"is refused in {len(ending.refusals)} lines instead of one"
    if not any(_meets(word, ending) for word in _alternatives(case.expect)):
        return f"ends with status {ending.status}"
    return None


def _alternatives(expect: str) -> list[str]:
    """Split ``error_or_warn``; ``accept_escaped`` and the like are ways to accept."""
    return [
        "no_groups" if word == "accept_no_groups" else word.split("_")[0] for word in expect.split("_or_")
    ]


def _meets(word: str, ending: Ending) -> bool:
    refused = ending.status == 2
    met: Mapping[str, bool] = {
        "accept": ending.status == 0,
        "no_groups": ending.status == 0 and ending.recommended == "pooled",
        "warn": ending.warned or refused,
        "error": refused,
    }
    return met[word]


def run(case: Case, folder: Path) -> Ending:
    """Run one file in a process of its own."""
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "study"
        command = [sys.executable, "-m", "rome", *case.arguments(folder, out)]
        started = time.perf_counter()
        try:
            ended = subprocess.run(command, capture_output=True, timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            return Ending(None, time.perf_counter() - started, "")
        seconds = time.perf_counter() - started
        return Ending(ended.returncode, seconds, ended.stderr.decode("utf-8", "replace"), recommended(out))


def recommended(out: Path) -> object:
    """Return what the written study recommends; None where none was written."""
    path = out / "study.json"
    return json.loads(path.read_text(encoding="utf-8"))["dro"]["recommended"] if path.is_file() else None


def _listed(names: Sequence[str]) -> str:
    """Join names as the command line splits them."""
    return ",".join(
        '"' + name.replace('"', '""') + '"' if "," in name or '"' in name else name for name in names
    )


def _said(ending: Ending) -> str:
    if ending.refusals:
        return ending.refusals[0]
    warnings = sum(line.startswith("warning") for line in ending.findings)
    return f"findings: {len(ending.findings)}, of them warnings: {warnings}; recommends {ending.recommended}"


def main(arguments: Sequence[str]) -> int:
    """Run the folder named in ``arguments`` and return the exit status."""
    if len(arguments) != 1 or not (Path(arguments[0]) / "hostile.json").is_file():
        print(
            "Name one folder that holds a hostile.json: python -m benchmarks.hostile FOLDER", file=sys.stderr
        )
        return 2
    folder, faults = Path(arguments[0]), 0
    print(f"{'file':32} {'expected':22} {'status':>6} {'seconds':>7}  outcome")
    for case in cases(folder):
        ending = run(case, folder)
        wrong = fault(case, ending)
        faults += wrong is not None
        mark = f"NOT AS EXPECTED ({wrong}): " if wrong else ""
        status = "-" if ending.status is None else str(ending.status)
        print(
            f"{case.file:32} {case.expect:22} {status:>6} {ending.seconds:7.1f}  {mark}{_said(ending)[:160]}"
        )
    print(f"{faults} not as expected." if faults else "All as expected.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
