"""Where the dial of a study stops changing anything."""

from __future__ import annotations

from math import isclose

from rome.results import PathPoint, StudyResult


def flat_from(result: StudyResult) -> float | None:
    """Return the strength from which the dial changes nothing any more; None where that is its end."""
    if len(result.groups) < 2 or len(result.path) < 2:
        return None
    first = last = result.path[-1]
    for point in reversed(result.path):
        if not _alike(point, last):
            break
        first = point
    return None if first is last else first.strength


def _alike(one: PathPoint, other: PathPoint) -> bool:
    return isclose(one.worst_group, other.worst_group, rel_tol=1e-9) and isclose(
        one.overall, other.overall, rel_tol=1e-9
    )
