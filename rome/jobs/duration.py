"""How long a study or a comparison is likely to take here: by its size, at the pace of those before it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import numpy as np

from rome.compare import MODEL_SPECS, CompareSettings, ComparisonResult, fits_left
from rome.jobs.attempt import Progress
from rome.jobs.comparisons import home
from rome.jobs.processes import share_of_cores
from rome.serialize.atomic import write_whole
from rome.serialize.document import DAMAGE, read_json
from rome.settings.networks import MoESettings
from rome.settings.study import Settings
from rome.store import Library
from rome.study.validation import FOLDS, MOST_ROWS
from rome.table import Roles, Table

_STUDIES, _COMPARISONS = "pace.json", "compare_pace.json"
#: The name of the only list of times in the file of studies; that of comparisons has one a model. The number
#: changes with what a unit is, so that a pace in older units is forgotten.
_ANY_STUDY = "seconds_per_unit_2"
_REMEMBERED = 15
#: Seconds that every study takes; for each group and each thousand training rows that candidates and evidence
#: are judged on; and for each thousand rows of the table: with few columns, on one core of a common server.
#: benchmarks/study_pace.py and study_stages.py measure them. The first study here brings its own pace.
_LEAST, _PER_JUDGED, _PER_THOUSAND = 4.0, 1.0, 0.055
#: Numbers of groups after which the search has usually stopped.
_USUALLY_TRIED = 4
#: The same of networks: seconds to load torch, seconds a batch, more for every product in it, and the share
#: of the epochs that run where training may end early.
_TORCH, _PER_BATCH, _PER_PRODUCT, _EPOCHS_RUN = 3.0, 1.6e-4, 1.4e-10, 0.3
#: Seconds for one fit on one core of a common server: for any table, and for each thousand rows of it.
_SECONDS: Mapping[str, tuple[float, float]] = {
    "pooled": (0.005, 0.001),
    "pooled_with_s": (0.005, 0.001),
    "interactions": (0.005, 0.002),
    "boosted_trees": (0.1, 0.03),
    "mlp": (0.1, 0.35),
    "mlp_with_s": (0.1, 0.35),
    "vanilla_moe": (0.2, 1.5),
    "group_dro": (0.05, 0.15),
    "bounded_loss": (0.3, 0.03),
    "adversarial": (0.1, 0.1),
    "cvar_dro": (0.1, 0.3),
    "chi_square_dro": (0.1, 0.5),
    "rome_em": (0.1, 0.12),
    "rome_moe": (0.3, 1.8),
}
_UNKNOWN = (0.2, 0.5)
#: Seconds for a split beside its fits (preparing, latent groups, scoring), and for a thousand rows of it.
_SPLIT = (0.15, 0.1)
#: The range that is said, as parts of the likeliest: with studies before this one at least, where most models
#: were timed here, and without either.
_NARROWEST, _NARROW, _WIDE = (0.75, 1.5), (0.75, 1.4), (0.5, 2.0)


@dataclass(frozen=True)
class Size:
    """What decides how long a study takes."""

    rows: int
    columns: int
    settings: Settings

    def units(self) -> float:
        """Return the size in units of about a second: the work grows with rows, columns and groups."""
        # Most of the time goes to judging, for which larger tables are drawn from. Networks come on top: the
        # verdict on the data is asked with lines in either family.
        judged = min(self.rows * (1 - self.settings.test_size), MOST_ROWS)
        thousands = _PER_JUDGED * judged / 1000 * self._groups + _PER_THOUSAND * self.rows / 1000
        lines = _LEAST + (1 + self.columns / 10) * thousands
        return lines if self.settings.moe is None else lines + self._training(self.settings.moe)

    @property
    def _groups(self) -> int:
        auto = self.settings.n_groups == "auto"
        return min(self.settings.max_groups, _USUALLY_TRIED) if auto else self.settings.n_groups

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


def note_study(library: Library, size: Size, seconds: float) -> None:
    """Remember how long a study took, for the next estimates."""
    _remember(library, _STUDIES, {_ANY_STUDY: seconds / size.units()})


def expected_of_study(library: Library, size: Size) -> tuple[float, float]:
    """Return the seconds that a study is likely to take, from and to."""
    ratios = _times(library, _STUDIES).get(_ANY_STUDY)
    if not ratios:
        low, high = _WIDE
    else:
        middle = float(np.median(ratios))
        low = min(float(np.quantile(ratios, 0.25)), middle * _NARROWEST[0])
        high = max(float(np.quantile(ratios, 0.75)), middle * _NARROWEST[1])
    return low * size.units(), high * size.units()


def left_of(library: Library, fingerprint: str, roles: Roles, settings: CompareSettings) -> Mapping[str, int]:
    """Return how many splits of each model are left to do; what was done in other comparisons counts.

    Raises
    ------
    SettingError
        A model of the settings is unknown, or its package is missing.
    """
    return fits_left(fingerprint, roles, settings, home(library, fingerprint))


def expected_of_comparison(
    library: Library, rows: int, settings: CompareSettings, left: Mapping[str, int]
) -> tuple[float, float]:
    """Return the seconds that what is ``left_of`` a comparison is likely to take, from and to."""
    known, thousands = _times(library, _COMPARISONS), rows / 1000
    # A model that was never timed here shares the pace of those that were.
    usual = float(np.median([np.median(ratios) for ratios in known.values()])) if known else 1.0
    seconds = {
        model: splits
        * _fits(model, settings.budget)
        * _units(model, thousands)
        * float(np.median(known.get(model, [usual])))
        for model, splits in left.items()
    }
    total = sum(seconds.values()) / share_of_cores()
    timed = sum(spent for model, spent in seconds.items() if model in known)
    low, high = _NARROW if timed > 0.8 * sum(seconds.values()) else _WIDE
    rest = settings.n_splits * (_SPLIT[0] + _SPLIT[1] * thousands)
    return low * (total + rest), high * (total + rest)


def note_comparison(library: Library, result: ComparisonResult) -> None:
    """Remember how long the fits of a comparison took, for the next estimates."""
    spent: dict[str, list[float]] = defaultdict(list)
    for one in result.chosen:
        units = (one.tried + 1) * _units(one.model, result.rows / 1000)
        spent[one.model].append(one.seconds / units)
    _remember(library, _COMPARISONS, {model: float(np.median(ratios)) for model, ratios in spent.items()})


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


def _fits(model: str, budget: int) -> int:
    """Return how often a model is fitted in a split: each configuration, and the chosen one once more."""
    return 1 + (budget if MODEL_SPECS[model].space else 1)


def _units(model: str, thousands: float) -> float:
    start, more = _SECONDS.get(model, _UNKNOWN)
    return start + more * thousands


def _remember(library: Library, file: str, times: Mapping[str, float]) -> None:
    known = _times(library, file)
    for name, seconds in times.items():
        known[name] = [*known.get(name, []), seconds][-_REMEMBERED:]
    write_whole(library.root / file, json.dumps(known).encode())


def _times(library: Library, file: str) -> dict[str, list[float]]:
    """Return the times of the last runs, in units of what was expected of a common server."""
    try:
        plain = read_json(library.root / file)
        return {str(name): [float(each) for each in times] for name, times in plain.items() if times}
    except DAMAGE:
        # None yet, or a damaged file: it holds nothing but estimates, and the next run writes it anew.
        return {}
