"""The advised model on real tables against one line, one curve and boosted trees, without and with s.

    python -m benchmarks.advised_table --data FOLDER [--tables insurance …] [--splits 20] [--rows 2000]
        [--keep FOLDER]

Each table (at most ``--rows`` rows of it) is halved anew ``--splits`` times; a study of one half, with its
defaults, advises a model, and the other half, which nothing has seen, scores it and its peers, all fitted to
the same training rows. Changes of squared error against one line, for everybody and for the worst observed
group, with the interval of the corrected resampled t-test over splits (Nadeau & Bengio 2003). The runs are
those of ``benchmarks.advice_calibration`` where both keep them in one folder.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.advice_runs import EVERYBODY, PEERS, WORST, AdviceRun, real_run
from benchmarks.real_tables import SOURCES
from rome.stats.tests import corrected_t_test

#: Models that never see the sensitive columns.
BLIND = ("line", "curve", "trees")


def change(runs: Sequence[AdviceRun], whose: str, model: str, reference: str = "line") -> tuple[float, ...]:
    """Return the mean over splits of a model's change against a reference's, and its interval."""
    own, other = (np.array([run.changes[whose][name].value for run in runs]) for name in (model, reference))
    known = np.isfinite(own) & np.isfinite(other)
    if known.sum() < 2:
        return (float("nan"),) * 3
    relative = (1 + own[known]) / (1 + other[known]) - 1
    test = corrected_t_test(relative, runs[0].rows, runs[0].fresh)
    return test.mean, test.low, test.high


def show(name: str, runs: Sequence[AdviceRun]) -> None:
    """Print a table's block."""
    kinds = ", ".join(f"{kind} {count}" for kind, count in Counter(run.advised for run in runs).most_common())
    print(f"\n{name}: {runs[0].rows:,} rows a study, {runs[0].fresh:,} fresh; advised: {kinds}")
    for whose in (EVERYBODY, WORST):
        for model in ("advised", *PEERS[1:]):
            value, low, high = change(runs, whose, model)
            better = sum(run.changes[whose][model].value < 0 for run in runs)
            print(
                f"  {whose:<15} {model:<14} {value:+7.1%}  (95% {low:+.1%} to {high:+.1%})  "
                f"{better} of {len(runs)} splits better than one line"
            )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tables", nargs="+", default=list(SOURCES))
    parser.add_argument("--splits", type=int, default=20)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    found = {}
    for name in asked.tables:
        runs = [real_run(asked.data, name, asked.rows, seed, asked.keep) for seed in range(asked.splits)]
        found[name] = runs
        show(name, runs)
    worse = [name for name, runs in found.items() if change(runs, EVERYBODY, "advised")[1] > 0]
    print(f"\neverybody's error surely above one line's: {', '.join(worse) or 'on no table'}")
    worse = [name for name, runs in found.items() if change(runs, WORST, "advised")[1] > 0]
    print(f"the worst observed group's surely above one line's: {', '.join(worse) or 'on no table'}")
    for whose in (EVERYBODY, WORST):
        best = [
            name
            for name, runs in found.items()
            if all(change(runs, whose, "advised")[0] < change(runs, whose, model)[0] for model in BLIND)
        ]
        print(
            f"{whose}: below every model that never sees s on {len(best)} of {len(found)}: {', '.join(best)}"
        )


if __name__ == "__main__":
    main()
