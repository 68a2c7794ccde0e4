"""The tasks of a comparison: each a model in a split, or a split's latent groups, done on several cores.

One process each, one thread in each, and an end when it is asked for.
"""

from __future__ import annotations

import os
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, wait
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import cpu_count
from joblib.externals.loky import ProcessPoolExecutor

from rome.compare.parts import Kept, write_part
from rome.compare.registry import MODEL_SPECS
from rome.compare.tuning import tune
from rome.em import RomeEM
from rome.errors import RomeError, RomeWarning
from rome.runtime.random import stream_seed
from rome.runtime.threads import one_thread
from rome.settings.comparison import CompareSettings
from rome.settings.spec import check_number
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


#: Seconds between two looks at whether the work should stop.
_LOOK = 0.5
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_bench: list[Bench] = []


def cores(n_jobs: int | None, n_tasks: int) -> int:
    """Return how many processes to use: those asked for, at most the cores, at most the tasks."""
    if n_jobs is not None:
        check_number("n_jobs", n_jobs, 1, 10_000, whole=True)
    available = min(cpu_count(), len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 10_000)
    return max(1, min(available, n_tasks, available if n_jobs is None else int(n_jobs)))


def done_tasks(job: Job, tasks: Sequence[Task], n_processes: int, look: Callable[[], None]) -> Iterator[Task]:
    """Do the tasks and yield each when it is done; ``look`` is called often, and may raise to stop.

    With one process they are done here, in order.
    """
    if n_processes == 1:
        bench = Bench(job)
        with one_thread():
            for task in tasks:
                bench.do(task, look)
                yield task
        return
    # A pool of our own: joblib's shared one may be at work for somebody else, and ours ends by force.
    set_up = {"initializer": _take, "initargs": (job, os.getpid())}
    pool = ProcessPoolExecutor(n_processes, **set_up, env=_ONE_THREAD, timeout=60)
    try:
        waiting = {pool.submit(_do, task): task for task in tasks}
        while waiting:
            look()
            finished, _ = wait(waiting, timeout=_LOOK, return_when=FIRST_COMPLETED)
            for future in finished:
                future.result()
                yield waiting.pop(future)
    except BrokenExecutor as error:
        raise RomeError(
            "A process of the comparison ended by itself, most likely for want of memory, with "
            f"{n_processes} at work. Run it again with fewer (n_jobs); "
            "what is done is kept where a folder was given."
        ) from error
    finally:
        # Nothing is lost: a task either wrote its file or begins again next time.
        pool.shutdown(wait=True, kill_workers=True)


def _take(job: Job, parent: int) -> None:
    """Set up a worker process."""
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _bench[:] = [Bench(job)]


def _end_with(parent: int) -> None:
    """End this process soon after its parent, however that went: else it would fit on for nobody."""
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os._exit(1)


def _do(task: Task) -> None:
    with one_thread():
        _bench[0].do(task)
