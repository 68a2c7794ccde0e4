"""One-group tables made from real ones: their columns, one rule, and residuals that any group may have had.

A mean of one shape is fitted to the outcome of a real table, and its residuals are permuted within fifths of
the fitted mean: columns, shape of the noise and how its spread moves with the mean stay those of the table,
and whatever groups there were are gone. ``levels`` adds one that stands apart by a level: there are groups,
but no rules.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

from rome.errors import RomeError
from rome.evidence import Problem
from rome.evidence.ridge import fit_ridge
from rome.settings.study import Settings
from rome.study.prepare import prepare
from rome.table import Roles, read_table

#: Rows of a null table, as far as the real one has so many.
SIZES = (200, 500, 1_000, 2_000, 5_000)
_FIFTHS = 5


@dataclass(frozen=True)
class Source:
    """The matrices of a real table with a numeric outcome."""

    name: str
    X: np.ndarray
    y: np.ndarray
    gate_index: np.ndarray
    expert_index: np.ndarray


def sources(folder: Path) -> list[Source]:
    """Return every table of a folder with a numeric outcome: CSV files, each with its roles as JSON."""
    found = (source(path.with_suffix(".csv")) for path in sorted(folder.glob("*.json")))
    return [item for item in found if item is not None]


@cache
def source(path: Path, hidden: tuple[str, ...] = ()) -> Source | None:
    """Return a table's matrices without its ``hidden`` columns; None where the outcome is not numeric, or the
    table can't be studied."""
    said = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    if said.get("task") != "regression" or not said.get("sensitive"):
        return None
    features = [name for name in said["features"] if name not in hidden]
    sensitive = [name for name in said["sensitive"] if name not in hidden]
    roles = Roles(outcome=said["outcome"], features=features, sensitive=sensitive)
    frame = read_table(path).frame
    frame = frame[[roles.outcome, *features, *sensitive]].dropna(subset=[roles.outcome])
    if len(frame) > 4 * SIZES[-1]:
        frame = frame.sample(4 * SIZES[-1], random_state=0)
    try:
        data = prepare(frame.reset_index(drop=True), roles, Settings())
    except RomeError:
        return None
    if data.outcome.kind != "numeric":
        return None
    return Source(path.stem, data.X, data.y, data.design.gate_index, data.design.expert_index)


def _line(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    return fit_ridge(X, y, np.ones(len(y)), False).predict(X)


def _quadratic(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    return fit_ridge(X, y, np.ones(len(y)), True).predict(X)


def _boosted(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    trees = HistGradientBoostingRegressor(max_iter=60, max_leaf_nodes=8, random_state=0)
    return trees.fit(X, y).predict(X)


def _permuted(mean: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the mean with its residuals permuted within fifths of it."""
    outcome, residual = mean.copy(), y - mean
    fifths = np.array_split(np.argsort(mean, kind="stable"), _FIFTHS)
    for rows in fifths:
        outcome[rows] += residual[rng.permutation(rows)]
    return outcome


def _around(shape: Callable) -> Callable:
    return lambda X, y, rng: _permuted(shape(X, y), y, rng)


def _log_mean(X: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A mean that multiplies, with residuals that are added."""
    return _permuted(np.exp(np.minimum(_line(X, np.log(y)), np.log(y.max()))), y, rng)


def _log_line(X: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One line on log y."""
    return np.exp(_permuted(_line(X, np.log(y)), np.log(y), rng))


def _levels(X: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One line, which a third of the rows lies above by three residual standard deviations."""
    mean = _line(X, y)
    return _permuted(mean, y, rng) + 3 * np.std(y - mean) * (rng.random(len(y)) < 1 / 3)


CONSTRUCTIONS: dict[str, Callable[[np.ndarray, np.ndarray, np.random.Generator], np.ndarray]] = {
    "line": _around(_line),
    "quadratic": _around(_quadratic),
    "boosted": _around(_boosted),
    "log-line mean": _log_mean,
    "line on log y": _log_line,
    "levels": _levels,
}
_NEEDS_LOGS = ("log-line mean", "line on log y")


@dataclass(frozen=True)
class NullTable:
    """Which table is drawn: the real one's name, how its outcome is made, rows, and seed."""

    real: str
    construction: str
    n: int
    seed: int


def plan(folder: Path, tables: int, first: int, most_rows: int = SIZES[-1]) -> list[NullTable]:
    """Return ``tables`` null tables: constructions by turns, real tables and sizes drawn evenly."""
    real = sources(folder)
    rng = np.random.default_rng(first)
    planned, names = [], list(CONSTRUCTIONS)
    for number in range(tables):
        construction = names[number % len(names)]
        usable = [item for item in real if construction not in _NEEDS_LOGS or (item.y > 0).all()]
        item = usable[rng.integers(len(usable))]
        size = min(int(rng.choice(SIZES)), len(item.y), most_rows)
        planned.append(NullTable(item.name, construction, size, 10_000 * first + number))
    return planned


def problem_of(folder: Path, table: NullTable) -> Problem:
    """Draw the rows of a null table, and its outcome."""
    item = source(folder / f"{table.real}.csv")
    rng = np.random.default_rng([table.seed, table.n])
    rows = rng.choice(len(item.y), table.n, replace=False)
    X = item.X[rows]
    y = CONSTRUCTIONS[table.construction](X, item.y[rows], rng)
    return Problem(X, y, np.ones(len(y)), item.gate_index, item.expert_index, "numeric", table.seed)


def insurance_without_smoker(folder: Path) -> Problem:
    """Return the insurance table's training rows with its hidden column left out."""
    item = source(folder / "insurance.csv", ("smoker",))
    return Problem(item.X, item.y, np.ones(len(item.y)), item.gate_index, item.expert_index, "numeric", 0)
