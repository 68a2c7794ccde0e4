"""Decisions made of probabilities at a threshold: rates by group, gaps between groups, and calibration.

Everything is a function of weighted sums, so that gaps are resampled with the rows they come from. A gap is
that of ``fairlearn.metrics`` of the same name, over the groups that are large enough to be ranked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from rome.errors import SettingError
from rome.groups.groupings import Grouped, from_labels, latent, predicted
from rome.results import StudyResult
from rome.runtime.random import stream_seed
from rome.settings.spec import check_number
from rome.settings.study import Grouping
from rome.stats.bootstrap import Resampling, group_sums, resampled_group_sums
from rome.stats.estimate import Estimate
from rome.stats.shares import wilson

#: Whose decisions: one pooled model's, the study's own groups', the advised or the audited model's.
DecidingModel = Literal["pooled", "rome", "advised", "audited"]
Rate = Literal["selection_rate", "tpr", "fpr", "ppv"]
RATES: tuple[Rate, ...] = ("selection_rate", "tpr", "fpr", "ppv")
#: Each gap: its rates, and whether it is a difference or a ratio.
GAPS: Mapping[str, tuple[tuple[Rate, ...], Literal["difference", "ratio"]]] = {
    "demographic_parity_difference": (("selection_rate",), "difference"),
    "demographic_parity_ratio": (("selection_rate",), "ratio"),
    "equalized_odds_difference": (("tpr", "fpr"), "difference"),
    "equalized_odds_ratio": (("tpr", "fpr"), "ratio"),
}


@dataclass(frozen=True)
class GroupRates:
    """A group's rates at a threshold, NaN where no row speaks for one; ``share`` is of the case weight."""

    group: str
    n: int
    share: float
    too_small: bool
    rates: Mapping[Rate, Estimate]


@dataclass(frozen=True)
class Fairness:
    """Rates of every group, of everybody, and gaps between ranked groups, by the names in ``GAPS``.

    Gaps are NaN where fewer than two groups are ranked, or where one that is has no row that a rate counts.
    Being the largest of differences, they lie above 0 (ratios below 1) by chance alone, intervals included.
    """

    threshold: float
    groups: tuple[GroupRates, ...]
    overall: GroupRates
    gaps: Mapping[str, Estimate]


def fairness(
    outcome: np.ndarray,
    probability: np.ndarray,
    grouped: Grouped,
    weights: np.ndarray,
    *,
    threshold: float,
    resampling: Resampling,
    min_group_size: float,
) -> Fairness:
    """Score the decisions "probability ≥ threshold" in groups.

    Parameters
    ----------
    outcome, probability, weights : ndarray of shape (n,)
        0/1, in [0, 1], and case weights.
    grouped : Grouped
        Weights (n, G) of the rows in the groups.
    threshold : float
        In [0, 1].
    resampling : Resampling
        Of the n rows.
    min_group_size : float
        Rows below which a group has rates and no part in a gap.

    Raises
    ------
    SettingError
        The threshold is no number in [0, 1].
    """
    check_number("The threshold", threshold, 0.0, 1.0)
    selected = (probability >= threshold).astype(float)
    columns = weights[:, None] * np.column_stack(
        [np.ones(len(outcome)), outcome, selected, selected * outcome]
    )
    members = np.column_stack([grouped.weights, np.ones(len(outcome))])
    values = _rates(group_sums(members, columns))
    again = _rates(
        np.concatenate([resampled_group_sums(counts, members, columns) for counts in resampling.counts()])
    )
    small = grouped.too_small(weights, min_group_size)
    sizes = [*grouped.sizes, len(outcome)]
    shares = (members * weights[:, None]).sum(axis=0) / weights.sum()
    found = [
        GroupRates(
            name,
            round(float(sizes[place])),
            float(shares[place]),
            bool(place < len(small) and small[place]),
            {rate: resampling.estimate(values[rate][place], again[rate][:, place]) for rate in RATES},
        )
        for place, name in enumerate((*grouped.names, "Everybody"))
    ]
    ranked = np.flatnonzero(~small)
    gaps = {
        name: resampling.estimate(
            _gap(values, rates, how, ranked)[()], np.atleast_1d(_gap(again, rates, how, ranked))
        )
        for name, (rates, how) in GAPS.items()
    }
    return Fairness(float(threshold), tuple(found[:-1]), found[-1], gaps)


def _rates(sums: np.ndarray) -> dict[Rate, np.ndarray]:
    """Return every rate (..., G) from sums (..., G, 4) of 1, y, selected, and selected and y."""
    count, positive, selected, hits = (sums[..., place] for place in range(4))
    return {
        "selection_rate": _ratio(selected, count),
        "tpr": _ratio(hits, positive),
        "fpr": _ratio(selected - hits, count - positive),
        "ppv": _ratio(hits, selected),
    }


