"""What the latent groups of a real table are: who is in the smaller one, and which columns tell it.

    python -m benchmarks.latent_groups --data FOLDER [--tables law_school …] [--splits 4] [--rows 5000]

The groups are the yardstick of ``benchmarks.results_table``. Of the smaller one, medians over splits: its
share, mean outcome and residual SD beside the other's, how much of it lies in the top and the bottom tenth of
the outcome, and R² on held-out rows of boosted trees that predict the responsibility from the sensitive
columns, from the features, and from both.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from benchmarks.real_splits import latent_groups
from benchmarks.real_tables import SOURCES, RealTable, real_table
from rome.baselines import BoostedTrees
from rome.runtime.random import stream_seed
from rome.runtime.threads import one_thread
from rome.settings.study import Settings
from rome.study.prepare import Prepared, prepare

MEASURES = ("share", "mean", "other_mean", "sd", "other_sd", "top", "bottom", "by_s", "by_a", "by_both")


def of_split(real: RealTable, split: int) -> np.ndarray:
    """Return the ``MEASURES`` of one split."""
    seed = stream_seed(0, f"comparison split {split}")
    data = prepare(real.frame, real.roles, Settings(random_state=seed))
    mixture = latent_groups(data, seed)
    smaller = mixture.responsibilities(data.X, data.y)[:, 1]
    low, high = np.quantile(data.y, (0.1, 0.9))
    inside, outside = np.average(data.y, weights=smaller), np.average(data.y, weights=1 - smaller)
    tenths = [np.average(tenth, weights=smaller) for tenth in (data.y >= high, data.y <= low)]
    columns = (data.design.gate_index, data.design.expert_index)
    told = [explained(data, smaller, which) for which in (*columns, np.concatenate(columns))]
    return np.array([smaller.mean(), inside, outside, *mixture.sigma_[::-1], *tenths, *told])


def explained(data: Prepared, smaller: np.ndarray, columns: np.ndarray) -> float:
    """Return R² on held-out rows of trees that predict ``smaller`` (n,) from some columns."""
    trees = BoostedTrees(gate_features=columns.tolist(), expert_features=[], random_state=0)
    trees.fit(data.X[data.train], smaller[data.train])
    held = smaller[data.test]
    return float(1 - np.mean((held - trees.predict(data.X[data.test])) ** 2) / held.var())


def sentence(name: str, values: np.ndarray) -> str:
    """Return the medians of a table as a line."""
    of = dict(zip(MEASURES, values, strict=True))
    return (
        f"{name}: {of['share']:.0%} of the rows, mean {of['mean']:.4g} (others {of['other_mean']:.4g}), "
        f"residual SD {of['sd']:.3g} (others {of['other_sd']:.3g}); "
        f"{of['top']:.0%} of it in the top tenth of the outcome, {of['bottom']:.0%} in the bottom tenth; "
        f"told by s {of['by_s']:.2f}, features {of['by_a']:.2f}, both {of['by_both']:.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tables", nargs="+", default=list(SOURCES))
    parser.add_argument("--splits", type=int, default=4)
    parser.add_argument("--rows", type=int, default=5000)
    asked = parser.parse_args()
    for name in asked.tables:
        real = real_table(asked.data, name, asked.rows)
        with one_thread():
            found = [of_split(real, split) for split in range(asked.splits)]
        print(sentence(name, np.median(found, axis=0)), flush=True)


if __name__ == "__main__":
    main()
