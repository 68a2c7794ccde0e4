"""Candidates judged by the same folds inside the training rows: their loss on rows that a fit left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from sklearn.model_selection import KFold, StratifiedKFold

from rome.errors import RomeError
from rome.groups.groupings import from_labels
from rome.results.advice import CandidateModel, reference_among
from rome.runtime.random import stream, stream_seed
from rome.settings.study import Settings
from rome.stats.bootstrap import group_sums
from rome.stats.means import standard_error
from rome.study.candidates import LINE, MANY, SEEING, fit, ladders, own_model, predicted, singles
from rome.study.prepare import Prepared

FOLDS = 5
#: Training rows that take part; more would cost time and no longer change a choice.
MOST_ROWS = 6_000
#: Mixtures that are judged by a second set of folds: those that did best in the first.
_KEPT = 4
#: Steps of a ladder without a clear gain after which it ends.
_PATIENCE = 2


@dataclass
class Judged:
    """Squared errors of candidates on rows that their fits left out, (n,) by repeat; rows are ``rows``."""

    rows: np.ndarray
    losses: dict[CandidateModel, list[np.ndarray]] = field(default_factory=dict)

    @property
    def reference(self) -> CandidateModel:
        """What gains and harms are measured from."""
        return reference_among(self.losses)

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

    A ladder of mixtures ends where two more steps have clearly lowered neither the error of everybody nor
    that of the worst observed group; one of curves ends at once where bends have lowered neither for two
    groups. A mixture that can't be fitted in some fold is passed over. Clearly is by more than one standard
    error of the paired differences: of two candidates within that, the simpler one would be advised, so that
    climbing on would rarely change who is.
    ``progress`` is called with the share done, in [0, 1].
    """
    judged = Judged(drawn(data, settings, MOST_ROWS, "candidate rows"))
    names = list(ladders(data, settings)) if settings.family == "em" else []
    alone = singles(data)
    total = len(alone) + len(SEEING) + sum(map(len, names)) + _KEPT + len(alone)
    done = [0]

    def judge(model: CandidateModel, repeat: int) -> bool:
        progress(min(done[0] / total, 0.99))
        done[0] += 1
        try:
            losses = _losses(model, data, settings, judged.rows, repeat)
        except RomeError:
            # Too few rows for it in some fold, or a group there that is one value: no candidate, then.
            return False
        judged.losses.setdefault(model, []).append(losses)
        return True

    for model in (*alone, *SEEING):
        judge(model, 0)
    for ladder in names:
        _climb(
            ladder,
            lambda model: judge(model, 0),
            lambda new, old: _is_lower(judged, data, settings, new, old),
        )
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
        left_out = predicted(fit(model, data, settings, inner), data, outer)
        losses[outer] = (data.y[outer] - left_out) ** 2
    return losses[rows]


def _climb(
    ladder: Iterable[CandidateModel],
    judge: Callable[[CandidateModel], bool],
    is_lower: Callable[[CandidateModel, CandidateModel], bool],
) -> None:
    """Judge models in turn while that pays; ``is_lower`` holds a model against an earlier one."""
    best, since = None, 0
    for model in ladder:
        if not judge(model):
            # Too few rows, or a group of one value: another number of groups may do.
            continue
        if model.curves and model.n_groups == 2 and not is_lower(model, replace(model, curves=False)):
            return
        if best is None or is_lower(model, best):
            best, since = model, 0
            continue
        since += 1
        if since == _PATIENCE:
            return


def _is_lower(
    judged: Judged, data: Prepared, settings: Settings, model: CandidateModel, other: CandidateModel
) -> bool:
    """Return whether the error of everybody under ``model``, or that of the worst observed group, is below
    the other's by more than one standard error of the paired differences of rows."""
    if other not in judged.losses:
        return True
    weights, cells = data.weights[judged.rows], observed_cells(data, settings, judged.rows)
    gains = judged.loss(other) - judged.loss(model)
    if np.average(gains, weights=weights) > standard_error(gains, weights):
        return True
    if not cells.shape[1]:
        return False
    before, after = (_means_of(cells, judged.loss(each), weights) for each in (other, model))
    worst = cells[:, before.argmax()] > 0
    return bool(before.max() - after.max() > standard_error(gains[worst], weights[worst]))


def _means_of(cells: np.ndarray, losses: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the mean loss of each group (G,)."""
    sums = group_sums(cells, np.column_stack([losses * weights, weights]))
    return sums[:, 0] / sums[:, 1]


def observed_cells(data: Prepared, settings: Settings, rows: np.ndarray) -> np.ndarray:
    """Return which of ``rows`` is in which observed group, (n, G), of those large enough to be ranked."""
    grouped = from_labels(data.observed_group[rows])
    return grouped.weights[:, ~grouped.too_small(data.weights[rows], settings.min_group_size)]


def _scores(judged: Judged, data: Prepared, settings: Settings, model: CandidateModel) -> tuple[float, float]:
    """Return the loss of everybody and that of the worst observed group (that of everybody without any)."""
    weights, cells = data.weights[judged.rows], observed_cells(data, settings, judged.rows)
    everybody = float(np.average(judged.loss(model), weights=weights))
    if not cells.shape[1]:
        return everybody, everybody
    return everybody, float(_means_of(cells, judged.loss(model), weights).max())


def _best(
    judged: Judged, data: Prepared, settings: Settings, own: CandidateModel | None
) -> list[CandidateModel]:
    """Return who is judged again: single models, the study's own, and the best mixtures by either score."""
    mixtures = [model for model in judged.losses if model.kind in MANY]
    scores = {model: _scores(judged, data, settings, model) for model in mixtures}
    ranked = [sorted(mixtures, key=lambda model: scores[model][which]) for which in (0, 1)]
    kept = list(dict.fromkeys(model for pair in zip(*ranked, strict=True) for model in pair))[:_KEPT]
    again = [model for model in singles(data) if model in judged.losses]
    return [*again, *dict.fromkeys([*kept, *([own] if own in judged.losses and own != LINE else [])])]
