"""Are the latent groups only the observed ones under other names: how far one tells the other.

Every row has the latent group that is likeliest for it after its outcome was seen. Shares count a row by its
case weight, where there are weights; what follows is of rows, each counted once. With Z the
latent and S the observed group, I(S; Z) is their mutual information and H(Z) the entropy of Z, both of the
table of counts. A table of n rows has some mutual information by chance alone, E, its mean over all tables
with the same margins (Vinh, Epps & Bailey 2010); it is taken out:

- told = (I − E) / (H(Z) − E): the part of what there is to know about Z that S tells (Theil's uncertainty
  coefficient, corrected for chance), 0 for none and 1 for all of it;
- adjusted mutual information = (I − E) / ((H(S) + H(Z)) / 2 − E), which asks in both directions at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import random_table
from sklearn.metrics.cluster import expected_mutual_information

from rome.results import StudyResult
from rome.runtime.random import stream
from rome.stats.estimate import Estimate
from rome.stats.shares import wilson
from rome.stats.sizes import effective_rows

_RESAMPLES, _PERMUTATIONS = 2000, 999
_NAN = float("nan")


@dataclass(frozen=True)
class Overlap:
    """How latent and observed groups lie over each other on held-out rows.

    ``counts`` of rows is (O, L), observed by latent groups; ``shares`` (O, L) of each observed group, and
    ``everybody`` (L,), are by case weight where ``weighted`` says so. ``right`` is the share of held-out
    rows whose latent group is guessed right from the observed one, by what is most frequent in the training
    rows, and ``right_without`` the share that always naming the most frequent group gets right, both by
    weight too. ``p_value`` is that of "the two have nothing to do with each other". ``reason`` says why
    values are NaN where they are.
    """

    latent: tuple[str, ...]
    observed: tuple[str, ...]
    counts: np.ndarray
    shares: np.ndarray
    everybody: np.ndarray
    weighted: bool
    told: Estimate
    adjusted_mutual_information: Estimate
    p_value: float
    right: Estimate
    right_without: Estimate
    reason: str | None = None


def overlap_of_study(result: StudyResult) -> Overlap:
    """Return the overlap of a study's latent and observed groups."""
    rows = result.rows
    return overlap(
        rows.posterior_group,
        tuple(group.name for group in result.groups),
        rows.observed_group,
        rows.is_test,
        result.settings.random_state,
        result.settings.confidence,
        weights=None if result.roles.weight is None else rows.weight,
    )


def overlap(
    latent: np.ndarray,
    names: tuple[str, ...],
    observed: np.ndarray,
    is_test: np.ndarray,
    seed: int = 0,
    confidence: float = 0.95,
    weights: np.ndarray | None = None,
) -> Overlap:
    """Return how two groupings of the same rows overlap.

    Parameters
    ----------
    latent : ndarray of int, shape (n,)
        Index of each row's latent group.
    names : tuple of str
        Names of all L latent groups.
    observed : ndarray of str, shape (n,)
    is_test : ndarray of bool, shape (n,)
        Rows that count; the others only teach the guess.
    seed : int
    confidence : float
    weights : ndarray of shape (n,) or None
        Case weights; only their proportions count. ``None`` counts every row once.
    """
    cells, codes = np.unique(np.asarray(observed, dtype=str), return_inverse=True)
    each = np.ones(len(latent)) if weights is None else np.asarray(weights, dtype=float)
    counts, held, taught = (
        _table(codes[rows], latent[rows], len(cells), len(names), by)
        for rows, by in ((is_test, None), (is_test, each[is_test]), (~is_test, each[~is_test]))
    )
    here = counts.sum(axis=1) > 0
    order = np.argsort(-counts.sum(axis=1), kind="stable")[: int(here.sum())]
    shown = tuple(str(cells[place]) for place in order)
    right, without = _guesses(held, taught, float(effective_rows(each[is_test])), confidence)
    reason = _why_not(counts[order])
    told = adjusted = Estimate(_NAN, _NAN, _NAN)
    p_value = _NAN
    if reason is None:
        filled = counts[order][:, counts.sum(axis=0) > 0]
        told, adjusted = _told(filled, seed, confidence)
        p_value = _p_value(filled, seed)
    return Overlap(
        latent=names,
        observed=shown,
        counts=counts[order],
        shares=_parts(held[order]),
        everybody=_parts(held.sum(axis=0)),
        weighted=weights is not None,
        told=told,
        adjusted_mutual_information=adjusted,
        p_value=p_value,
        right=right,
        right_without=without,
        reason=reason,
    )


