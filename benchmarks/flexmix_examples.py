"""The published examples of R's package flexmix, fitted by both: who ends higher, and how soon.

``python -m benchmarks.flexmix_examples --starts 10`` needs Rscript and flexmix (Debian: r-cran-flexmix), and
says so where they are missing. Every example is fitted by flexmix and by ``RomeEM`` from the same number of
starts each, and the better run counts. flexmix keeps groups of every size (``minprior = 0``) and stops at a
relative change of 1e-9; both have a constant gate, except where an example names a concomitant variable.
Left out is what ties rows together (``| id``), as the trials of one centre.

RomeEM has ridges that keep a coefficient finite where the likelihood has no maximum or is nearly flat; the
column "no ridge" is its log-likelihood with all of them at 1e-9, which is what flexmix maximises.

flexmix's Gamma model has the inverse link, ours the log, and its documentation fits none. Two drawn tables
stand in: one without columns and one with one column of two values, in which both links make the same model.
Seconds are of CPU; R's are without its start.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from rome.em import RomeEM, gate
from rome.em.experts import LogisticExperts
from rome.em.log_link import PoissonExperts
from rome.errors import RomeWarning

#: How much lower a log-likelihood may be before it counts as lower: half of the last digit that is printed.
_TOLERANCE = 0.5e-3
#: A ridge that is none.
_NO_RIDGE = 1e-9
_R = """
suppressMessages(library(flexmix))
set.seed({seed})
{data}
write.csv(d, "table.csv", row.names = FALSE)
best <- -Inf
took <- system.time(for (start in 1:{starts}) {{
  fit <- try(flexmix({formula}, data = d, k = {k}, model = {model}, concomitant = {gate},
    control = list(minprior = 0, iter.max = 1000, tolerance = 1e-9)), silent = TRUE)
  if (!inherits(fit, "try-error")) best <- max(best, as.numeric(logLik(fit)))
}})
cat("RESULT", format(best, digits = 12), took["user.self"] + took["sys.self"], "\\n")
"""
_DRAWN = """
n <- 400
group <- rbinom(n, 1, 0.4)
d <- data.frame(z = rbinom(n, 1, 0.5))
level <- if ({alone}) c(2, 12)[group + 1] else ifelse(group == 1, 2 + 6 * d$z, 20 - 12 * d$z)
d$y <- rgamma(n, shape = 5, rate = 5 / level)
"""


class Missing(Exception):
    """R or its package is not on this machine."""


@dataclass(frozen=True)
class Example:
    """A model in flexmix's words and in ours; ``columns`` turn its table into X."""

    outcome: str
    n_groups: int
    data: str
    formula: str
    model: str
    y: str
    columns: Callable[[pd.DataFrame], dict[str, np.ndarray]]
    gate: str | None = None
    exposure: str | None = None
    slopes: str = "own"


def _of_package(name: str) -> str:
    return f'data("{name}", package = "flexmix"); d <- data.frame(lapply({name}, as.vector))'


