"""One task of a comparison, done in a worker: a model in a split, or a split's latent groups."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from rome.compare.parts import Kept, write_part
from rome.compare.registry import MODEL_SPECS
from rome.compare.tuning import tune
from rome.em import RomeEM
from rome.errors import RomeError, RomeWarning
from rome.runtime.random import stream_seed
from rome.settings.comparison import CompareSettings
from rome.study.prepare import Prepared, prepare
from rome.table.roles import Roles


@dataclass(frozen=True)
class Job:
    """What all tasks share; sent to each worker once."""

    frame: pd.DataFrame
    roles: Roles
    settings: CompareSettings
    folder: Path


@dataclass(frozen=True)
class Task:
    """A model (``None``: the latent groups) in a split, and the name of its file."""

    split: int
    model: str | None
    key: str


class Bench:
    """A worker's bench: the job, and the split that was prepared last, which the next task may share."""

    def __init__(self, job: Job) -> None:
        self._job, self._split, self._data = job, -1, None

    def data(self, split: int) -> Prepared:
        """Return the matrices of a split."""
        if self._data is None or split != self._split:
            self._split, self._data = split, prepared(self._job, split)
        return self._data

    def do(self, task: Task, tick: Callable[[], None] = lambda: None) -> None:
        """Do a task and write its file; what it can't do is written too, with the reason."""
        seed = split_seed(self._job.settings, task.split)
        try:
            data = self.data(task.split)
            if task.model is None:
                kept = _latent(data, self._job.settings, seed)
            else:
                kept = _model(task.model, data, self._job.settings, seed, tick)
        except RomeError as error:
            kept = Kept({}, {"failure": str(error)})
        write_part(self._job.folder, task.key, kept)


def split_seed(settings: CompareSettings, split: int) -> int:
    """Return the seed from which everything in a split follows."""
    return stream_seed(settings.random_state, f"comparison split {split}")


def prepared(job: Job, split: int) -> Prepared:
    """Return a split: rows, and a design that is fitted on its training rows only."""
    return prepare(job.frame, job.roles, job.settings.study_settings(split_seed(job.settings, split)))


def _latent(data: Prepared, settings: CompareSettings, seed: int) -> Kept:
    """Return responsibilities (n, K) of all used rows under a mixture of the training rows."""
    mixture = RomeEM(
        settings.latent_groups,
        gate_features=data.design.gate_index.tolist(),
        expert_features=data.design.expert_index.tolist(),
        outcome=data.outcome.kind,
        random_state=stream_seed(seed, "latent groups"),
    )
    with warnings.catch_warnings():
        # The grouping is a yardstick; the mixture's own ailments are the studies' concern.
        warnings.simplefilter("ignore", RomeWarning)
        mixture.fit(data.X[data.train], data.y[data.train], sample_weight=data.weights[data.train])
    return Kept({"responsibilities": mixture.responsibilities(data.X, data.y)}, {})


def _model(name: str, data: Prepared, settings: CompareSettings, seed: int, tick: Callable[[], None]) -> Kept:
    tuned = tune(MODEL_SPECS[name], data, settings, seed, tick)
    prediction = np.asarray(tuned.model.predict(data.X[data.test]), dtype=float)
    if not np.isfinite(prediction).all():
        return Kept({}, {"failure": f"{name} predicts values that are not finite."})
    description = {
        "parameters": {parameter: str(value) for parameter, value in tuned.parameters.items()},
        "validation_loss": tuned.validation_loss,
        "tried": tuned.tried,
        "failed": tuned.failed,
        "seconds": tuned.seconds,
        "notes": list(tuned.notes),
    }
    return Kept({"prediction": prediction}, description)
