"""One comparison, from a table to a ``ComparisonResult``: tasks on several cores, then their scores."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd

from rome.compare.parts import comparison_id, has_part, latent_key, part_key, read_part
from rome.compare.registry import ModelSpec, chosen_specs, default_models
from rome.compare.result import ChosenModel, ComparedModel, ComparisonResult, Failure
from rome.compare.scoring import groupings_of, split_scores
from rome.compare.tuning import criterion_loss, part_of
from rome.compare.work import Job, Task, cores, done_tasks, prepared, split_seed
from rome.em.matching import match_groups
from rome.errors import RomeError, StoreError
from rome.runtime.versions import versions
from rome.settings.comparison import CompareSettings, TuningCriterion
from rome.study.prepare import Prepared
from rome.table.reading.read import Table
from rome.table.roles import Roles

#: Called with (share done in [0, 1], what is being done); may raise ``Cancelled`` to stop the work.
Progress = Callable[[float, str], None]
_FITTING = 0.97
#: The folder of what is kept of each split and model.
PARTS = "parts"
#: Named in a failure where a split could not even be prepared.
EVERY_MODEL = "every model"


def compare(
    table: Table,
    roles: Roles,
    models: Sequence[str] | None = None,
    n_splits: int = 20,
    budget: int = 8,
    *,
    criterion: TuningCriterion = "worst_observed",
    test_size: float = 0.3,
    validation_size: float = 0.25,
    latent_groups: int = 2,
    observed: Sequence[str] | None = None,
    min_group_size: int = 30,
    random_state: int = 0,
    folder: Path | str | None = None,
    n_jobs: int | None = None,
    progress: Progress | None = None,
) -> ComparisonResult:
    """Compare models over repeated splits, each model with the same rows, columns and tuning.

    Parameters
    ----------
    table : Table
        As ``rome.table.read_table`` gives it.
    roles : Roles
    models : sequence of str or None
        Names in ``MODEL_SPECS``, the reference first; ``None`` takes all that are installed.
    n_splits, budget, criterion, test_size, validation_size, latent_groups, observed, min_group_size, \
