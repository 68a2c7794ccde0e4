"""The groups as soon as they are fitted: sizes, rules and errors, before evidence and advice."""

from __future__ import annotations

import numpy as np

from rome.groups import latent
from rome.groups.failed import against_everybody
from rome.results.first_look import FirstGroup, FirstLook
from rome.settings.study import Settings
from rome.stats.shares import ONE_VALUE, largest_value
from rome.study.describe import Describer
from rome.study.prepare import Prepared, held_out_resampling
from rome.study.protocols import Fitted
from rome.study.validation import group_names


def look(data: Prepared, settings: Settings, fitted: Fitted, describer: Describer) -> FirstLook:
    """Return who is in the groups, and the pooled model's error in each on held-out rows.

    These are the numbers that the finished study shows too: nothing in it is fitted anew.
    """
    test, names = data.test, group_names(settings.n_groups)
    errors = against_everybody(
        "latent",
        latent(describer.responsibilities, names),
        data.y[test],
        {"pooled": fitted.predict_pooled(data.X[test])},
        data.weights[test],
        kind=data.outcome.kind,
        resampling=held_out_resampling(data, settings),
        min_group_size=settings.min_group_size,
    )
    rules, spikes = describer.first_rules(), _one_values(data, fitted)
    groups = (FirstGroup(*parts) for parts in zip(errors, rules, spikes, strict=True))
    return FirstLook(tuple(groups), len(test), data.outcome.kind, settings.confidence)


def _one_values(data: Prepared, fitted: Fitted) -> list[tuple[float, float] | None]:
    """Return the value of the outcome that a group hardly is more than, with its share, or None."""
    mass = fitted.mixture.responsibilities(data.X, data.y) * data.weights[:, None]
    if data.outcome.kind == "binary" or mass.shape[1] < 2:
        return [None] * mass.shape[1]
    found = np.column_stack(largest_value(data.y, mass)).tolist()
    return [(value, share) if share > ONE_VALUE else None for value, share in found]