def _x(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    return {"x": frame["x"]}


def _bent_x(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    return {"x": frame["x"], "x squared": frame["x"] ** 2}


def _seizure_columns(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    treated, day = (frame["Treatment"] == "Yes").astype(float), np.log(frame["Day"])
    return {"treated": treated, "log day": day, "treated, log day": treated * day}


def _chemist_columns(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    women, married = frame["fem"] == "Women", frame["mar"] == "Married"
    plain = {name: frame[name] for name in ("kid5", "phd", "ment")}
    return {"women": women.astype(float), "married": married.astype(float), **plain}


_COUNT = 'FLXMRglm(family = "poisson")'
_AMOUNT = 'FLXMRglm(family = "Gamma")'
_PATENT = Example(
    "count",
    3,
    _of_package("patent"),
    "Patents ~ lgRD",
    _COUNT,
    "Patents",
    lambda frame: {"lgRD": frame["lgRD"]},
)
EXAMPLES = {
    "NPreg, yn": Example("numeric", 2, _of_package("NPreg"), "yn ~ x + I(x^2)", "FLXMRglm()", "yn", _bent_x),
    "NregFix": Example(
        "numeric",
        3,
        _of_package("NregFix"),
        "y ~ x1 + x2",
        "FLXMRglm()",
        "y",
        lambda frame: {"x1": frame["x1"], "x2": frame["x2"].astype(float)},
        gate="w",
    ),
    "trypanosome": Example(
        "binary",
        2,
        _of_package("trypanosome"),
        "cbind(Dead, 1 - Dead) ~ 1",
        'FLXMRglmfix(family = "binomial", fixed = ~ log(Dose))',
        "Dead",
        lambda frame: {"log dose": np.log(frame["Dose"])},
        slopes="shared",
    ),
    "NPreg, yp": Example("count", 2, _of_package("NPreg"), "yp ~ x", _COUNT, "yp", _x),
    "patent": _PATENT,
    "patent, by RDS": replace(_PATENT, gate="RDS"),
    "seizure": Example(
        "count",
        2,
        _of_package("seizure"),
        "Seizures ~ Treatment * log(Day)",
        'FLXMRglm(family = "poisson", offset = log(d$Hours))',
        "Seizures",
        _seizure_columns,
        exposure="Hours",
    ),
    "fabricfault": Example(
        "count",
        2,
        _of_package("fabricfault"),
        "Faults ~ 1",
        'FLXMRglmfix(family = "poisson", fixed = ~ log(Length))',
        "Faults",
        lambda frame: {"log length": np.log(frame["Length"])},
        slopes="shared",
    ),
    "salmonellaTA98": Example(
        "count",
        2,
        _of_package("salmonellaTA98"),
        "y ~ 1",
        'FLXMRglmfix(family = "poisson", fixed = ~ x + log(x + 10))',
        "y",
        lambda frame: {"x": frame["x"], "log": np.log(frame["x"] + 10)},
        slopes="shared",
    ),
    "bioChemists": Example(
        "count",
        2,
        _of_package("bioChemists"),
        "art ~ fem + mar + kid5 + phd + ment",
        _COUNT,
        "art",
        _chemist_columns,
    ),
    "drawn amounts": Example(
        "positive", 2, _DRAWN.format(alone="TRUE"), "y ~ 1", _AMOUNT, "y", lambda frame: {}
    ),
    "drawn, by z": Example(
        "positive",
        2,
        _DRAWN.format(alone="FALSE"),
        "y ~ z",
        _AMOUNT,
        "y",
        lambda frame: {"z": frame["z"]},
    ),
}


def by_flexmix(example: Example, starts: int, seed: int) -> tuple[pd.DataFrame, float, float]:
    """Return the example's table, and flexmix's best log-likelihood and CPU seconds.

    Raises
    ------
    Missing
        R or the package is not installed, or no start led anywhere.
    """
    if shutil.which("Rscript") is None:
        raise Missing("R is not installed")
    gate = "FLXPconstant()" if example.gate is None else f"FLXPmultinom(~ {example.gate})"
    script = _R.format(
        seed=seed,
        data=example.data,
        formula=example.formula,
        k=example.n_groups,
        model=example.model,
        gate=gate,
        starts=starts,
    )
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "fit.R").write_text(script, encoding="utf-8")
        done = subprocess.run(["Rscript", "fit.R"], cwd=folder, capture_output=True, text=True, check=False)
        found = [line.split() for line in done.stdout.splitlines() if line.startswith("RESULT")]
        if not found or not np.isfinite(float(found[0][1])):
            raise Missing(f"flexmix gives no fit (Debian: r-cran-flexmix): {done.stderr.strip()[-200:]}")
        return pd.read_csv(Path(folder, "table.csv")), float(found[0][1]), float(found[0][2])


def by_rome(example: Example, frame: pd.DataFrame, starts: int, seed: int) -> tuple[float, float]:
    """Return RomeEM's log-likelihood and CPU seconds."""
    columns = example.columns(frame)
    gate = [] if example.gate is None else [example.gate]
    # A table needs a column, also where no part of the model sees one.
    spare = {"none": np.zeros(len(frame))} if not columns and not gate else {}
    X = pd.DataFrame(columns | {name: frame[name] for name in gate} | spare).astype(float)
    model = RomeEM(
        example.n_groups,
        gate_features=gate,
        expert_features=list(columns),
        outcome=example.outcome,
        slopes=example.slopes,
        n_init=starts,
        max_iter=1000,
        random_state=seed,
    )
    given = {} if example.exposure is None else {"exposure": frame[example.exposure]}
    begun = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RomeWarning)
        model.fit(X, frame[example.y].to_numpy(dtype=float), **given)
    return model.log_likelihood_, time.process_time() - begun


@contextmanager
def without_ridges() -> Iterator[None]:
    """Take all ridges on straight terms down to ``_NO_RIDGE`` for a while."""
    places = [(gate, "GATE_RIDGE"), (LogisticExperts, "slope_ridge"), (PoissonExperts, "slope_ridge")]
    before = [getattr(place, name) for place, name in places]
    try:
        for place, name in places:
            setattr(place, name, _NO_RIDGE)
        yield
    finally:
        for (place, name), value in zip(places, before, strict=True):
            setattr(place, name, value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--starts", type=int, default=10, help="starts of either program")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examples", nargs="*", choices=list(EXAMPLES), default=list(EXAMPLES))
    options = parser.parse_args()
    print(
        f"{'example':<18}{'outcome':<10}{'K':>2}{'flexmix ℓ':>13}{'rome ℓ':>13}{'no ridge':>13}"
        f"{'flexmix, s':>12}{'rome, s':>9}"
    )
    lower = []
    for name in options.examples:
        example = EXAMPLES[name]
        try:
            frame, theirs, their_seconds = by_flexmix(example, options.starts, options.seed)
        except Missing as reason:
            print(f"{name:<18}skipped: {reason}")
            continue
        ours, seconds = by_rome(example, frame, options.starts, options.seed)
        with without_ridges():
            highest, _ = by_rome(example, frame, options.starts, options.seed)
        lower += [name] if max(ours, highest) < theirs - _TOLERANCE else []
        print(
            f"{name:<18}{example.outcome:<10}{example.n_groups:>2}{theirs:>13.3f}{ours:>13.3f}{highest:>13.3f}"
            f"{their_seconds:>12.2f}{seconds:>9.2f}",
            flush=True,
        )
    print(f"RomeEM ends lower, also without ridges, on: {', '.join(lower) if lower else 'none'}.")


if __name__ == "__main__":
    main()
