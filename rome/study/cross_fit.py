"""Candidates judged by the same folds inside the training rows: their loss on rows that a fit left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from sklearn.model_selection import KFold, StratifiedKFold

from rome.errors import RomeError
from rome.groups.groupings import from_labels
from rome.results.advice import CandidateModel
from rome.runtime.random import stream, stream_seed
from rome.settings.study import Settings
from rome.stats.bootstrap import group_sums
from rome.study.candidates import LINE, SEEING, SINGLE, fit, ladders, own_model
from rome.study.prepare import Prepared

FOLDS = 5
#: Training rows that take part; more would cost time and no longer change a choice.
MOST_ROWS = 6_000
#: Candidates that are judged by a second set of folds: those that did best in the first.
_KEPT = 6


@dataclass
class Judged:
    """Squared errors of candidates on rows that their fits left out, (n,) by repeat; rows are ``rows``."""

    rows: np.ndarray
    losses: dict[CandidateModel, list[np.ndarray]] = field(default_factory=dict)

    def loss(self, model: CandidateModel) -> np.ndarray:
        """Return the mean over repeats of a candidate's loss, (n,)."""
        return np.mean(self.losses[model], axis=0)


def split(
    data: Prepared, settings: Settings, rows: np.ndarray, repeat: int = 0
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return (fitted rows, left-out rows) of every fold; both outcomes in each fold if binary.

    Each ``repeat`` splits the rows anew.
    """
    seed = stream_seed(settings.random_state, f"validation {repeat}" if repeat else "validation")
    kind = StratifiedKFold if data.outcome.kind == "binary" else KFold
    splitter = kind(FOLDS, shuffle=True, random_state=seed)
    return [(rows[inner], rows[outer]) for inner, outer in splitter.split(rows, data.y[rows])]


def drawn(data: Prepared, settings: Settings, most: int, name: str) -> np.ndarray:
    """Return the training rows, or ``most`` of them, drawn once by the seed."""
    rows = data.train
    if len(rows) > most:
        rows = rows[np.sort(stream(settings.random_state, name).choice(len(rows), most, replace=False))]
    return rows


def cross_fit(data: Prepared, settings: Settings, progress: Callable[[float], None]) -> Judged:
    """Judge single models and mixtures; those that do best, and all single models, by two sets of folds.

    A ladder of mixtures ends where two more steps have lowered neither the error of everybody nor that of
    the worst observed group; one of curves ends at once where bends have lowered neither for two groups.
    ``progress`` is called with the share done, in [0, 1].
    """
    judged = Judged(drawn(data, settings, MOST_ROWS, "candidate rows"))
    names = list(ladders(data, settings)) if settings.family == "em" else []
    total = len(SINGLE) + len(SEEING) + sum(map(len, names)) + _KEPT + len(SINGLE)
    done = [0]

    def judge(model: CandidateModel, repeat: int) -> bool:
        progress(min(done[0] / total, 0.99))
        done[0] += 1
        try:
            losses = _losses(model, data, settings, judged.rows, repeat)
        except RomeError:
            # Too few rows for it in some fold: no candidate, then.
            return False
        judged.losses.setdefault(model, []).append(losses)
        return True

    for model in (*SINGLE, *SEEING):
        judge(model, 0)
    for ladder in names:
        _climb(ladder, lambda model: judge(model, 0), lambda model: _scores(judged, data, settings, model))
    own = own_model(settings) if settings.n_groups != "auto" else None
    if own is not None and own.kind == "groups" and own.family == "em" and own not in judged.losses:
        judge(own, 0)
    for model in _best(judged, data, settings, own):
        judge(model, 1)
    progress(1.0)
    return judged


def _losses(
    model: CandidateModel, data: Prepared, settings: Settings, rows: np.ndarray, repeat: int
) -> np.ndarray:
    """Return the squared error (n,) of every row under the fit that left it out."""
    losses = np.empty(len(data.y))
    for inner, outer in split(data, settings, rows, repeat):
        predicted = fit(model, data, settings, inner).predict(data.X[outer])
        losses[outer] = (data.y[outer] - predicted) ** 2
    return losses[rows]


def _climb(
    ladder: Iterable[CandidateModel],
    judge: Callable[[CandidateModel], bool],
    scores: Callable[[CandidateModel], tuple[float, float]],
) -> None:
    best, since = (np.inf, np.inf), 0
    for model in ladder:
        if not judge(model):
            return
        now = scores(model)
        straight = replace(model, curves=False)
        if model.curves and model.n_groups == 2 and not _lower(now, scores(straight)):
            return
        since = 0 if _lower(now, best) else since + 1
        if since == 2:
            return
        best = tuple(min(pair) for pair in zip(now, best, strict=True))


def _lower(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return any(new < old for new, old in zip(one, other, strict=True))


def observed_cells(data: Prepared, settings: Settings, rows: np.ndarray) -> np.ndarray:
    """Return which of ``rows`` is in which observed group, (n, G), of those large enough to be ranked."""
    grouped = from_labels(data.observed_group[rows])
    return grouped.weights[:, ~grouped.too_small(data.weights[rows], settings.min_group_size)]


def _scores(judged: Judged, data: Prepared, settings: Settings, model: CandidateModel) -> tuple[float, float]:
    """Return the loss of everybody and that of the worst observed group (that of everybody without any);
    infinite for a candidate that could not be fitted."""
    if model not in judged.losses:
        return np.inf, np.inf
    weights, cells = data.weights[judged.rows], observed_cells(data, settings, judged.rows)
    weighted = np.column_stack([judged.loss(model) * weights, weights])
    overall, by_cell = weighted.sum(axis=0), group_sums(cells, weighted)
    everybody = float(overall[0] / overall[1])
    return everybody, float((by_cell[:, 0] / by_cell[:, 1]).max(initial=0.0)) if len(by_cell) else everybody


def _best(
    judged: Judged, data: Prepared, settings: Settings, own: CandidateModel | None
) -> list[CandidateModel]:
    """Return who is judged again: single models, the study's own, and the best mixtures by either score."""
    mixtures = [model for model in judged.losses if model.kind == "groups"]
    scores = {model: _scores(judged, data, settings, model) for model in mixtures}
    ranked = [sorted(mixtures, key=lambda model: scores[model][which]) for which in (0, 1)]
    kept = list(dict.fromkeys(model for pair in zip(*ranked, strict=True) for model in pair))[:_KEPT]
    again = [model for model in SINGLE if model in judged.losses]
    return [*again, *dict.fromkeys([*kept, *([own] if own in judged.losses and own != LINE else [])])]
