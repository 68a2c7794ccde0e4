"""One study on some rows, and what its advice does on fresh ones, beside peers fitted to the same rows."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.advice_tables import drawn
from benchmarks.kept import file_of, made_with, read_kept
from benchmarks.kept import keep as keep_result
from benchmarks.real_tables import RealTable, fingerprint_of, real_table
from rome import study
from rome.errors import RomeWarning
from rome.groups.groupings import from_labels, observed
from rome.settings.study import Settings
from rome.stats.bootstrap import Resampling, group_sums, resampled_group_sums
from rome.study.candidates import SEEING, SINGLE, single
from rome.table import Roles, read_table
from rome.table.outcome import outcome_values
from rome.table.reading.read import Table
from rome.table.split import usable_rows

EVERYBODY, WORST = "everybody", "worst observed"
PEERS = tuple(f"{model.kind}{' with s' if model.sees == 'as' else ''}" for model in (*SINGLE, *SEEING))


@dataclass(frozen=True)
class Change:
    """(model − line) / line on fresh rows with its 95% interval; NaN where no group can be ranked."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class AdviceRun:
    """What was advised, and its error on fresh rows against one line's, by whose error and which model."""

    name: str
    rows: int
    fresh: int
    seed: int
    advised: str
    n_groups: int
    gate: str
    curves: bool
    strength: float
    withdrawn: bool
    near_edge: bool
    changes: Mapping[str, Mapping[str, Change]]
    seconds: float

    @property
    def change(self) -> Mapping[str, Change]:
        """The advised model's."""
        return {whose: by_model["advised"] for whose, by_model in self.changes.items()}


def on_drawn(kind: str, rows: int, fresh: int, seed: int) -> AdviceRun:
    """Study a drawn table, and score what it advises on fresh rows of the same law."""
    frame, others, roles = drawn(kind, rows, fresh, seed)
    table = read_table(frame.to_csv(index=False).encode(), f"{kind}.csv")
    return _run(kind, table, others, roles, seed)


def on_halves(real: RealTable, seed: int) -> AdviceRun:
    """Study one half of a real table's rows, drawn by the seed, and score what it advises on the other."""
    rows = np.random.default_rng(seed).permutation(len(real.frame))
    here, there = (real.frame.iloc[np.sort(half)].reset_index(drop=True) for half in np.array_split(rows, 2))
    return _run(real.name, replace(real.table, frame=here), there, real.roles, seed)


def _run(name: str, table: Table, others: pd.DataFrame, roles: Roles, seed: int) -> AdviceRun:
    began = time.process_time()
    with warnings.catch_warnings():
        # What ails a fit is the business of a study, not of a table of many.
        warnings.simplefilter("ignore", RomeWarning)
        run = study.run(table, roles, Settings(n_groups=1, random_state=seed))
    seconds, advice = time.process_time() - began, run.result.advice
    rows = usable_rows(others, roles)
    usable, y = others.iloc[rows.index], outcome_values(others, roles).values[rows.index]
    X = run.data.design.transform(usable)
    settings = run.result.settings
    predicted = {
        peer: single(model, run.data, settings, run.data.train).predict(X)
        for peer, model in zip(PEERS, (*SINGLE, *SEEING), strict=True)
    }
    predicted["advised"] = predicted["line"] if run.advised is None else run.advised.predict(X)
    return AdviceRun(
        name=name,
        rows=run.result.data.used,
        fresh=len(y),
        seed=seed,
        advised=advice.model.kind,
        n_groups=advice.model.n_groups,
        gate=advice.model.gate,
        curves=advice.model.curves,
        strength=advice.dro_strength,
        withdrawn=advice.withdrawn is not None,
        near_edge=advice.near_edge,
        changes=_changes(predicted, y, rows.weight, _cells(usable, roles, settings, rows.weight), seed),
        seconds=seconds,
    )


def _cells(frame: pd.DataFrame, roles: Roles, settings: Settings, weights: np.ndarray) -> np.ndarray:
    """Return who is in which observed group of fresh rows, (n, G), as far as half a group is large enough."""
    columns = {name: frame[name].reset_index(drop=True) for name in roles.sensitive}
    half = np.arange(len(frame)) % 2 == 0
    labels, _ = observed(columns, half, settings.min_group_size, False, weights)
    grouped = from_labels(labels)
    return grouped.weights[:, ~grouped.too_small(weights, settings.min_group_size)]


def _changes(
    predicted: Mapping[str, np.ndarray], y: np.ndarray, weights: np.ndarray, cells: np.ndarray, seed: int
) -> dict[str, dict[str, Change]]:
    """Return every model's change against one line for everybody and the worst observed group."""
    losses = np.column_stack([(y - each) ** 2 for each in predicted.values()])
    weighted = np.column_stack([losses * weights[:, None], weights])
    groups = np.column_stack([np.ones(len(y)), cells])
    resampling = Resampling.within_budget(len(y), 400, seed, 0.95)
    again = np.concatenate([resampled_group_sums(counts, groups, weighted) for counts in resampling.counts()])
    found: dict[str, dict[str, Change]] = {}
    for whose, places in ((EVERYBODY, slice(0, 1)), (WORST, slice(1, None))):
        value = _relative(group_sums(groups, weighted)[None], places, list(predicted).index("line"))[0]
        spread = _relative(again, places, list(predicted).index("line"))
        low, high = np.quantile(spread, [0.025, 0.975], axis=0)
        limits = zip(predicted, value, low, high, strict=True)
        found[whose] = {model: Change(*map(float, numbers)) for model, *numbers in limits}
    return found


def _relative(sums: np.ndarray, places: slice, line: int) -> np.ndarray:
    """Return (model − line) / line, (B, M), of the largest mean loss of some groups of sums (B, G, M + 1)."""
    means = sums[:, places, :-1] / np.maximum(sums[:, places, -1:], np.finfo(float).tiny)
    if not means.shape[1]:
        return np.full(means.shape[::2], np.nan)
    largest = means.max(axis=1)
    return largest / np.maximum(largest[:, [line]], np.finfo(float).tiny) - 1


def kept_run(keep: Path | None, name: str, fingerprint: str, make: Callable[[], AdviceRun]) -> AdviceRun:
    """Return a run from its file where it was kept, made alike, else make and keep it."""
    if keep is None:
        return make()
    keep.mkdir(parents=True, exist_ok=True)
    made = made_with(fingerprint, run=name)
    path = file_of(keep, name, made)
    known = read_kept(path, made)
    if known is None:
        found = make()
        keep_result(path, made, asdict(found))
        return found
    changes = {
        whose: {model: Change(**change) for model, change in by_model.items()}
        for whose, by_model in known["changes"].items()
    }
    return AdviceRun(**(known | {"changes": changes}))


def real_run(folder: Path, name: str, rows: int, seed: int, keep: Path | None) -> AdviceRun:
    """Return the run on a half of a real table, of at most ``rows`` rows in both halves together."""
    real = real_table(folder, name, rows, seed)
    return kept_run(
        keep, f"{name}-{rows}-{seed}", fingerprint_of(folder, name), lambda: on_halves(real, seed)
    )
