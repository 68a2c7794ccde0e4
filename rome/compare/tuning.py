"""The same search for every model: its default, then random configurations, judged on validation rows."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from rome.compare.registry import Columns, Model, ModelSpec
from rome.errors import SettingError
from rome.runtime.random import stream, stream_seed
from rome.settings.comparison import CompareSettings, TuningCriterion
from rome.study.prepare import Prepared
from rome.table.split import split_rows

#: Validation rows below which an observed group says too little to choose by.
FEWEST_VALIDATION_ROWS = 10
#: What a configuration may die of without ending the comparison; ``RomeError`` is a ``ValueError``.
_FAULTS = (ValueError, ArithmeticError, np.linalg.LinAlgError, RuntimeError)


@dataclass(frozen=True)
class Tuned:
    """A model refitted on all training rows with the configuration that was chosen, and how it was."""

    model: Model
    parameters: Mapping[str, object]
    validation_loss: float
    tried: int
    failed: int
    seconds: float
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """Rows of the training part that configurations are fitted on, and judged on, as positions."""

    fit: np.ndarray
    judge: np.ndarray


def part_of(data: Prepared, settings: CompareSettings, seed: int) -> Part:
    """Return the split of the training rows by which every model of this split is tuned."""
    strata = data.y[data.train] if data.outcome.kind == "binary" else None
    inner = split_rows(len(data.train), settings.validation_size, stream_seed(seed, "tuning"), strata=strata)
    return Part(data.train[inner.train], data.train[inner.test])


def criterion_loss(
    prediction: np.ndarray,
    outcome: np.ndarray,
    weights: np.ndarray,
    groups: np.ndarray,
    criterion: TuningCriterion,
) -> float:
    """Return the mean squared error of everybody, or of the worst group with at least 10 rows.

    All arguments are (n,); for a binary outcome the squared error of a probability is the Brier score.

    Raises
    ------
    SettingError
        No observed group has as many rows.
    """
    squared = (outcome - prediction) ** 2
    if criterion == "overall":
        return float(np.average(squared, weights=weights))
    names, codes, rows = np.unique(groups, return_inverse=True, return_counts=True)
    judged = rows >= FEWEST_VALIDATION_ROWS
    if not judged.any():
        raise SettingError(
            f"None of {len(names)} observed groups has {FEWEST_VALIDATION_ROWS} validation rows, so that "
            "models can't be tuned by the worst of them. "
            'Use the criterion "overall", or name fewer observed columns.'
        )
    sums = np.bincount(codes, weights * squared)
    return float((sums[judged] / np.bincount(codes, weights)[judged]).max())


def tune(
    spec: ModelSpec,
    data: Prepared,
    settings: CompareSettings,
    seed: int,
    tick: Callable[[], None] = lambda: None,
) -> Tuned:
    """Search the model's space on the training rows and refit the best configuration on all of them.

    A model without a space has nothing to search, and is only fitted. ``tick`` is called between fits and
    may raise to stop.

    Raises
    ------
    SettingError
        Every configuration failed; the message says how the first one did.
    """
    began = time.perf_counter()
    with warnings.catch_warnings(record=True) as caught:
        # Fits in tuning may well be poor; what they say is kept as notes, once each.
        warnings.simplefilter("always")
        best, loss, tried, failed = _search(spec, data, settings, seed, tick)
        tick()
        model = fitted(spec, data, data.train, best, seed)
    notes = tuple(dict.fromkeys(f"{item.category.__name__}: {item.message}"[:300] for item in caught))
    return Tuned(model, best, loss, tried, failed, time.perf_counter() - began, notes)


def _search(
    spec: ModelSpec, data: Prepared, settings: CompareSettings, seed: int, tick: Callable[[], None]
) -> tuple[Mapping[str, object], float, int, int]:
    part = part_of(data, settings, seed)
    candidates = configurations(spec, settings.budget, seed)
    losses, faults = [], []
    for candidate in candidates:
        tick()
        try:
            model = fitted(spec, data, part.fit, candidate, seed)
            losses.append(_judged(model, data, part.judge, settings.criterion))
        except _FAULTS as fault:
            losses.append(np.inf)
            faults.append(str(fault))
    if len(faults) == len(candidates):
        raise SettingError(f"No configuration of {spec.name} could be fitted: {faults[0]}")
    place = int(np.argmin(losses))
    return candidates[place], float(losses[place]), len(candidates), len(faults)


def configurations(spec: ModelSpec, budget: int, seed: int) -> list[Mapping[str, object]]:
    """Return the default, then random draws: ``budget`` in all, or the default alone without a space."""
    if not spec.space:
        return [{}]
    rng = stream(seed, f"configurations of {spec.name}")
    drawn = [{name: space.draw(rng) for name, space in spec.space.items()} for _ in range(budget - 1)]
    return [{}, *drawn]


def fitted(
    spec: ModelSpec, data: Prepared, rows: np.ndarray, parameters: Mapping[str, object], seed: int
) -> Model:
    """Return the model fitted on ``rows``, told their observed groups where it knows groups."""
    columns = Columns(
        tuple(data.design.expert_index.tolist()),
        tuple(data.design.gate_index.tolist()),
        data.outcome.kind,
        stream_seed(seed, spec.name),
    )
    model = spec.build(columns, parameters)
    told = {"groups": data.observed_group[rows]} if spec.knows_groups else {}
    return model.fit(data.X[rows], data.y[rows], sample_weight=data.weights[rows], **told)


def _judged(model: Model, data: Prepared, rows: np.ndarray, criterion: TuningCriterion) -> float:
    prediction = model.predict(data.X[rows])
    loss = criterion_loss(prediction, data.y[rows], data.weights[rows], data.observed_group[rows], criterion)
    if not np.isfinite(loss):
        raise SettingError("its predictions are not finite")
    return loss
