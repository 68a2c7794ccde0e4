"""How fast an iteration of ROME-EM is, and a whole fit, against what others take on the same rows.

Run: ``python -m benchmarks.em_speed [--sizes 300000 1000000] [--groups 4] [--threads 1] [--linear 100000 …]
[--peers sklearn flexmix]``. The peers are scikit-learn's ``GaussianMixture`` (an iteration, on all 20
columns) and R's flexmix (a whole fit from the same labels; needs Rscript and the package flexmix). Times are
CPU times of this process, the smallest of several, so that a busy machine distorts them little.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from rome.em.loop import maximise, run
from rome.em.mixture import experts_for
from rome.em.scaling import Scaling
from rome.em.starts import parameters_from_labels
from rome.em.sufficient_statistics import Parameters, RowBlocks, one_pass

N_EXPERT, N_GATE = 15, 5
#: Change of the log-likelihood, relative to its size, below which flexmix stops by default.
_FLEXMIX_TOLERANCE = 1e-6

_R = """
suppressMessages(library(flexmix))
d <- read.csv("rows.csv"); labels <- scan("labels.txt", quiet = TRUE) + 1
x <- paste0("x", 0:14, collapse = " + "); s <- paste0("s", 0:4, collapse = " + ")
took <- system.time(fit <- flexmix(as.formula(paste("y ~", x)), data = d, k = max(labels), cluster = labels,
  model = FLXMRglm(), concomitant = FLXPmultinom(as.formula(paste("~", s))),
  control = list(iter.max = 500, minprior = 0, tolerance = 1e-6)))
