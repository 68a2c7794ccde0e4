"""One split of a real table: every model tuned alike, and its held-out losses by four groupings.

What the groupings are is told in ``benchmarks.results_table``, which prints what is found here.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.kept import file_of, made_with, read_kept
from benchmarks.kept import keep as keep_result
from benchmarks.real_tables import RealTable
from rome.compare import MODEL_SPECS, CompareSettings
from rome.compare.tuning import tune
from rome.em import RomeEM
from rome.errors import RomeWarning
from rome.groups.groupings import Grouped, from_labels, latent, predicted
from rome.runtime.random import stream_seed
from rome.study.prepare import Prepared, prepare

EVERYBODY = "everybody"
NAMES = ("Group 1", "Group 2")


@dataclass(frozen=True)
class SplitLosses:
    """One split of one table.

    ``losses`` is by grouping and model: squared error of everybody, or of the worst ranked group. ``groups``
    counts the ranked groups. ``told`` is the share of the entropy of the latent groups that their gate
    removes, 0 if the sensitive columns say nothing. ``room`` is the share of the pooled error in its worst
    latent group that goes if that group gets its own line: the most that a linear ROME could take off.
    """

    table: str
    split: int
    n_train: int
    n_test: int
    losses: Mapping[str, Mapping[str, float]]
    groups: Mapping[str, int]
    shares: tuple[float, ...]
    told: float
    room: float
    chosen: Mapping[str, Mapping[str, str]]
    seconds: float


def one_split(real: RealTable, settings: CompareSettings, split: int) -> SplitLosses:
    """Fit every model on the training rows of a split and score the rest."""
    began, seed = time.perf_counter(), stream_seed(settings.random_state, f"comparison split {split}")
    data = prepare(real.frame, real.roles, settings.study_settings(seed))
    yardstick = latent_groups(data, seed)
    groupings = groupings_of(data, yardstick)
    tuned = {name: tune(MODEL_SPECS[name], data, settings, seed) for name in settings.models}
    squared = {
        name: (data.y[data.test] - one.model.predict(data.X[data.test])) ** 2 for name, one in tuned.items()
    }
    weights = data.weights[data.test]
    ranked = {name: ~group.too_small(weights, settings.min_group_size) for name, group in groupings.items()}
    losses = {
        name: {model: worst(group, ranked[name], weights, error) for model, error in squared.items()}
        for name, group in groupings.items()
    }
    return SplitLosses(
        table=real.name,
        split=split,
        n_train=len(data.train),
        n_test=len(data.test),
        losses=losses,
        groups={name: int(which.sum()) for name, which in ranked.items()},
        shares=tuple(yardstick.shares_.tolist()),
        told=told_by_gate(yardstick.membership(data.X[data.test])),
        room=room_for_lines(yardstick, data, groupings["latent"], squared["pooled"]),
        chosen={
            name: {key: str(value) for key, value in one.parameters.items()} for name, one in tuned.items()
        },
        seconds=time.perf_counter() - began,
    )


def latent_groups(data: Prepared, seed: int) -> RomeEM:
    """Return the ROME-EM by which latent and predicted groups are told, of the training rows alone."""
    mixture = RomeEM(
        len(NAMES),
        gate_features=data.design.gate_index.tolist(),
        expert_features=data.design.expert_index.tolist(),
        outcome=data.outcome.kind,
        random_state=stream_seed(seed, "latent groups"),
    )
    with warnings.catch_warnings():
        # A yardstick: its ailments are the business of a study, not of a table of results.
        warnings.simplefilter("ignore", RomeWarning)
        return mixture.fit(data.X[data.train], data.y[data.train], sample_weight=data.weights[data.train])


def groupings_of(data: Prepared, yardstick: RomeEM) -> dict[str, Grouped]:
    """Return the groupings of the held-out rows."""
    X, y = data.X[data.test], data.y[data.test]
    return {
        EVERYBODY: Grouped((EVERYBODY,), np.ones((len(y), 1))),
        "latent": latent(yardstick.responsibilities(X, y), NAMES),
        "predicted": predicted(yardstick.membership(X), NAMES),
        "observed": from_labels(data.observed_group[data.test]),
    }


def worst(group: Grouped, ranked: np.ndarray, weights: np.ndarray, squared: np.ndarray) -> float:
    """Return the largest mean of ``squared`` (n,) over the ``ranked`` groups (G,); NaN if none is."""
    found = group_means(group, weights, squared)[ranked]
    return float(found.max()) if len(found) else float("nan")


def group_means(group: Grouped, weights: np.ndarray, squared: np.ndarray) -> np.ndarray:
    """Return the mean of ``squared`` (n,) or its columns (n, S) in each group, (G,) or (G, S)."""
    shares = group.weights * weights[:, None]
    total = np.maximum(shares.sum(axis=0), np.finfo(float).tiny)
    return ((shares.T @ squared).T / total).T


def told_by_gate(membership: np.ndarray) -> float:
    """Return 1 − (mean entropy of the rows of ``membership`` (n, K)) / (entropy of their mean)."""

    def entropy(shares: np.ndarray) -> np.ndarray:
        return -(shares * np.log(np.maximum(shares, np.finfo(float).tiny))).sum(axis=-1)

    whole = float(entropy(membership.mean(axis=0)))
    return 1 - float(entropy(membership).mean()) / whole if whole > 0 else 0.0


def room_for_lines(yardstick: RomeEM, data: Prepared, group: Grouped, pooled: np.ndarray) -> float:
    """Return the share of ``pooled`` (n,), squared errors, that own lines take off in its worst group."""
    weights = data.weights[data.test]
    own = (data.y[data.test][:, None] - yardstick.group_predictions(data.X[data.test])) ** 2
    before = group_means(group, weights, pooled)
    place = int(before.argmax())
    return float(1 - group_means(group, weights, own[:, place])[place] / before[place])


def kept_split(real: RealTable, settings: CompareSettings, split: int, keep: Path | None) -> SplitLosses:
    """Return a split from its file where it was kept, made alike, else do it and keep it."""
    if keep is None:
        return one_split(real, settings, split)
    # The number of splits decides nothing about one of them.
    chosen = replace(settings, n_splits=2)
    made = made_with(real.table.fingerprint, rows=len(real.frame), roles=real.roles, settings=chosen)
    path = file_of(keep, f"{real.name}-{split}", made)
    known = read_kept(path, made)
    if known is not None:
        return SplitLosses(**known)
    found = one_split(real, settings, split)
    keep_result(path, made, asdict(found))
    return found
