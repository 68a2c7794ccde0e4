"""The published demo's table, 20 splits, every model tuned alike: who serves the worst of 8 observed groups.

    python -m benchmarks.compare_communities train.csv [test.csv …] [--splits 20] [--budget 8] [--out FOLDER]

The parts are joined and split anew. Outcome Y; sensitive S1, S2, S3, cut at their training medians and
crossed into 8 groups; features A1 to A8. Prints the standings against least squares on A: everybody, the
worst observed group (at least 20 test rows), and the worst latent group of each split's ROME-EM.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import pandas as pd

from rome.compare import compare, default_models, standing_lines, write_comparison
from rome.table import Roles, read_table

SENSITIVE = ("S1", "S2", "S3")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tables", nargs="+", type=Path)
    parser.add_argument("--splits", type=int, default=20)
    parser.add_argument("--budget", type=int, default=8)
    parser.add_argument("--models", nargs="+", default=list(default_models()))
    parser.add_argument("--criterion", default="worst_observed")
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    frame = pd.concat([pd.read_csv(path) for path in asked.tables], ignore_index=True)
    features = tuple(name for name in frame.columns if name.startswith("A"))
    table = read_table(frame.to_csv(index=False).encode(), name="communities.csv")
    began = time.perf_counter()
    result = compare(
        table,
        Roles(outcome="Y", features=features, sensitive=SENSITIVE),
        asked.models,
        asked.splits,
        asked.budget,
        criterion=asked.criterion,
        observed=SENSITIVE,
        min_group_size=20,
        folder=asked.out,
        n_jobs=asked.jobs,
        progress=lambda share, what: print(f"\r{share:4.0%} {what:<50}", end="", file=sys.stderr),
    )
    print(file=sys.stderr)
    if asked.out is not None:
        write_comparison(result, asked.out)
    print(f"{result.rows:,} rows, {asked.splits} splits, budget {asked.budget}, tuned by {asked.criterion}")
    for grouping in result.groupings:
        print("\n".join(standing_lines(result, grouping)))
    for failure in result.failures:
        print(f"split {failure.split + 1}, {failure.model}: {failure.reason}")
    seconds = (
        pd.Series({(one.model, one.split): one.seconds for one in result.chosen}).groupby(level=0).mean()
    )
    print("Seconds a split:", ", ".join(f"{name} {value:.1f}" for name, value in seconds.items()))
    print(f"{time.perf_counter() - began:.0f} s in all")


if __name__ == "__main__":
    main()
