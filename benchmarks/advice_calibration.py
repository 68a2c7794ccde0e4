"""How often the advice of a study is right: run on some rows, scored on others that it never saw.

    python -m benchmarks.advice_calibration [--data FOLDER] [--tables 90] [--kinds line …] [--seeds 3]
        [--rows 2000] [--first 1000] [--keep FOLDER]

Drawn tables (``benchmarks.advice_tables``: nine kinds by turns, 300 to 5,000 rows) are scored on 20,000
fresh rows; real ones (``benchmarks.real_tables``) are studied on one half and scored on the other,
``--seeds`` times.
Of all runs that advise something else than one line, it counts those that fresh rows deny: everybody's error
over 2% above the line's, or the worst observed group's over 5%, as measured and surely (the lower 95% limit
lies above the bound). Where one line is the truth it counts what else was advised.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.advice_runs import EVERYBODY, WORST, AdviceRun, kept_run, on_drawn, real_run
from benchmarks.advice_tables import KINDS, ONE_LINE
from benchmarks.real_tables import SOURCES

#: Rows of a drawn table, by turns; and how many fresh ones score it.
SIZES = (300, 600, 1_500, 300, 600, 1_500, 5_000)
FRESH = 20_000
LIMITS = {EVERYBODY: 0.02, WORST: 0.05}


def denied(run: AdviceRun, surely: bool = False) -> bool:
    """Return whether fresh rows deny an advice, as measured or by the lower limit of the interval."""
    return any(
        (run.change[whose].low if surely else run.change[whose].value) > limit
        for whose, limit in LIMITS.items()
    )


def share(count: int, whole: int) -> str:
    """Return ``3 of 60 (5%)``."""
    return f"{count} of {whole} ({count / whole:.0%})" if whole else "0 of 0"


def show(title: str, runs: Sequence[AdviceRun]) -> None:
    """Print what was advised on the tables of one kind, and how fresh rows judge it."""
    advised = [run for run in runs if run.advised != "line"]
    kinds = ", ".join(f"{kind} {count}" for kind, count in Counter(run.advised for run in runs).most_common())
    print(f"{title:<18} {len(runs):3} runs: {kinds}", end="")
    if advised:
        print(f"; denied {share(sum(map(denied, advised)), len(advised))}", end="")
        changes = ", ".join(
            f"{whose} {np.nanmedian([run.change[whose].value for run in advised]):+.0%}" for whose in LIMITS
        )
        print(f"; median change {changes}", end="")
    print(f"; {np.median([run.seconds for run in runs]):.0f} s a study", flush=True)


def summary(runs: Sequence[AdviceRun]) -> None:
    """Print the headline numbers over all runs of one sort."""
    advised = [run for run in runs if run.advised != "line"]
    print(f"  advised something else than one line: {share(len(advised), len(runs))}")
    print(f"  denied by fresh rows: {share(sum(map(denied, advised)), len(advised))}, surely so ", end="")
    print(share(sum(denied(run, surely=True) for run in advised), len(advised)))
    beyond = [sum(run.change[whose].value > limit for run in advised) for whose, limit in LIMITS.items()]
    print(f"    everybody over 2%: {beyond[0]}; worst observed group over 5%: {beyond[1]}")
    print(f"  withdrawn by held-out rows: {sum(run.withdrawn for run in runs)}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path)
    parser.add_argument("--real", nargs="+", default=list(SOURCES))
    parser.add_argument("--tables", type=int, default=90)
    parser.add_argument("--kinds", nargs="+", choices=list(KINDS), default=list(KINDS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--first", type=int, default=1000)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    names = asked.kinds
    runs: dict[str, list[AdviceRun]] = {name: [] for name in names}
    for number in range(asked.tables):
        kind, seed = names[number % len(names)], asked.first + number
        rows = SIZES[(number + number // len(names)) % len(SIZES)]
        runs[kind].append(
            kept_run(
                asked.keep,
                f"{kind.replace(' ', '_')}-{rows}-{seed}",
                "drawn",
                lambda kind=kind, rows=rows, seed=seed: on_drawn(kind, rows, FRESH, seed),
            )
        )
    for kind, found in runs.items():
        if found:
            show(kind, found)
    everything = [run for found in runs.values() for run in found]
    if everything:
        print("drawn tables")
        summary(everything)
        silent = [run for kind in ONE_LINE for run in runs.get(kind, ())]
        told = sum(run.advised != "line" for run in silent)
        print(f"  where one line is the truth, something else: {share(told, len(silent))}")
    if asked.data is None:
        return
    real = {
        name: [real_run(asked.data, name, asked.rows, seed, asked.keep) for seed in range(asked.seeds)]
        for name in asked.real
    }
    for name, found in real.items():
        show(name, found)
    print("real tables, half against half")
    summary([run for found in real.values() for run in found])


if __name__ == "__main__":
    main()
