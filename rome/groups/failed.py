"""How a model's error in each group compares with everybody's, with intervals from shared resamples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite

import numpy as np

from rome.groups.groupings import Grouped
from rome.results.description import Condition
from rome.results.failed import FailedGroup, FailedGrouping
from rome.settings.study import Outcome
from rome.stats.bootstrap import Resampling, group_sums, resampled_group_sums
from rome.stats.estimate import Estimate


def against_everybody(
    grouping: FailedGrouping,
    grouped: Grouped,
    outcome: np.ndarray,
    predictions: Mapping[str, np.ndarray],
    weights: np.ndarray,
    *,
    kind: Outcome,
    resampling: Resampling,
    min_group_size: int,
    conditions: Sequence[tuple[Condition, ...]] | None = None,
) -> tuple[FailedGroup, ...]:
    """Hold each group's error under the first model against that of all rows.

    Parameters
    ----------
    grouping : {"observed", "slice", "latent"}
    grouped : Grouped
        G groups of n rows. Rows may be in none; everybody is all of them.
    outcome, weights : ndarray of shape (n,)
    predictions : mapping of model name to ndarray of shape (n,)
        The first is the model that is examined.
    kind : {"numeric", "binary"}
    resampling : Resampling
        Of the n rows.
    min_group_size : int
        Rows (see ``rome.stats.sizes``) below which a group is shown but not ranked.
    conditions : sequence of G tuples of Condition, or None
        What makes each slice.
    """
    # The last column of weights is everybody.
    weighted = np.column_stack([grouped.weights, np.ones(len(outcome))]) * weights[:, None]
    losses = [(outcome - prediction) ** 2 for prediction in predictions.values()]
    residual = outcome - next(iter(predictions.values()))
    columns = np.column_stack([np.ones(len(outcome)), residual, *losses])
    value = _measures(group_sums(weighted, columns)[None], kind)
    again = _measures(
        np.concatenate([resampled_group_sums(counts, weighted, columns) for counts in resampling.counts()]),
        kind,
    )
    small = grouped.too_small(weights, min_group_size)
    ratios = _ratios(value["ratio"][0], again["ratio"], small, resampling)
    shares = weighted.sum(axis=0) / weights.sum()

    def estimate(name: str, group: int) -> Estimate:
        return resampling.estimate(value[name][0, group], again[name][:, group])

    return tuple(
        FailedGroup(
            grouping=grouping,
            name="" if conditions else name,
            conditions=conditions[group] if conditions else (),
            n=round(float(grouped.sizes[group])),
            share=float(shares[group]),
            too_small=bool(small[group]),
            error=estimate("error 0", group),
            ratio=ratios[group],
            bias=estimate("bias", group),
            error_share=estimate("error_share", group),
            others={
                model: estimate(f"error {place}", group) for place, model in enumerate(predictions) if place
            },
        )
        for group, name in enumerate(grouped.names)
    )


def _measures(sums: np.ndarray, kind: Outcome) -> dict[str, np.ndarray]:
    """Return every measure (B, G) from weighted sums (B, G + 1, 2 + M) of 1, residual and squared errors."""
    count, residual, squares = sums[..., 0], sums[..., 1], sums[..., 2:]
    mean = _divide(squares, count[..., None])
    errors = np.sqrt(mean) if kind == "numeric" else mean
    first = errors[..., 0]
    found = {
        "bias": _divide(residual, count),
        "ratio": _divide(first, first[:, -1:]),
        "error_share": _divide(squares[..., 0], squares[:, -1:, 0]),
    }
    found |= {f"error {place}": errors[..., place] for place in range(errors.shape[-1])}
    return {name: values[:, :-1] for name, values in found.items()}


def _divide(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    return np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)


def _ratios(
    value: np.ndarray, again: np.ndarray, small: np.ndarray, resampling: Resampling
) -> list[Estimate]:
    """Return ratios (G,) with intervals that hold together for all groups that are not too small."""
    found = [resampling.estimate(*pair) for pair in zip(value, again.T, strict=True)]
    ranked = np.flatnonzero(~small)
    together = resampling.estimates_together(value[ranked], again[:, ranked])
    for place, estimate in zip(ranked, together, strict=True):
        found[place] = estimate
    return found


def ranked_failures(groups: Sequence[FailedGroup]) -> tuple[FailedGroup, ...]:
    """Return groups by error against everybody, worst first; those too small, or without a number, last."""

    def place(group: FailedGroup) -> tuple[bool, float, str]:
        known = isfinite(group.ratio.value)
        return (group.too_small or not known, -group.ratio.value if known else 0.0, group.name)

    return tuple(sorted(groups, key=place))
