"""How long reading a large file takes, beside pandas.read_csv or openpyxl on the same file.

``python -m benchmarks.read_speed`` writes a file of 1,000,000 rows and 12 columns (about 100 MB) to a folder
that is removed at the end, and prints the seconds of each step that the Data page needs before it is
painted, and the ratio of reading to ``pandas.read_csv``. ``--workbook`` does the same with an .xlsx file of
60,000 rows and 15 columns, beside openpyxl (which the tests need) reading the bare cells. Seconds are the
least of ``--repeats`` runs, on the clock and of the processor: on a busy computer only the latter say
something.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from rome.runtime.random import stream
from rome.table import Roles, check_table, guess_roles, read_table
from rome.table.overview import outcome_overview, overview


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.read_speed", description=__doc__)
    parser.add_argument("--rows", type=int, help="1,000,000 by default, 60,000 for a workbook")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--workbook", action="store_true", help="an Excel workbook instead of CSV")
    parser.add_argument("--table", type=Path, metavar="FILE", help="a CSV file of yours instead")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        if options.workbook:
            path = options.table or _written(Path(folder) / "large.xlsx", options.rows or 60_000)
            _measure(path, options.repeats, "openpyxl", lambda: _cells(path))
        else:
            path = options.table or _written(Path(folder) / "large.csv", options.rows or 1_000_000)
            _measure(path, options.repeats, "pandas.read_csv", lambda: pd.read_csv(path))


def _measure(path: Path, repeats: int, other: str, theirs: Callable[[], object]) -> None:
    frame = read_table(path).frame
    roles = Roles.from_assignment(guess_roles(frame))
    steps: dict[str, Callable[[], object]] = {
        other: theirs,
        "read_table": lambda: read_table(path),
        "guess the roles": lambda: guess_roles(frame),
        "overview of the columns": lambda: overview(frame),
        "check the table": lambda: check_table(frame, roles),
        "outcome before any model": lambda: outcome_overview(frame, roles),
    }
    rows, columns = frame.shape
    print(f"{path.stat().st_size / 1e6:.0f} MB, {rows:,} rows, {columns:,} columns")
    print(f"{'step':26} {'clock s':>8} {'processor s':>12}")
    least = {name: _least(step, repeats) for name, step in steps.items()}
    for name, (clock, processor) in least.items():
        print(f"{name:26} {clock:8.2f} {processor:12.2f}")
    ours = [times for name, times in least.items() if name != other]
    print(f"{'all of ours':26} {sum(t[0] for t in ours):8.2f} {sum(t[1] for t in ours):12.2f}")
    ratios = [a / b for a, b in zip(least["read_table"], least[other], strict=True)]
    print(f"read_table / {other}: {ratios[0]:.2f} on the clock, {ratios[1]:.2f} of the processor")


def _least(step: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Return the least seconds of a step, on the clock and of the processor."""
    clock, processor = [], []
    for _ in range(repeats):
        clocked, processed = time.perf_counter(), time.process_time()
        step()
        clock.append(time.perf_counter() - clocked)
        processor.append(time.process_time() - processed)
    return min(clock), min(processor)


def _cells(path: Path) -> list[tuple[object, ...]]:
    from openpyxl import load_workbook

    sheet = load_workbook(path, read_only=True, data_only=True).worksheets[0]
    return list(sheet.iter_rows(values_only=True))


def _written(path: Path, rows: int) -> Path:
    """Write a table with quantities, counts, words, an identifier and missing values."""
    rng = stream(1, "large table")
    frame = pd.DataFrame(
        {
            "person_id": np.arange(rows),
            "age": rng.integers(18, 90, rows),
            "sex": rng.choice(["female", "male"], rows),
            "region": rng.choice(["north", "south", "east", "west"], rows),
            "education": rng.choice(["primary school", "secondary school", "university degree"], rows),
            "hours": rng.normal(38, 5, rows).round(3),
            "tenure": np.where(rng.random(rows) < 0.03, np.nan, rng.exponential(5, rows).round(5)),
            "score_a": rng.normal(size=rows),
            "score_b": rng.normal(size=rows),
            "employed": rng.choice(["yes", "no"], rows),
            "children": rng.integers(0, 5, rows),
            "income": rng.lognormal(10, 0.5, rows).round(2),
        }
    )
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
        return path
    more = {f"score_{place}": rng.normal(size=rows).round(4) for place in range(3)}
    frame.assign(**more).to_excel(path, index=False)
    return path


if __name__ == "__main__":
    main()
