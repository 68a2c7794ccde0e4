"""How long studies take, by their size: the source of the constants in ``rome.jobs.pace``.

``python -m benchmarks.study_pace`` runs studies of growing size and prints, for each, its units, the seconds
of processor time that it took, and seconds per unit; the last line is the median.
"""

from __future__ import annotations

import statistics
import time

import pandas as pd

from rome import study
from rome.config import Settings
from rome.datasets import SAMPLES, load_sample
from rome.jobs import pace
from rome.table import read_table

#: Sample, rows, number of groups.
_CASES = (
    ("diabetes", 442, 2),
    ("hiring", 1000, 2),
    ("hiring", 3000, 2),
    ("hiring", 3000, 4),
    ("hiring", 12000, 2),
    ("paper", 2000, 4),
    ("paper", 8000, 2),
    ("hiring", 3000, "auto"),
)


def main() -> None:
    """Run the studies and print what they took."""
    ratios = []
    for sample, rows, n_groups in _CASES:
        units, seconds = _measured(sample, rows, n_groups)
        ratios.append(seconds / units)
        case = f"{sample:9} {rows:6,} rows  K={n_groups!s:4}"
        print(f"{case} {units:7.1f} units {seconds:6.1f} s {ratios[-1]:6.3f}", flush=True)
    print(f"median {statistics.median(ratios):.3f} s a unit")


def _measured(sample: str, rows: int, n_groups: int | str) -> tuple[float, float]:
    frame = load_sample(sample)
    if rows > len(frame):
        frame = pd.concat([frame] * (rows // len(frame)), ignore_index=True)
    table = read_table(frame.iloc[:rows].to_csv(index=False).encode(), f"{sample}.csv")
    roles, settings = SAMPLES[sample].roles, Settings(n_groups=n_groups)
    started = time.process_time()
    study.run(table, roles, settings)
    return pace.study_size(table, roles, settings).units(), time.process_time() - started


if __name__ == "__main__":
    main()