cat(took[["user.self"]] + took[["sys.self"]], as.numeric(logLik(fit)), fit@iter, fit@k, "\\n")
"""


@dataclass(frozen=True)
class Table:
    """Expert columns (n, 15), gate columns (n, 5), outcome (n,)."""

    x: np.ndarray
    s: np.ndarray
    y: np.ndarray

    @property
    def columns(self) -> np.ndarray:
        """All 20 columns, (n, 20)."""
        return np.hstack([self.x, self.s])

    def blocks(self) -> tuple[RowBlocks, Scaling]:
        """Return the rows in standardised units."""
        columns, ones = self.columns, np.ones(len(self.y))
        scaling = Scaling.fit(
            columns, self.y, ones, np.arange(N_EXPERT), np.arange(N_EXPERT, N_EXPERT + N_GATE), "numeric"
        )
        return scaling.blocks(columns, self.y, ones), scaling


def table(n: int, n_groups: int, seed: int = 0) -> Table:
    """Draw rows of ``n_groups`` latent groups."""
    rng = np.random.default_rng(seed)
    x, s = rng.standard_normal((n, N_EXPERT)), rng.standard_normal((n, N_GATE))
    gamma, beta = 1.5 * rng.standard_normal((n_groups, N_GATE)), rng.standard_normal((n_groups, N_EXPERT))
    group = (s @ gamma.T + rng.gumbel(size=(n, n_groups))).argmax(axis=1)
    return Table(x, s, (x * beta[group]).sum(axis=1) + rng.standard_normal(n))


def seconds(work: Callable[[], object], repeats: int) -> float:
    """Return the smallest CPU time of ``work``."""
    taken = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def some_parameters(n_groups: int) -> Parameters:
    """Return parameters that leave every group some rows."""
    rng = np.random.default_rng(1)
    gamma = 0.3 * rng.standard_normal((n_groups, N_GATE + 1))
    beta = 0.3 * rng.standard_normal((n_groups, N_EXPERT + 1))
    return Parameters(beta, np.full(n_groups, 0.8), gamma - gamma[-1])


def iteration(blocks: RowBlocks, n_groups: int, repeats: int = 5) -> float:
    """Return the time of one iteration: a pass over the rows and an M-step."""
    experts, parameters = experts_for("numeric", "normal"), some_parameters(n_groups)
    return seconds(lambda: maximise(one_pass(blocks, parameters, experts), parameters, experts), repeats)


def sklearn_iteration(columns: np.ndarray, n_groups: int) -> float:
    """Return the time of one iteration of GaussianMixture: the difference of a long and a short fit."""

    def fit(iterations: int) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            GaussianMixture(
                n_groups,
                max_iter=iterations,
                tol=0.0,
                weights_init=np.full(n_groups, 1 / n_groups),
                means_init=columns[:n_groups],
                precisions_init=np.stack([np.eye(columns.shape[1])] * n_groups),
                init_params="random",
                random_state=0,
            ).fit(columns)

    return (seconds(lambda: fit(6), 3) - seconds(lambda: fit(2), 3)) / 4


def useful_flops(n: int, n_groups: int) -> float:
    """Return the multiplications and additions that an iteration can't do without.

    η and the gate's scores, the lower triangle of X'WX, X'Wy, and the gate's gradient and the lower triangle
    of its Hessian; exponentials and logarithms are not counted.
    """
    p, d, free = N_EXPERT + 1, N_GATE + 1, n_groups - 1
    scores = 2 * n_groups * (p + d)
    experts = n_groups * (p * (p + 1) + 2 * p)
    gate = 2 * free * d + free * (free + 1) / 2 * d * (d + 1)
    return n * (scores + experts + gate)


def dgemm_rate() -> float:
    """Return the floating-point operations a second of a large matrix product."""
    square = np.random.default_rng(0).standard_normal((1500, 1500))
    return 2 * 1500**3 / seconds(lambda: square @ square, 5)


def show_iterations(sizes: list[int], n_groups: int, peers: list[str]) -> None:
    print(f"\nOne iteration, K = {n_groups}, 15 expert and 5 gate columns, seconds of CPU")
    print(f"{'rows':>10} {'rome':>8} {'sklearn':>8} {'ratio':>6} {'of dgemm':>9}")
    for n in sizes:
        rows = table(n, n_groups)
        own = iteration(rows.blocks()[0], n_groups)
        share = useful_flops(n, n_groups) / own / dgemm_rate()
        peer = sklearn_iteration(rows.columns, n_groups) if "sklearn" in peers else float("nan")
        print(f"{n:>10,} {own:>8.4f} {peer:>8.4f} {own / peer:>6.3f} {share:>9.1%}", flush=True)


def show_growth(sizes: list[int], n_groups: int) -> None:
    print(f"\nGrowth with the rows, K = {n_groups}: nanoseconds a row")
    print(f"{'rows':>10} {'pass, s':>9} {'ns a row':>9}")
    for n in sizes:
        repeats = max(2, min(5, 1_000_000 // n))
        taken = iteration(_plain_blocks(n), n_groups, repeats)
        print(f"{n:>10,} {taken:>9.4f} {taken / n * 1e9:>9.1f}", flush=True)
    print("\nGrowth with the groups, 100,000 rows: nanoseconds a row and group")
    print(f"{'K':>10} {'pass, s':>9} {'ns':>9}")
    blocks = _plain_blocks(100_000)
    for k in (1, 2, 4, 8, 12):
        taken = iteration(blocks, k)
        print(f"{k:>10} {taken:>9.4f} {taken / 1e5 / k * 1e9:>9.1f}", flush=True)


def _plain_blocks(n: int) -> RowBlocks:
    """Return standard normal rows, made in place: ten million take two gigabytes, not six."""
    rng = np.random.default_rng(0)
    experts, gate = np.empty((N_EXPERT + 1, n)), np.empty((N_GATE + 1, n))
    for columns in (experts, gate):
        columns[0] = 1.0
        rng.standard_normal(out=columns[1:].reshape(-1))
    return RowBlocks(experts.T, gate.T, rng.standard_normal(n), np.ones(n))


def show_flexmix(sizes: list[int], n_groups: int) -> None:
    print(f"\nA whole fit from the same labels, K = {n_groups}, against R's flexmix")
    if shutil.which("Rscript") is None:
        print("Rscript was not found; skipped.")
        return
    print(
        "(flexmix's own stopping rule, tightened where ROME's log-likelihood would end lower; level: that fit"
    )
    print("stopped as soon as its log-likelihood is no lower than where flexmix ends)")
    names = ("rows", "rome, s", "flexmix, s", "times", "level, s", "times", "rome ℓ", "flexmix ℓ", "passes")
    print("{:>10} {:>9} {:>11} {:>7} {:>9} {:>7} {:>14} {:>14} {:>12}".format(*names))
    for n in sizes:
        rows = table(n, n_groups)
        labels = _start(rows, n_groups)
        other = _flexmix_fit(rows, labels)
        if other is None:
            print(f"{n:>10,} R gave no fit (is the package flexmix installed?); skipped.")
            continue
        taken, theirs, iterations = other
        own = _rome_fit(rows, labels, n_groups, theirs)
        passes = f"{own.passes}, {own.passes_to_level}/{iterations:.0f}"
        print(
            f"{n:>10,} {own.seconds:>9.3f} {taken:>11.3f} {taken / own.seconds:>6.0f}x "
            f"{own.seconds_to_level:>9.3f} {taken / own.seconds_to_level:>6.0f}x "
            f"{own.log_likelihood:>14.3f} {theirs:>14.3f} {passes:>12}",
            flush=True,
        )


def _start(rows: Table, n_groups: int) -> np.ndarray:
    """Return k-means labels of least-squares residual and gate columns, as ROME's own first start has."""
    design = np.column_stack([np.ones(len(rows.y)), rows.x])
    residual = rows.y - design @ np.linalg.lstsq(design, rows.y)[0]
    points = np.column_stack([residual / residual.std(), rows.s])
    return KMeans(n_groups, n_init=1, random_state=0).fit_predict(points)