def _table(
    rows: np.ndarray, columns: np.ndarray, n_rows: int, n_columns: int, by: np.ndarray | None
) -> np.ndarray:
    """Return the rows, or their weights ``by`` (n,), in every cell of a table."""
    cells = np.bincount(rows * n_columns + columns, weights=by, minlength=n_rows * n_columns)
    return cells.reshape(n_rows, n_columns)


def _parts(weights: np.ndarray) -> np.ndarray:
    """Return weights as parts of their sum along the last axis; NaN where that is nothing."""
    total = weights.sum(axis=-1, keepdims=True)
    return np.divide(weights, total, out=np.full(weights.shape, np.nan), where=total > 0)


def _why_not(counts: np.ndarray) -> str | None:
    if len(counts) < 2:
        return "there is only one observed group among the held-out rows"
    if (counts.sum(axis=0) > 0).sum() < 2:
        return "all held-out rows are in the same latent group"
    return None


def _guesses(
    held: np.ndarray, taught: np.ndarray, rows: float, confidence: float
) -> tuple[Estimate, Estimate]:
    """Return the shares of held-out rows that are guessed right, with and without the observed group."""
    usual = int(taught.sum(axis=0).argmax())
    # A cell that no training row is in teaches nothing of its own.
    named = np.where(taught.sum(axis=1) > 0, taught.argmax(axis=1), usual)
    hits = held[np.arange(len(held)), named].sum()
    return tuple(
        _share(float(found / held.sum()), rows, confidence) for found in (hits, held[:, usual].sum())
    )


def _share(share: float, rows: float, confidence: float) -> Estimate:
    return Estimate(share, *wilson(share, rows, confidence))


def _entropy(counts: np.ndarray) -> np.ndarray:
    """Return the entropy of counts along the last axis, in nats."""
    total = counts.sum(axis=-1, keepdims=True)
    share = np.divide(counts, total, out=np.zeros(counts.shape), where=total > 0)
    return -np.sum(share * np.log(share, out=np.zeros(counts.shape), where=share > 0), axis=-1)


def _information(tables: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return I(S; Z), H(Z) and H(S) of tables (..., O, L)."""
    of_latent, of_observed = _entropy(tables.sum(axis=-2)), _entropy(tables.sum(axis=-1))
    joint = _entropy(tables.reshape(*tables.shape[:-2], -1))
    return of_latent + of_observed - joint, of_latent, of_observed


def _measures(tables: np.ndarray, by_chance: float) -> np.ndarray:
    """Return told and adjusted mutual information of tables, (..., 2)."""
    shared, of_latent, of_observed = _information(tables)
    beyond = shared - by_chance
    most = np.stack([of_latent, (of_latent + of_observed) / 2], axis=-1) - by_chance
    enough = np.abs(most) > 1e-12
    return np.divide(beyond[..., None], most, out=np.full(most.shape, np.nan), where=enough)


def _told(counts: np.ndarray, seed: int, confidence: float) -> tuple[Estimate, Estimate]:
    """Return both measures with bootstrap intervals.

    A resample of a table shows some dependence more than the table itself does, as the table shows some more
    than the world does; so the resampled values are moved back by their mean excess.
    """
    n = int(counts.sum())
    by_chance = float(expected_mutual_information(counts, n))
    values = _measures(counts[None], by_chance)[0]
    drawn = stream(seed, "overlap").multinomial(n, (counts / n).ravel(), _RESAMPLES)
    resampled = _measures(drawn.reshape(-1, *counts.shape), by_chance)
    tail = (1 - confidence) / 2
    excess = np.nanmean(resampled, axis=0) - values
    low, high = np.nanquantile(resampled, [tail, 1 - tail], axis=0) - excess
    return tuple(
        Estimate(float(value), float(max(down, -1.0)), float(min(up, 1.0)))
        for value, down, up in zip(values, low, high, strict=True)
    )


def _p_value(counts: np.ndarray, seed: int) -> float:
    """Return the permutation p-value of the mutual information: tables with the same margins, drawn anew."""
    drawn = random_table(counts.sum(axis=1), counts.sum(axis=0)).rvs(
        _PERMUTATIONS, random_state=stream(seed, "overlap by chance")
    )
    found, chance = _information(counts[None])[0][0], _information(drawn)[0]
    return float((1 + (chance >= found - 1e-12).sum()) / (1 + _PERMUTATIONS))
