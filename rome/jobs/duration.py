"""How long a study is likely to take here: by its size, at the pace of the studies before it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import numpy as np

from rome.jobs.attempt import Progress
from rome.serialize.atomic import draft_of
from rome.settings.networks import MoESettings
from rome.settings.study import Settings
from rome.store import Library
from rome.study.validation import FOLDS, MOST_ROWS
from rome.table import Roles, Table

_FILE = "pace.json"
_REMEMBERED = 15
#: Seconds that every study takes, and seconds for a thousand rows with few columns and one group, on one core
#: of a common server; benchmarks/study_pace.py measures them. The first study here brings its own pace.
_LEAST, _PER_THOUSAND = 4.0, 0.11
#: The same of networks: seconds to load torch, seconds a batch, more for every product in it, and the share
#: of the epochs that run where training may end early.
_TORCH, _PER_BATCH, _PER_PRODUCT, _EPOCHS_RUN = 3.0, 1.6e-4, 1.4e-10, 0.3
#: The range that is told, as parts of the likeliest: with studies before this one at least, and without.
_NARROWEST, _WIDEST = (0.75, 1.5), (0.5, 2.0)


@dataclass(frozen=True)
class Size:
    """What decides how long a study takes."""

    rows: int
    columns: int
    settings: Settings

    def units(self) -> float:
        """Return the size in units of about a second: the work grows with rows, columns and groups."""
        # More groups cost more an iteration, and take more iterations. Networks come on top: the verdict on
        # the data is asked with lines in either family.
        lines = _LEAST + _PER_THOUSAND * self.rows / 1000 * (1 + self.columns / 10) * self._groups**2
        return lines if self.settings.moe is None else lines + self._training(self.settings.moe)

    @property
    def _groups(self) -> int:
        auto = self.settings.n_groups == "auto"
        return self.settings.max_groups if auto else self.settings.n_groups

    def _training(self, moe: MoESettings) -> float:
        """Return the seconds that all trainings of a study are likely to take."""
        train = self.rows * (1 - self.settings.test_size)
        kept = 1 - moe.validation_fraction
        # One network, one on all columns, and the groups; the first and the last in every fold again.
        fits = [(train, 1), (train, 1), (train, self._groups)]
        fold = min(train, MOST_ROWS) * (FOLDS - 1) / FOLDS
        fits += [(fold, 1), (fold, self._groups)] * FOLDS
        epochs = moe.epochs * (1.0 if moe.patience is None else _EPOCHS_RUN)
        starts = 1 if moe.warm_start_from_em else moe.n_init
        widths = (self.columns, *moe.hidden_sizes, 1)
        products = moe.batch_size * sum(below * above for below, above in pairwise(widths))
        batches = sum(
            ceil(kept * rows / moe.batch_size) * (_PER_BATCH + _PER_PRODUCT * products * groups)
            for rows, groups in fits
        )
        return _TORCH + starts * epochs * batches


def study_size(table: Table, roles: Roles, settings: Settings) -> Size:
    """Return the size of a study that may not have been run yet."""
    return Size(len(table.frame), len(roles.features) + len(roles.sensitive), settings)


def note(library: Library, size: Size, seconds: float) -> None:
    """Remember how long a study took, for the next estimates."""
    kept = [*_ratios(library), seconds / size.units()][-_REMEMBERED:]
    path = library.root / _FILE
    draft = draft_of(path)
    draft.write_text(json.dumps({"seconds_per_unit": kept}), encoding="utf-8")
    draft.replace(path)


def _ratios(library: Library) -> list[float]:
    try:
        plain = json.loads((library.root / _FILE).read_text(encoding="utf-8"))
        return [float(ratio) for ratio in plain["seconds_per_unit"]]
    except (FileNotFoundError, ValueError, LookupError, TypeError):
        # None yet, or a damaged file: it holds nothing but estimates, and the next study writes it anew.
        return []


def expected(library: Library, size: Size) -> tuple[float, float]:
    """Return the seconds that a study is likely to take, from and to."""
    ratios = _ratios(library)
    if not ratios:
        low, high = _WIDEST
    else:
        middle = float(np.median(ratios))
        low = min(float(np.quantile(ratios, 0.25)), middle * _NARROWEST[0])
        high = max(float(np.quantile(ratios, 0.75)), middle * _NARROWEST[1])
    return low * size.units(), high * size.units()


def seconds_left(progress: Progress, likely: tuple[float, float] | None) -> float | None:
    """Return the seconds that are likely left; None where nothing can be said yet.

    What was expected before the start counts less, and the pace so far more, the more of the work is done.
    """
    share, seconds = progress.share, progress.seconds
    by_pace = seconds * (1 - share) / share if share > 0.02 else None
    if likely is None:
        return by_pace if share > 0.1 else None
    before = max(sum(likely) / 2 - seconds, 0.0)
    return before if by_pace is None else share * by_pace + (1 - share) * max(before, 0.0)