def _ratio(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    return np.divide(top, bottom, out=np.full(np.shape(top), np.nan), where=bottom > 1e-12)


def _gap(
    values: Mapping[Rate, np.ndarray], rates: tuple[Rate, ...], how: str, ranked: np.ndarray
) -> np.ndarray:
    """Return the largest difference, or the smallest ratio, of the rates between ranked groups, (...)."""
    shape = values[rates[0]].shape[:-1]
    if len(ranked) < 2:
        return np.full(shape, np.nan)
    highest = np.stack([values[rate][..., ranked].max(axis=-1) for rate in rates])
    lowest = np.stack([values[rate][..., ranked].min(axis=-1) for rate in rates])
    if how == "difference":
        return (highest - lowest).max(axis=0)
    # No group has any: they are as equal as can be.
    ratio = np.where(highest == 0, 1.0, lowest / np.where(highest == 0, 1.0, highest))
    return ratio.min(axis=0)


@dataclass(frozen=True)
class HeldOut:
    """Held-out rows with case weight, of a binary outcome: 0/1, probabilities, groups and weights."""

    outcome: np.ndarray
    probability: np.ndarray
    grouped: Grouped
    weights: np.ndarray


def held_out(result: StudyResult, grouping: Grouping, model: DecidingModel) -> HeldOut:
    """Return what decisions of ``model`` are scored on.

    Raises
    ------
    SettingError
        The outcome isn't yes or no, or there is no such model.
    """
    if result.data.outcome_kind != "binary":
        raise SettingError(
            f'The outcome "{result.roles.outcome}" is a number, so there is no decision at a threshold. Make '
            "a study of a yes-or-no outcome, such as whether it is above a level."
        )
    arrays = result.rows
    probability = getattr(arrays, model)
    if probability is None:
        what = "Nothing was advised" if model == "advised" else "No model was audited"
        raise SettingError(f'{what} in this study. Ask for "pooled" or "rome".')
    rows = arrays.is_test & (arrays.weight > 0)
    names = [group.name for group in result.groups]
    grouped = {
        "latent": lambda: latent(arrays.responsibilities[rows], names),
        "predicted": lambda: predicted(arrays.membership[rows], names),
        "observed": lambda: from_labels(arrays.observed_group[rows]),
    }[grouping]()
    return HeldOut(arrays.outcome[rows], probability[rows], grouped, arrays.weight[rows])


def decisions(
    result: StudyResult, grouping: Grouping, model: DecidingModel, threshold: float = 0.5
) -> Fairness:
    """Return rates and gaps of a study's held-out decisions at a threshold; see ``fairness``.

    Raises
    ------
    SettingError
        As ``held_out``, or the threshold is no number in [0, 1].
    """
    rows, settings = held_out(result, grouping, model), result.settings
    resampling = Resampling.within_budget(
        len(rows.outcome),
        settings.n_bootstrap,
        stream_seed(settings.random_state, "decisions bootstrap"),
        settings.confidence,
    )
    return fairness(
        rows.outcome,
        rows.probability,
        rows.grouped,
        rows.weights,
        threshold=threshold,
        resampling=resampling,
        min_group_size=settings.min_group_size,
    )


@dataclass(frozen=True)
class CalibrationBin:
    """Rows of alike probability in a group: their mean probability, and the share with the outcome."""

    n: int
    predicted: float
    observed: Estimate


def calibration(
    outcome: np.ndarray,
    probability: np.ndarray,
    member: np.ndarray,
    weights: np.ndarray,
    *,
    most_bins: int = 10,
    fewest: float = 30,
    confidence: float = 0.95,
) -> tuple[CalibrationBin, ...]:
    """Return one group's calibration curve: bins of equal weight, fewer where they would be too small.

    Parameters
    ----------
    outcome, probability, member, weights : ndarray of shape (n,)
        0/1, in [0, 1], how far each row belongs to the group, and case weights.
    most_bins : int
    fewest : float
        Rows that speak for each bin, at least.
    confidence : float
        Of the shares' intervals (Wilson 1927, with Kish's effective rows).
    """
    own = weights * member
    order = np.argsort(probability, kind="stable")
    order = order[own[order] > 0]
    total = own[order].sum()
    effective = total**2 / max((own[order] ** 2).sum(), np.finfo(float).tiny) if len(order) else 0.0
    bins = int(min(most_bins, effective // fewest))
    if bins < 1:
        return ()
    place = np.minimum((np.cumsum(own[order]) - own[order] / 2) / total * bins, bins - 1e-9).astype(int)
    found = []
    for number in range(bins):
        rows = order[place == number]
        weight = own[rows]
        if not weight.sum() > 0:
            continue
        rate = float(np.average(outcome[rows], weights=weight))
        size = float(weight.sum() ** 2 / (weight**2).sum())
        low, high = wilson(rate, size, confidence)
        found.append(
            CalibrationBin(
                round(float(member[rows].sum())),
                float(np.average(probability[rows], weights=weight)),
                Estimate(rate, low, high),
            )
        )
    return tuple(found)
