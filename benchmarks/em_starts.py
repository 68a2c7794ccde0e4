"""How often a fit ends at the best likelihood that is known for its table.

``python -m benchmarks.em_starts --seeds 100`` draws ``--tables`` tables of each problem (the paper's
simulation, K = 4, experts on all columns, gate on S1–S5) and fits each with its part of the seeds at the
default ``n_init``. Three more problems are tables of R's package flexmix, read by R and left out, with the
reason, where it isn't installed: NregFix (y by its intercept alone, gate on w) at its true K = 3 and at
K = 4, and NPreg (yn on x and x², no gate; two groups) at K = 4.

The best known likelihood of a table is the best of those fits and of one more with ``REFERENCE_STARTS``
starts. A fit reaches it when its penalised log-likelihood is within ``TOLERANCE`` a row: .08 units of
log-likelihood at 8,000 rows, less than any parameter can matter, and yet a thousand times the gain at which
EM stops, since EM stops a little short of its limit. Distinct optima lie much further apart; the largest gap
that still counts and the smallest that doesn't are printed, so that this can be seen. Seconds are of CPU,
medians over fits.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import norm

from rome.datasets import paper_simulation
from rome.datasets.simulation import N_GROUPS, ORDINARY, SENSITIVE
from rome.em import RomeEM
from rome.errors import RomeWarning

TOLERANCE = 1e-5
REFERENCE_STARTS = 100


#: X, y and the parameters of RomeEM that say which of its columns do what.
Table = tuple[pd.DataFrame, np.ndarray, dict[str, object]]


class Missing(Exception):
    """A problem's table can't be had on this machine."""


@dataclass(frozen=True)
class Problem:
    """Tables by number, what they are, and the share of fits that should reach the best known likelihood."""

    about: str
    n_groups: int
    table: Callable[[int], Table] = field(repr=False)
    target: float
    is_one_table: bool = False


def simulated(n: int, gate: str, noise: float) -> Callable[[int], Table]:
    """Return the paper's simulation by number of table."""

    def table(number: int) -> Table:
        drawn = paper_simulation(n, gate, random_state=number, noise=noise)
        columns = {"gate_features": SENSITIVE, "expert_features": [*ORDINARY, *SENSITIVE]}
        return drawn.frame[[*ORDINARY, *SENSITIVE]], drawn.frame["outcome"].to_numpy(), columns

    return table


@cache
def of_flexmix(name: str) -> pd.DataFrame:
    """Return a table of R's package flexmix.

    Raises
    ------
    Missing
        R or the package is not installed.
    """
    if shutil.which("Rscript") is None:
        raise Missing("R is not installed")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        script = (
            f'data("{name}", package = "flexmix"); '
            f'write.csv(data.frame(lapply({name}, as.vector)), "{path.as_posix()}", row.names = FALSE)'
        )
        done = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=False)
        if done.returncode or not path.exists():
            raise Missing(f"R can't read flexmix's {name} (Debian: r-cran-flexmix)")
        return pd.read_csv(path)


def nreg_fix(number: int) -> Table:
    """Return NregFix with experts of an intercept alone."""
    frame = of_flexmix("NregFix")
    columns = {"gate_features": ["w"], "expert_features": []}
    return frame[["w"]].astype(float), frame["y"].to_numpy(), columns


def np_reg(number: int) -> Table:
    """Return NPreg's normal outcome with experts of x and its square."""
    frame = of_flexmix("NPreg")
    X = pd.DataFrame({"x": frame["x"], "x squared": frame["x"] ** 2})
    return X, frame["yn"].to_numpy(), {"expert_features": ["x", "x squared"]}


