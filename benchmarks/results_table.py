"""What ROME gives and takes on real tables, held against one model for everybody: worst groups, intervals.

    python -m benchmarks.results_table --data FOLDER [--tables law_school insurance …] [--keep FOLDER]
        [--splits 10] [--budget 4] [--rows 3000] [--seed 0]

Every table (``benchmarks.real_tables``) is split anew ``--splits`` times, 70% for training; tables of more
than ``--rows`` rows are drawn from once. In each split every model may try ``--budget`` configurations (its
default and random ones), judged on a quarter of the training rows by the worst observed group, and is
refitted on all of them. Held-out squared error of everybody, and of the worst group with at least 30 rows by

- latent: responsibilities of one ROME-EM of 2 groups, fitted on the split's training rows for this purpose
  alone. Its weights use the outcome, and are the same for every model;
- predicted: the likelier group by the gate of the same ROME-EM, which uses no outcome;
- observed: the sensitive columns crossed, numbers cut at training medians, as far as 80% of the held-out
  rows stay in cells of at least 30.

Intervals and p-values are those of the corrected resampled t-test over splits (Nadeau & Bengio 2003); Holm
over all ROME rows of a grouping. With ``--keep`` a finished split is kept and not done again.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.real_splits import SplitLosses, kept_split
from benchmarks.real_tables import RealTable, real_table
from rome.compare import CompareSettings
from rome.runtime.threads import one_thread
from rome.stats.tests import corrected_t_test, holm

MODELS = ("pooled", "pooled_with_s", "mlp_with_s", "rome_em", "rome_moe")
ROME = ("rome_em", "rome_moe")
#: What is gained beyond letting the sensitive columns into one model of the same kind.
PEERS = (("rome_em", "pooled_with_s"), ("rome_moe", "mlp_with_s"))
TABLES = ("law_school", "insurance", "student", "wages", "acs_mobility")


@dataclass(frozen=True)
class Change:
    """A model's loss against a reference's over the splits of a table, as shares of the latter's mean."""

    table: str
    grouping: str
    model: str
    reference: str
    loss: float
    change: float
    low: float
    high: float
    p_value: float
    better: int
    splits: int


def change(found: Sequence[SplitLosses], grouping: str, model: str, reference: str) -> Change:
    """Return a model's change over the splits of one table in which both have a loss."""
    pairs = np.array([(one.losses[grouping][model], one.losses[grouping][reference]) for one in found])
    own, other = pairs[np.isfinite(pairs).all(axis=1)].T
    test = corrected_t_test(own - other, found[0].n_train, found[0].n_test)
    parts = (value / other.mean() for value in (test.mean, test.low, test.high))
    better = int((own < other).sum())
    who = (found[0].table, grouping, model, reference)
    return Change(*who, float(own.mean()), *parts, test.p_value, better, len(own))


def heading(real: RealTable, found: Sequence[SplitLosses]) -> str:
    """Return what was done and what the yardstick's groups are like, medians over splits."""
    told, room, smaller = (
        np.median([value(one) for one in found])
        for value in (lambda one: one.told, lambda one: one.room, lambda one: min(one.shares))
    )
    return (
        f"\n{real.name}: {len(real.frame):,} of {real.rows_with_outcome:,} rows, {len(found)} splits, "
        f"{found[0].groups['observed']} observed groups\n  latent groups: the smaller holds {smaller:.0%}, "
        f"its gate tells {told:.0%} of who is in which, own lines take {room:.0%} off the worst one's error"
    )


def line(one: Change) -> str:
    """Return a row of the printed table."""
    if one.model == one.reference:
        return f"  {one.grouping:<10} {one.model:<24} {one.loss:>10.4g}"
    name = one.model if one.reference == "pooled" else f"{one.model} to {one.reference}"
    span = f"{one.change:+7.1%}  (95% {one.low:+.1%} to {one.high:+.1%})"
    start = f"  {one.grouping:<10} {name:<24} {one.loss:>10.4g}"
    return f"{start}  {span:<36} {one.better} of {one.splits} splits better"


def show_holm(rows: Sequence[Change]) -> None:
    """Print, for each grouping, ROME's changes that stay when all of them are asked at once."""
    print("\nROME against pooled, p-values after Holm over all tables of a grouping:")
    for grouping in dict.fromkeys(one.grouping for one in rows):
        asked = [one for one in rows if one.grouping == grouping and one.model in ROME]
        adjusted = holm([one.p_value for one in asked])
        said = [
            f"{one.table} {one.model} {one.change:+.1%} (p = {p:.2g})"
            for one, p in zip(asked, adjusted, strict=True)
            if p < 0.05
        ]
        print(f"  {grouping}: {'; '.join(said) or 'none below .05'}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tables", nargs="+", default=list(TABLES))
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--splits", type=int, default=10)
    parser.add_argument("--budget", type=int, default=4)
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    if asked.keep is not None:
        asked.keep.mkdir(parents=True, exist_ok=True)
    settings = CompareSettings(MODELS, n_splits=asked.splits, budget=asked.budget, random_state=asked.seed)
    rows: list[Change] = []
    print(f"{asked.splits} splits, budget {asked.budget}, at most {asked.rows:,} rows, seed {asked.seed}")
    for name in asked.tables:
        real = real_table(asked.data, name, asked.rows, asked.seed)
        found = []
        with one_thread():
            for split in range(asked.splits):
                found.append(kept_split(real, settings, split, asked.keep))
                print(f"\r{name} split {split + 1}/{asked.splits}   ", end="", file=sys.stderr, flush=True)
        print(heading(real, found))
        for grouping in found[0].losses:
            own = [change(found, grouping, model, "pooled") for model in MODELS]
            rows.extend(own)
            peers = [change(found, grouping, model, peer) for model, peer in PEERS]
            print("\n".join(line(one) for one in (*own, *peers)))
        print(f"  {sum(one.seconds for one in found):.0f} s", flush=True)
    show_holm(rows)


if __name__ == "__main__":
    main()
