"""How often the verdict is right: shares of "supported" on tables whose truth is known.

``python -m benchmarks.verdict_calibration --tables 200`` draws that many tables of every kind and prints the
share of each level with its 95% Wilson interval and the median time. One-group kinds should be
"supported" on at most 5%, tables with groups on at least 95%. ``--kinds`` picks some, ``--jobs`` uses
more processes.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np
from scipy.stats import binomtest

from rome.datasets import paper_simulation
from rome.evidence import Problem, judge, sweep

ONE_GROUP = ("gaussian", "t3", "growing variance", "quadratic", "skewed")
GROUPS = ("paper, misspecified", "paper, well specified", "two slopes")
SIZES = {
    **dict.fromkeys(ONE_GROUP, (200, 500, 1000, 2000, 5000)),
    **dict.fromkeys(GROUPS[:2], (2000,)),
    "two slopes": (1000, 2000),
}


def one_group(kind: str, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw X (n, 5), three features and two sensitive columns, and an outcome of one group."""
    X = rng.standard_normal((n, 5))
    X[:, 4] = X[:, 4] > 0
    mean = 1 + X @ np.array([1.0, -0.5, 0.3, 0.3, 0.0])
    noise = rng.standard_normal(n)
    if kind == "t3":
        noise = rng.standard_t(3, n)
    elif kind == "growing variance":
        noise = noise * np.exp(0.5 * X[:, 0])
    elif kind == "quadratic":
        mean = mean + 0.7 * X[:, 0] ** 2
    elif kind == "skewed":
        noise = rng.lognormal(0, 0.8, n)
    return X, mean + noise


def two_slopes(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw two groups, told apart by s with log-odds 2 per SD, whose slopes differ by one residual SD."""
    X = rng.standard_normal((n, 5))
    X[:, 4] = X[:, 4] > 0
    second = rng.random(n) < 1 / (1 + np.exp(-2 * X[:, 3]))
    slope = np.where(second, 1.5, 0.5)
    return X, 1 + slope * X[:, 0] - 0.5 * X[:, 1] + 0.3 * X[:, 2] + rng.standard_normal(n)


def problem_of(kind: str, n: int, seed: int) -> tuple[Problem, int]:
    """Return a drawn table and the number of groups to judge."""
    if kind.startswith("paper"):
        gate = "well" if "well" in kind else "misspecified"
        frame = paper_simulation(n, gate=gate, random_state=seed).frame
        X, y = frame.drop(columns="outcome").to_numpy(), frame["outcome"].to_numpy()
        return Problem(X, y, np.ones(n), np.arange(15, 20), np.arange(20), "numeric", seed), 4
    rng = np.random.default_rng([seed, n, len(kind)])
    X, y = two_slopes(n, rng) if kind == "two slopes" else one_group(kind, n, rng)
    return Problem(X, y, np.ones(n), np.arange(3, 5), np.arange(3), "numeric", seed), 2


def one_table(kind: str, n: int, seed: int) -> tuple[str, float, float]:
    """Return the verdict's level, the gain in standard errors, and the seconds it took."""
    problem, n_groups = problem_of(kind, n, seed)
    started = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        verdict = judge(sweep(problem, (1, n_groups)), n_groups)
    error = (verdict.gain.high - verdict.gain.low) / (2 * 1.96)
    return verdict.level, verdict.gain.value / error, time.perf_counter() - started


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=200)
    parser.add_argument("--kinds", nargs="*", default=[*ONE_GROUP, *GROUPS])
    parser.add_argument("--sizes", nargs="*", type=int)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    titles = (f"{'kind':24s} {'n':>6s} {'supported (95%)':>24s}", f"{'weak':>6s} {'not':>6s}")
    print(*titles, f"{'gain, SE':>9s} {'seconds':>8s}")
    with ProcessPoolExecutor(options.jobs) as pool:
        for kind in options.kinds:
            for n in options.sizes or SIZES[kind]:
                done = list(pool.map(partial(one_table, kind, n), range(options.tables)))
                levels = [level for level, _, _ in done]
                supported = levels.count("supported")
                limits = binomtest(supported, len(levels)).proportion_ci(method="wilson")
                share = f"{supported / len(levels):6.1%} ({limits.low:.1%} to {limits.high:.1%})"
                rest = [levels.count(level) / len(levels) for level in ("weak", "not supported")]
                middle, seconds = (np.median([item[place] for item in done]) for place in (1, 2))
                print(f"{kind:24s} {n:6d} {share:>24s} {rest[0]:6.1%} {rest[1]:6.1%}", end=" ")
                print(f"{middle:9.2f} {seconds:8.1f}")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