PROBLEMS = {
    "paper": Problem("8,000, noise .1", N_GROUPS, simulated(8000, "misspecified", 0.1), 0.99),
    "noisy": Problem("8,000, noise 1", N_GROUPS, simulated(8000, "misspecified", 1.0), 0.97),
    "small": Problem("2,000, noise 2", N_GROUPS, simulated(2000, "misspecified", 2.0), 0.95),
    "well": Problem("8,000, noise 3", N_GROUPS, simulated(8000, "well", 3.0), 0.99),
    "nregfix": Problem("NregFix, K=3", 3, nreg_fix, 0.99, True),
    "nregfix4": Problem("NregFix, K=4", 4, nreg_fix, 0.99, True),
    "npreg4": Problem("NPreg, K=4", 4, np_reg, 0.99, True),
}


@dataclass(frozen=True)
class Measured:
    """Gap to the best known likelihood per row, and CPU seconds, of every fit of a problem."""

    gaps: np.ndarray
    seconds: np.ndarray

    @property
    def reached(self) -> np.ndarray:
        return self.gaps <= TOLERANCE


def wilson(successes: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return Wilson's interval for a share."""
    z = norm.ppf((1 + confidence) / 2)
    share, shrink = successes / trials, 1 + z**2 / trials
    centre = (share + z**2 / (2 * trials)) / shrink
    half = z / shrink * np.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    return centre - half, centre + half


def fit(X, y, n_groups: int, seed: int, **parameters) -> tuple[float, float]:
    """Return penalised log-likelihood per row and CPU seconds of one fit."""
    model = RomeEM(n_groups, random_state=seed, **parameters)
    begin = time.process_time()
    model.fit(X, y)
    return model.history_[-1] / len(y), time.process_time() - begin


def measure(problem: Problem, tables: int, seeds: int, n_init: int | None) -> Measured:
    """Fit ``tables`` tables with ``seeds`` seeds in all."""
    parameters = {} if n_init is None else {"n_init": n_init}
    gaps, seconds = [], []
    tables = 1 if problem.is_one_table else tables
    for table in range(tables):
        X, y, columns = problem.table(table)
        own = columns | parameters
        fits = [fit(X, y, problem.n_groups, seed, **own) for seed in range(table, seeds, tables)]
        reached = np.array([value for value, _ in fits])
        many = columns | {"n_init": REFERENCE_STARTS}
        best = max(reached.max(), fit(X, y, problem.n_groups, seeds + table, **many)[0])
        gaps.extend(best - reached)
        seconds.extend(duration for _, duration in fits)
    return Measured(np.array(gaps), np.array(seconds))


def row(name: str, problem: Problem, measured: Measured) -> str:
    """Return one line of the table."""
    hits, trials = int(measured.reached.sum()), len(measured.reached)
    low, high = wilson(hits, trials)
    inside = measured.gaps[measured.reached].max(initial=0.0)
    outside = measured.gaps[~measured.reached].min(initial=np.inf)
    return (
        f"{name:9}{problem.about:16}{hits:5}/{trials:<4}{hits / trials:6.3f}"
        f"  {low:.3f}–{high:.3f}{problem.target:8.2f}{np.median(measured.seconds):9.2f}"
        f"{inside:11.1e}{outside:11.1e}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--seeds", type=int, default=100, help="fits a problem")
    parser.add_argument("--tables", type=int, default=5, help="tables a problem, dealt among the seeds")
    parser.add_argument("--problems", nargs="+", choices=tuple(PROBLEMS), default=tuple(PROBLEMS))
    parser.add_argument("--n-init", type=int, default=None, help="starts a fit (the estimator's default)")
    options = parser.parse_args()
    warnings.simplefilter("ignore", RomeWarning)
    print(
        f"{'problem':9}{'table':16}{'reached':>10}{'share':>6}  {'95% Wilson':11}"
        f"{'target':>8}{'CPU s':>9}{'gap in':>11}{'gap out':>11}"
    )
    missed = []
    for name in options.problems:
        try:
            measured = measure(PROBLEMS[name], options.tables, options.seeds, options.n_init)
        except Missing as reason:
            print(f"{name:9}left out: {reason}", flush=True)
            continue
        print(row(name, PROBLEMS[name], measured), flush=True)
        if measured.reached.mean() < PROBLEMS[name].target:
            missed.append(name)
    print(f"Missed: {', '.join(missed)}." if missed else "Every target is met.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
