"""How long a comparison is likely to take here: by what is left of it, at the pace of those before it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from rome.compare import MODEL_SPECS, CompareSettings, ComparisonResult, fits_left
from rome.jobs.comparisons import home
from rome.jobs.processes import share_of_cores
from rome.serialize.atomic import draft_of
from rome.store import Library
from rome.table import Roles

_FILE = "compare_pace.json"
_REMEMBERED = 15
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
#: The range that is told, as parts of the likeliest: where most models were timed here, and where not.
_NARROW, _WIDE = (0.75, 1.4), (0.5, 2.0)


def left_of(library: Library, fingerprint: str, roles: Roles, settings: CompareSettings) -> Mapping[str, int]:
    """Return how many splits of each model are left to do; what was done in other comparisons counts.

    Raises
    ------
    SettingError
        A model of the settings is unknown, or its package is missing.
    """
    return fits_left(fingerprint, roles, settings, home(library, fingerprint))


def expected(
    library: Library, rows: int, settings: CompareSettings, left: Mapping[str, int]
) -> tuple[float, float]:
    """Return the seconds that what is ``left_of`` a comparison is likely to take, from and to."""
    known, thousands = _ratios(library), rows / 1000
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


def note(library: Library, result: ComparisonResult) -> None:
    """Remember how long the fits of a comparison took, for the next estimates."""
    spent: dict[str, list[float]] = defaultdict(list)
    for one in result.chosen:
        units = (one.tried + 1) * _units(one.model, result.rows / 1000)
        spent[one.model].append(one.seconds / units)
    known = _ratios(library)
    for model, ratios in spent.items():
        known[model] = [*known.get(model, []), float(np.median(ratios))][-_REMEMBERED:]
    path = library.root / _FILE
    draft = draft_of(path)
    draft.write_text(json.dumps(known), encoding="utf-8")
    draft.replace(path)


def _fits(model: str, budget: int) -> int:
    """Return how often a model is fitted in a split: each configuration, and the chosen one once more."""
    return 1 + (budget if MODEL_SPECS[model].space else 1)


def _units(model: str, thousands: float) -> float:
    start, more = _SECONDS.get(model, _UNKNOWN)
    return start + more * thousands


def _ratios(library: Library) -> dict[str, list[float]]:
    try:
        plain = json.loads((library.root / _FILE).read_text(encoding="utf-8"))
        return {str(name): [float(ratio) for ratio in ratios] for name, ratios in plain.items() if ratios}
    except (FileNotFoundError, ValueError, AttributeError, TypeError):
        # None yet, or a damaged file: it holds nothing but estimates, and the next comparison writes it anew.
        return {}
