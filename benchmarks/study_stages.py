"""Where the time of a study goes, and how soon its groups are seen.

``python -m benchmarks.study_stages`` runs a study of 5,000 and one of 100,000 rows and 20 columns, and prints
the seconds of processor time and of the clock that each stage took.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict

import numpy as np
import pandas as pd

from rome import study
from rome.settings.study import Settings
from rome.table import Roles, Table, read_table

_ROWS = (5_000, 100_000)


def main(sizes: list[int]) -> None:
    """Run the studies and print what their stages took."""
    for rows in sizes:
        table, roles = two_rules(rows)
        print(f"{rows:,} rows × {len(roles.features) + len(roles.sensitive)} columns, 2 groups", flush=True)
        stages = _Stages()
        study.run(table, roles, Settings(n_groups=2), stages)
        stages.print()


def two_rules(rows: int) -> tuple[Table, Roles]:
    """Return a table of two groups with rules of their own, told apart by one of four sensitive columns."""
    rng = np.random.default_rng(0)
    a, s = rng.normal(size=(rows, 16)), rng.normal(size=(rows, 3))
    first = rng.random(rows) < 1 / (1 + np.exp(-1.5 * s[:, 0]))
    rule = np.where(first, 1.5 * a[:, 0] + a[:, 1], 0.5 * a[:, 2] - a[:, 0])
    frame = pd.DataFrame(a, columns=[f"a{place}" for place in range(16)])
    frame = frame.assign(
        **{f"s{place}": s[:, place] for place in range(3)},
        c=rng.choice(list("xyz"), rows),
        y=rule + 0.7 * rng.normal(size=rows),
    )
    features = tuple(frame.columns[:16])
    roles = Roles(outcome="y", sensitive=("s0", "s1", "s2", "c"), features=features)
    return read_table(frame.to_csv(index=False).encode(), "two_rules.csv"), roles


class _Stages:
    """A progress that notes how long each stage took, by the processor and by the clock."""

    def __init__(self) -> None:
        self._stage, self._since = "", self._now()
        self._begun = self._since
        self._spent: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(2))

    @staticmethod
    def _now() -> np.ndarray:
        return np.array([time.process_time(), time.perf_counter()])

    def __call__(self, share: float, what: str) -> None:
        """Note that ``what`` goes on."""
        if what != self._stage:
            now = self._now()
            if self._stage:
                self._spent[self._stage] += now - self._since
            self._stage, self._since = what, now

    def print(self) -> None:
        """Print a line a stage, and the whole."""
        for stage, spent in (*self._spent.items(), ("The whole", self._since - self._begun)):
            print(f"  {spent[0]:7.1f} s of processor  {spent[1]:7.1f} s by the clock  {stage}", flush=True)


if __name__ == "__main__":
    main([int(given) for given in sys.argv[1:]] or list(_ROWS))
