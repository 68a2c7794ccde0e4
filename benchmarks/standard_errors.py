"""Are the standard errors right? Against the spread over simulated tables, and against a bootstrap.

``python benchmarks/standard_errors.py [--tables 300] [--rows 600] [--resamples 100] [--cores 2]``

Prints, for each parameter of a mixture of two groups: the spread of its estimates over tables, the median
standard error of each kind, the coverage of 95% intervals, and on one table the bootstrap's standard error
beside ours. With normal residuals the model is true; with t residuals (3 degrees of freedom) normal experts
are misspecified, and t experts are not.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from rome.em import RomeEM
from rome.errors import RomeWarning

#: slope and intercept of both groups, gate slope and intercept of the first against the second.
TRUTH = np.array([2.0, 1.0, -1.0, 0.0, 1.0, 0.6])
NAMES = ("slope 1", "intercept 1", "slope 2", "intercept 2", "gate slope", "gate intercept")
CASES = (("normal", "normal"), ("t3", "normal"), ("t3", "t"))


def table(seed: int, rows: int, residuals: str) -> tuple[np.ndarray, np.ndarray]:
    """Return X (n, 2) = [x, s] and y (n,) of a mixture whose parameters are ``TRUTH``."""
    rng = np.random.default_rng(seed)
    x, s = rng.standard_normal((2, rows))
    first = rng.random(rows) < 1 / (1 + np.exp(-(TRUTH[5] + TRUTH[4] * s)))
    noise = rng.standard_normal(rows) if residuals == "normal" else rng.standard_t(3, rows)
    y = np.where(first, TRUTH[1] + TRUTH[0] * x, TRUTH[3] + TRUTH[2] * x) + 0.7 * noise
    return np.column_stack([x, s]), y


def estimates(X: np.ndarray, y: np.ndarray, noise: str) -> tuple[np.ndarray, RomeEM, np.ndarray]:
    """Return the parameters in ``TRUTH``'s order, the fit and the order of its groups."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RomeWarning)
        model = RomeEM(2, gate_features=[1], noise=noise, n_init=4, random_state=0).fit(X, y)
    order = np.argsort(-model.coef_[:, 0])
    sign = 1 if order[0] == 0 else -1
    experts = np.column_stack([model.coef_[order, 0], model.intercept_[order]]).ravel()
    gate = sign * np.array([model.gate_coef_[0, 0], model.gate_intercept_[0]])
    return np.concatenate([experts, gate]), model, order


def spreads(model: RomeEM, order: np.ndarray, X: np.ndarray, y: np.ndarray, kind: str) -> np.ndarray:
    """Return the standard errors in ``TRUTH``'s order."""
    found = model.standard_errors(X, y, kind=kind)
    experts = np.column_stack([found.coef_se[order, 0], found.intercept_se[order]]).ravel()
    return np.concatenate([experts, [found.gate_coef_se[0, 0], found.gate_intercept_se[0]]])


def one_table(task: tuple[int, int, str, str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return estimates, Louis' and the sandwich's standard errors of one simulated table."""
    seed, rows, residuals, noise = task
    X, y = table(seed, rows, residuals)
    value, model, order = estimates(X, y, noise)
    return value, *(spreads(model, order, X, y, kind) for kind in ("louis", "sandwich"))


def one_resample(task: tuple[int, int, str, str]) -> np.ndarray:
    """Return the estimates on one resample of table 0's rows."""
    seed, rows, residuals, noise = task
    X, y = table(0, rows, residuals)
    drawn = np.random.default_rng(seed).integers(0, rows, rows)
    return estimates(X[drawn], y[drawn], noise)[0]


def lines(pool, residuals: str, noise: str, options: argparse.Namespace) -> Iterator[str]:
    """Give the lines of one case."""
    tasks = [(seed, options.rows, residuals, noise) for seed in range(options.tables)]
    values, louis, sandwich = (np.array(part) for part in zip(*pool.map(one_table, tasks), strict=True))
    resampled = np.array(list(pool.map(one_resample, tasks[: options.resamples])))
    spread = values.std(axis=0, ddof=1)
    yield f"\nresiduals {residuals}, experts {noise}: {options.tables} tables of {options.rows} rows"
    yield " " * 16 + "  spread   louis  sandw.  cover l  cover s   boot 0  louis 0"
    for place, name in enumerate(NAMES):
        off = np.abs(values[:, place] - TRUTH[place])
        covers = [np.mean(off <= 1.96 * kind[:, place]) for kind in (louis, sandwich)]
        usual = [np.median(kind[:, place]) for kind in (louis, sandwich)]
        yield (
            f"{name:16}{spread[place]:8.3f}{usual[0]:8.3f}{usual[1]:8.3f}"
            f"{covers[0]:9.1%}{covers[1]:9.1%}{resampled[:, place].std(ddof=1):9.3f}{louis[0, place]:9.3f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=int, default=300)
    parser.add_argument("--rows", type=int, default=600)
    parser.add_argument("--resamples", type=int, default=100)
    parser.add_argument("--cores", type=int, default=2)
    options = parser.parse_args()
    with ProcessPoolExecutor(options.cores) as pool:
        for residuals, noise in CASES:
            for line in lines(pool, residuals, noise, options):
                print(line, flush=True)


if __name__ == "__main__":
    main()
