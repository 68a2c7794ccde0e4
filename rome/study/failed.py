"""Who is failed: observed groups, slices and latent groups, by the audited or the pooled model's error."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rome.groups.failed import against_everybody, ranked_failures
from rome.groups.groupings import Grouped, from_labels, latent
from rome.groups.slices import Slices, find_slices
from rome.results import FailedGroup, FailedGrouping, RowArrays
from rome.runtime.random import stream, stream_seed
from rome.settings.study import Settings
from rome.stats.bootstrap import Resampling
from rome.study.describe import attributes_of, description_matrix
from rome.study.prepare import Prepared, held_out_resampling
from rome.study.validation import group_names


def failed_groups(data: Prepared, settings: Settings, rows: RowArrays) -> tuple[FailedGroup, ...]:
    """Rank groups of held-out rows by the error, against everybody's, of the audited model, or of the pooled
    one where none is audited.

    Observed and latent groups are scored on all held-out rows. Slices are found on one half of them and
    scored on the other, and one is listed only where that half confirms it: where its error lies above
    everybody's by more than the interval, or too few rows are there to say.
    """
    audited = {} if rows.audited is None else {"audited": rows.audited}
    predictions = audited | {
        "pooled": rows.pooled,
        "rome": rows.rome,
        "pooled_with_sensitive": rows.pooled_with_sensitive,
    }
    scorer = _Scorer(data, settings, predictions)
    observed = from_labels(data.observed_group[data.test])
    found = [*scorer.score("observed", observed)] if len(observed.names) > 1 else []
    if settings.n_groups > 1:
        names = group_names(settings.n_groups)
        found += scorer.score("latent", latent(rows.responsibilities[data.test], names))
    return ranked_failures([*found, *_slices(scorer)])


class _Scorer:
    """Holds groups of held-out rows against everybody, under the first of some models."""

    def __init__(self, data: Prepared, settings: Settings, predictions: Mapping[str, np.ndarray]) -> None:
        self.data, self.settings, self.predictions = data, settings, predictions

    def score(self, grouping: FailedGrouping, grouped: Grouped, rows: np.ndarray | None = None, **more):
        """Score groups of ``rows``, by default all held-out rows."""
        data, settings = self.data, self.settings
        at = data.test if rows is None else rows
        resampling = held_out_resampling(data, settings)
        if rows is not None:
            seed = stream_seed(settings.random_state, "slices bootstrap")
            asked = settings.n_bootstrap, seed, settings.confidence
            resampling = Resampling.within_budget(len(rows), *asked)
        return against_everybody(
            grouping,
            grouped,
            data.y[at],
            {name: values[at] for name, values in self.predictions.items()},
            data.weights[at],
            kind=data.outcome.kind,
            resampling=resampling,
            min_group_size=settings.min_group_size,
            **more,
        )


def _slices(scorer: _Scorer) -> list[FailedGroup]:
    """Return the slices that the half they weren't found on confirms, and those too small there to say."""
    data, settings = scorer.data, scorer.settings
    finding, scoring = halves(data.test, settings)
    attributes = attributes_of(data.design.terms, data.design.references)
    slices: Slices = find_slices(
        description_matrix(data, attributes, finding),
        attributes,
        (data.y[finding] - next(iter(scorer.predictions.values()))[finding]) ** 2,
        data.weights[finding],
        settings.min_group_size,
    )
    if not slices.candidates:
        return []
    groups = slices.candidate_groups(description_matrix(data, attributes, scoring))
    scored = scorer.score("slice", groups, scoring, conditions=slices.candidate_conditions())
    return [group for group in scored if group.is_failed or (group.too_small and group.n)]


def halves(test: np.ndarray, settings: Settings) -> tuple[np.ndarray, np.ndarray]:
    """Return the held-out rows that slices are found on, and those that they are scored on, in order."""
    order = stream(settings.random_state, "slices").permutation(test)
    middle = len(order) // 2
    return np.sort(order[:middle]), np.sort(order[middle:])
