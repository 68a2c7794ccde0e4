"""How long a study is likely to take here: by its size, at the pace of the studies before it."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np

from rome.config import Settings
from rome.drafts import draft_of
from rome.jobs.attempt import Progress
from rome.store import Library
from rome.table import Roles, Table

_FILE = "pace.json"
_REMEMBERED = 15
#: Seconds that every study takes, and seconds for a thousand rows with few columns and one group, on one core
#: of a common server; benchmarks/study_pace.py measures them. The first study here brings its own pace.
_LEAST, _PER_THOUSAND = 4.0, 0.11
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
        auto = self.settings.n_groups == "auto"
        groups = self.settings.max_groups if auto else self.settings.n_groups
        # More groups cost more an iteration, and take more iterations.
        return _LEAST + _PER_THOUSAND * self.rows / 1000 * (1 + self.columns / 10) * groups**2


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