@dataclass(frozen=True)
class WholeFit:
    """CPU seconds, passes and log-likelihood of a whole fit, and what it took to reach another's level."""

    seconds: float
    passes: int
    log_likelihood: float
    seconds_to_level: float
    passes_to_level: int


def _rome_fit(rows: Table, labels: np.ndarray, n_groups: int, theirs: float) -> WholeFit:
    """Fit by flexmix's stopping rule, halved until it doesn't end below flexmix's ``theirs``."""
    experts, n = experts_for("numeric", "normal"), len(rows.y)
    tolerance = _FLEXMIX_TOLERANCE * abs(theirs) / n

    def fit(passes: int = 500):
        blocks, scaling = rows.blocks()
        start = parameters_from_labels(blocks, labels, n_groups, experts)
        found = run(blocks, start, experts, max_iter=passes, tol=tolerance)
        return found, found.log_likelihood - n * np.log(scaling.y_scale)

    found, reached = fit()
    while reached < theirs and len(found.history) < 500:
        tolerance /= 2
        found, reached = fit()
    # The history is penalised, so the pass found is never before the first at that level.
    below = theirs - reached + found.log_likelihood
    level = int(np.argmax(np.array(found.history) >= below)) or len(found.history) - 1
    return WholeFit(seconds(fit, 3), len(found.history) - 1, reached, seconds(lambda: fit(level), 3), level)


def _flexmix_fit(rows: Table, labels: np.ndarray) -> tuple[float, float, float] | None:
    names = [f"x{j}" for j in range(N_EXPERT)] + [f"s{j}" for j in range(N_GATE)] + ["y"]
    with tempfile.TemporaryDirectory() as folder:
        matrix = np.column_stack([rows.columns, rows.y])
        np.savetxt(
            Path(folder, "rows.csv"), matrix, delimiter=",", header=",".join(names), comments="", fmt="%.17g"
        )
        np.savetxt(Path(folder, "labels.txt"), labels, fmt="%d")
        Path(folder, "fit.R").write_text(_R)
        done = subprocess.run(["Rscript", "fit.R"], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stderr[-500:])
        return None
    taken, log_likelihood, iterations, _ = map(float, done.stdout.split()[-4:])
    return taken, log_likelihood, iterations


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="*", default=[300_000, 1_000_000])
    parser.add_argument("--linear", type=int, nargs="*", default=[100_000, 1_000_000, 3_000_000])
    parser.add_argument("--whole", type=int, nargs="*", default=[8_000, 100_000], help="rows of whole fits")
    parser.add_argument("--groups", type=int, default=4)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--peers", nargs="*", choices=["sklearn", "flexmix"], default=["sklearn", "flexmix"])
    options = parser.parse_args()
    with threadpool_limits(options.threads):
        print(f"Threads: {options.threads}. Large matrix product: {dgemm_rate() / 1e9:.1f} Gflop/s.")
        if options.sizes:
            show_iterations(options.sizes, options.groups, options.peers)
        if options.linear:
            show_growth(options.linear, options.groups)
        if "flexmix" in options.peers:
            show_flexmix(options.whole, options.groups)


if __name__ == "__main__":
    main()