random_state : as in ``CompareSettings``
    folder, n_jobs, progress : as in ``run_comparison``

    Raises
    ------
    RomeError
        The table can't be studied with these roles and settings; the message says why and what to do.
    """
    settings = CompareSettings(
        models=default_models() if models is None else models,
        n_splits=n_splits,
        budget=budget,
        criterion=criterion,
        test_size=test_size,
        validation_size=validation_size,
        latent_groups=latent_groups,
        observed=None if observed is None else tuple(observed),
        min_group_size=min_group_size,
        random_state=random_state,
    )
    return run_comparison(table, roles, settings, folder=folder, n_jobs=n_jobs, progress=progress)


def run_comparison(
    table: Table,
    roles: Roles,
    settings: CompareSettings,
    *,
    folder: Path | str | None = None,
    n_jobs: int | None = None,
    progress: Progress | None = None,
) -> ComparisonResult:
    """Run the comparison that ``settings`` describe.

    Parameters
    ----------
    table, roles : as in ``compare``
    settings : CompareSettings
    folder : path or None
        Where each split and model is kept as it is done, so that a comparison that is cut off goes on from
        there; ``None`` keeps them until the end only.
    n_jobs : int or None
        Processes at most, one thread each; ``None`` takes all cores. With 1 the work is done in this process.
    progress : callable or None
        Told how far the work is, at least every half second with several processes and between fits with
        one; an exception it raises ends the comparison.
    """
    progress = progress or (lambda share, what: None)
    specs = chosen_specs(settings.models)
    place = Path(tempfile.mkdtemp(prefix="rome-compare-") if folder is None else folder)
    try:
        job = Job(table.frame, roles, settings, _made(place / PARTS))
        progress(0.0, "Preparing the table")
        first = prepared(job, 0)
        _require_criterion(first, settings)
        latent, fits = _tasks(table.fingerprint, roles, settings, specs)
        _do(job, [*latent, *fits], {spec.name: spec.title for spec in specs}, n_jobs, progress)
        progress(_FITTING, "Scoring held-out rows")
        scores, chosen, failures = _collect(job, latent, fits)
        progress(1.0, "Done")
    finally:
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)
    return ComparisonResult(
        comparison_id=comparison_id(table.fingerprint, roles, settings),
        name=table.name,
        fingerprint=table.fingerprint,
        rows=len(first.y),
        n_train=len(first.train),
        n_test=len(first.test),
        outcome_kind=first.outcome.kind,
        roles=roles,
        settings=settings,
        models=tuple(ComparedModel(spec.name, spec.title, spec.sees, tuple(spec.space)) for spec in specs),
        chosen=chosen,
        failures=failures,
        versions=versions(),
        scores=scores,
    )


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f'The comparison can\'t be kept in "{folder}": {error.strerror or error}. Choose another folder.'
        ) from error
    return folder


def _require_criterion(data: Prepared, settings: CompareSettings) -> None:
    """Raise now, not after minutes, where the first split's validation rows can't decide."""
    judge = part_of(data, settings, split_seed(settings, 0)).judge
    criterion_loss(
        data.y[judge], data.y[judge], data.weights[judge], data.observed_group[judge], settings.criterion
    )


def fits_left(fingerprint: str, roles: Roles, settings: CompareSettings, folder: Path | str) -> Counter[str]:
    """Return how many splits of each model ``run_comparison`` would still have to do in ``folder``.

    Raises
    ------
    SettingError
        A model of the settings is unknown, or its package is missing.
    """
    _, fits = _tasks(fingerprint, roles, settings, chosen_specs(settings.models))
    parts = Path(folder) / PARTS
    return Counter(str(task.model) for task in fits if not has_part(parts, task.key))


def _tasks(
    fingerprint: str, roles: Roles, settings: CompareSettings, specs: tuple[ModelSpec, ...]
) -> tuple[list[Task], list[Task]]:
    """Return the tasks of the latent groups, if any, and those of the models, split by split."""
    splits = range(settings.n_splits)
    latent = [
        Task(split, None, latent_key(fingerprint, roles, settings, split))
        for split in splits
        if settings.latent_groups > 1
    ]
    fits = [
        Task(split, spec.name, part_key(fingerprint, roles, settings, spec, split))
        for split in splits
        for spec in specs
    ]
    return latent, fits


def _do(
    job: Job, tasks: list[Task], titles: Mapping[str, str], n_jobs: int | None, progress: Progress
) -> None:
    missing = [task for task in tasks if not has_part(job.folder, task.key)]
    done, last = len(tasks) - len(missing), "Fitting"

    def look() -> None:
        progress(_FITTING * done / len(tasks), last)

    # Closed at once where ``look`` raises, so that no process works on.
    with closing(done_tasks(job, missing, cores(n_jobs, len(missing)), look)) as finished:
        for task in finished:
            done += 1
            what = "latent groups" if task.model is None else titles[task.model]
            last = f"Split {task.split + 1} of {job.settings.n_splits}: {what}"
            look()


def _collect(
    job: Job, latent: list[Task], fits: list[Task]
) -> tuple[pd.DataFrame, tuple[ChosenModel, ...], tuple[Failure, ...]]:
    tables: list[pd.DataFrame] = []
    chosen: list[ChosenModel] = []
    failures: list[Failure] = []
    reference: np.ndarray | None = None
    for split in range(job.settings.n_splits):
        try:
            data = prepared(job, split)
        except RomeError as error:
            failures.append(Failure(split, EVERY_MODEL, str(error)))
            continue
        own = _responsibilities(job, [task for task in latent if task.split == split], failures)
        if own is not None:
            # Groups have no names of their own: those of every split are matched to the first's.
            reference = own if reference is None else reference
            own = own[:, match_groups(reference, own)]
        predictions = {}
        for task in (task for task in fits if task.split == split):
            kept = read_part(job.folder, task.key)
            if "failure" in kept.description:
                failures.append(Failure(split, str(task.model), str(kept.description["failure"])))
                continue
            predictions[str(task.model)] = kept.arrays["prediction"]
            chosen.append(_chosen(task, kept.description))
        tables.append(
            split_scores(split, data, predictions, groupings_of(data, own), job.settings.min_group_size)
        )
    return pd.concat(tables, ignore_index=True), tuple(chosen), tuple(failures)


def _responsibilities(job: Job, tasks: list[Task], failures: list[Failure]) -> np.ndarray | None:
    for task in tasks:
        kept = read_part(job.folder, task.key)
        if "failure" not in kept.description:
            return kept.arrays["responsibilities"]
        failures.append(Failure(task.split, "latent groups", str(kept.description["failure"])))
    return None


def _chosen(task: Task, description: dict[str, object]) -> ChosenModel:
    known = {name: value for name, value in description.items() if name != "notes"}
    return ChosenModel(split=task.split, model=str(task.model), **known, notes=tuple(description["notes"]))
