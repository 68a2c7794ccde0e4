"""How long reading a large CSV file takes, beside pandas.read_csv on the same file.

``python -m benchmarks.read_speed`` writes a file of 1,000,000 rows and 12 columns (about 100 MB) to a folder
that is removed at the end, and prints the seconds of each step that the Data page needs before it is
painted, and the ratio of reading to ``pandas.read_csv``. Seconds are the least of ``--repeats`` runs, on
the clock and of the processor: on a busy computer only the latter say something.
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
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--table", type=Path, metavar="FILE", help="a CSV file of yours instead")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        path = options.table or _written(Path(folder) / "large.csv", options.rows)
        _measure(path, options.repeats)


def _measure(path: Path, repeats: int) -> None:
    frame = read_table(path).frame
    roles = Roles.from_assignment(guess_roles(frame))
    steps: dict[str, Callable[[], object]] = {
        "pandas.read_csv": lambda: pd.read_csv(path),
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
    ours = [times for name, times in least.items() if name != "pandas.read_csv"]
    print(f"{'all of ours':26} {sum(t[0] for t in ours):8.2f} {sum(t[1] for t in ours):12.2f}")
    ratios = [a / b for a, b in zip(least["read_table"], least["pandas.read_csv"], strict=True)]
    print(f"read_table / pandas.read_csv: {ratios[0]:.1f} on the clock, {ratios[1]:.1f} of the processor")


def _least(step: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Return the least seconds of a step, on the clock and of the processor."""
    clock, processor = [], []
    for _ in range(repeats):
        clocked, processed = time.perf_counter(), time.process_time()
        step()
        clock.append(time.perf_counter() - clocked)
        processor.append(time.process_time() - processed)
    return min(clock), min(processor)


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
    frame.to_csv(path, index=False)
    return path


if __name__ == "__main__":
    main()
