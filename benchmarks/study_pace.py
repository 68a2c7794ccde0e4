"""How long studies take, by their size: the source of the constants in ``rome.jobs.duration``.

``python -m benchmarks.study_pace`` runs studies of growing size and prints, for each, its units, the seconds
of processor time that it took, and seconds per unit; the last line is the median.
"""

from __future__ import annotations

import statistics
import time

import pandas as pd

from rome import study
from rome.datasets import SAMPLES, load_sample
from rome.jobs import duration
from rome.settings.study import Settings
from rome.table import read_table

#: Sample, rows, number of groups, family.
_CASES = (
    ("diabetes", 442, 2, "em"),
    ("hiring", 1000, 2, "em"),
    ("hiring", 3000, 2, "em"),
    ("hiring", 3000, 4, "em"),
    ("hiring", 12000, 2, "em"),
    ("paper", 2000, 4, "em"),
    ("paper", 8000, 2, "em"),
    ("hiring", 3000, "auto", "em"),
    ("diabetes", 442, 2, "moe"),
    ("hiring", 3000, 2, "moe"),
    ("paper", 2000, 4, "moe"),
    ("hiring", 12000, 2, "moe"),
)


def main() -> None:
    """Run the studies and print what they took."""
    ratios = []
    for sample, rows, n_groups, family in _CASES:
        units, seconds = _measured(sample, rows, Settings(n_groups=n_groups, family=family))
        ratios.append(seconds / units)
        case = f"{sample:9} {rows:6,} rows  K={n_groups!s:4} {family:3}"
        print(f"{case} {units:7.1f} units {seconds:6.1f} s {ratios[-1]:6.3f}", flush=True)
    print(f"median {statistics.median(ratios):.3f} s a unit")


def _measured(sample: str, rows: int, settings: Settings) -> tuple[float, float]:
    frame = load_sample(sample)
    if rows > len(frame):
        frame = pd.concat([frame] * (rows // len(frame)), ignore_index=True)
    table = read_table(frame.iloc[:rows].to_csv(index=False).encode(), f"{sample}.csv")
    roles = SAMPLES[sample].roles
    started = time.process_time()
    study.run(table, roles, settings)
    return duration.study_size(table, roles, settings).units(), time.process_time() - started


if __name__ == "__main__":
    main()
