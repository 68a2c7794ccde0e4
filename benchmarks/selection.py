"""How often the suggested number of groups is the planted one.

``python -m benchmarks.selection --tables 30`` sweeps K = 1 to 4 on that many tables of every kind and prints
how often each K was suggested, beside what BIC and ICL would have taken.
"""

from __future__ import annotations

import argparse
import warnings
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from benchmarks.verdict_calibration import ONE_GROUP, problem_of
from rome.evidence import assess_groups, choose_n_groups, select, sweep
from rome.runtime.threads import one_thread

PLANTED = {
    **{(kind, n): 1 for kind in ONE_GROUP for n in (200, 1000)},
    ("two slopes", 1000): 2,
    ("paper, misspecified", 2000): 4,
    ("paper, well specified", 2000): 4,
}


def choices(kind: str, n: int, seed: int) -> tuple[int, int, int]:
    """Return K as suggested, by BIC, and by ICL."""
    problem, _ = problem_of(kind, n, seed)
    with warnings.catch_warnings(), one_thread():
        warnings.simplefilter("ignore")
        swept = sweep(problem, (1, 2, 3, 4))
        candidates, choice = select(swept)
        if choice.n_groups > 1:
            choice = choose_n_groups(choice, assess_groups(swept, choice.n_groups, beside=False))
    by_bic = min(candidates, key=lambda candidate: candidate.bic)
    by_icl = min(candidates, key=lambda candidate: candidate.icl)
    return choice.n_groups, by_bic.n_groups, by_icl.n_groups


def counted(numbers: list[int]) -> str:
    """Return how often each K was taken, like ``1: 29  2: 1``."""
    return "  ".join(f"{number}: {count}" for number, count in sorted(Counter(numbers).items()))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=30)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    print(f"{'kind':24s} {'n':>5s} planted  {'suggested':26s} {'BIC':26s} {'ICL':26s}", flush=True)
    with ProcessPoolExecutor(options.jobs) as pool:
        for (kind, n), planted in PLANTED.items():
            done = list(pool.map(partial(choices, kind, n), range(options.tables)))
            columns = [counted([taken[place] for taken in done]) for place in range(3)]
            print(
                f"{kind:24s} {n:5d} {planted:7d}  " + " ".join(f"{text:26s}" for text in columns), flush=True
            )


if __name__ == "__main__":
    main()
