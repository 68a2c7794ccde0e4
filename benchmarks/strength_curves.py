"""A fitted ROME's held-out error of the worst group at every strength, and what could explain its course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.real_splits import group_means, told_by_gate
from rome.groups.groupings import Grouped
from rome.robust import RobustPath
from rome.robust.gated import DroProblem, group_risks
from rome.settings.study import STRENGTHS

#: Rows under which a held-out group is not ranked.
FEWEST_ROWS = 30


@dataclass(frozen=True)
class Rows:
    """Matrices of some rows: X (n, p), outcome and case weights (n,)."""

    X: np.ndarray
    y: np.ndarray
    weights: np.ndarray

    def take(self, rows: np.ndarray) -> Rows:
        """Return some rows (index or mask)."""
        return Rows(self.X[rows], self.y[rows], self.weights[rows])


@dataclass(frozen=True)
class Reasons:
    """What could keep a strength from helping, for ``gated``; shares unless said otherwise.

    ``told``: of the entropy of the groups, what the gate removes. ``guarded_share``: of the group whose
    proportion full strength raises the most; ``raised``: by which factor; ``stops``: the strength from which
    on the proportions stay. ``is_worst``: 1 where that group is the worst held-out latent one at strength 0,
    else 0. ``room``: of that worst group's error, what its own expert takes off; nothing that mixes experts
    can do more for it. ``promised``: by how much the fitted mixture itself says that the error of its worst
    group, noise included, changes from strength 0 to full strength; ``promised_regret``: the same of the
    part that is no noise.
    """

    told: float
    guarded_share: float
    raised: float
    stops: float
    is_worst: float
    room: float
    promised: float
    promised_regret: float


def answers(model, dial: tuple[str, str], played: Rows, scored: Rows) -> tuple[RobustPath, np.ndarray]:
    """Return the path of a fitted model on ``played`` rows and its predictions (n, S) for ``scored`` ones."""
    model.set_params(predictor=dial[0], criterion=dial[1])
    path = model.path(played.X, played.y, sample_weight=played.weights)
    return path, path.predict(model.group_predictions(scored.X), model.membership(scored.X))


def worst_errors(
    predictions: np.ndarray, scored: Rows, groupings: Mapping[str, Grouped]
) -> dict[str, np.ndarray]:
    """Return, by grouping, the squared error (S,) of the worst group with enough rows, of (n, S) answers."""
    squared = (scored.y[:, None] - predictions) ** 2
    found = {}
    for name, group in groupings.items():
        ranked = ~group.too_small(scored.weights, FEWEST_ROWS)
        means = group_means(group, scored.weights, squared)[ranked]
        found[name] = means.max(axis=0) if len(means) else np.full(predictions.shape[1], np.nan)
    return found


def worst_regret(model, predictions: np.ndarray, scored: Rows, group: Grouped) -> np.ndarray:
    """Return what ``regret`` guards, on held-out rows: max_k of squared error over that of k's own expert.

    ``predictions`` are (n, S), ``group`` the latent groups of the model; the answer is (S,).
    """
    own = (scored.y[:, None] - model.group_predictions(scored.X)) ** 2
    least = np.diag(group_means(group, scored.weights, own))
    ranked = ~group.too_small(scored.weights, FEWEST_ROWS)
    errors = group_means(group, scored.weights, (scored.y[:, None] - predictions) ** 2)
    excess = (errors - least[:, None])[ranked]
    return excess.max(axis=0) if len(excess) else np.full(predictions.shape[1], np.nan)


def reasons(model, path: RobustPath, played: Rows, scored: Rows, predictions: np.ndarray) -> Reasons:
    """Return what could explain the course of a ``gated`` path; ``predictions`` (n, S) are its answers."""
    factors = path.priors[-1] / np.maximum(path.shares, np.finfo(float).tiny)
    guarded = int(factors.argmax())
    latent = Grouped(
        tuple(f"Group {k + 1}" for k in range(len(path.shares))), model.responsibilities(scored.X, scored.y)
    )
    own = (scored.y[:, None] - model.group_predictions(scored.X)) ** 2
    errors = group_means(latent, scored.weights, (scored.y - predictions[:, 0]) ** 2)
    worst = int(np.where(latent.too_small(scored.weights, FEWEST_ROWS), -np.inf, errors).argmax())
    return Reasons(
        told=told_by_gate(model.membership(scored.X)),
        guarded_share=float(path.shares[guarded]),
        raised=float(factors[guarded]),
        stops=where_it_stops(path),
        is_worst=float(guarded == worst),
        room=float(1 - group_means(latent, scored.weights, own[:, worst])[worst] / errors[worst]),
        promised=promised_change(model, path, played, "risk"),
        promised_regret=promised_change(model, path, played, "regret"),
    )


def where_it_stops(path: RobustPath) -> float:
    """Return the least strength from which on the proportions are those of full strength."""
    moved = np.abs(path.priors - path.priors[-1]).max(axis=1) > 1e-6
    return path.strengths[int(np.flatnonzero(moved).max()) + 1] if moved.any() else path.strengths[0]


def promised_change(model, path: RobustPath, played: Rows, criterion: str) -> float:
    """Return the change of max_k R_k under ``criterion`` from the first prior to the last, as a share."""
    problem = DroProblem(
        model.group_predictions(played.X),
        model.membership(played.X),
        model.responsibilities(played.X, played.y),
        played.y,
        played.weights,
    )
    before, after = (
        group_risks(problem, prior, criterion).max() for prior in (path.priors[0], path.priors[-1])
    )
    return float(after / before - 1)


def slope(curve: np.ndarray, strengths: tuple[float, ...] = STRENGTHS) -> float:
    """Return the least-squares slope of a curve (S,) over the strengths, as a share of its first value."""
    return float(np.polyfit(strengths, curve / curve[0], 1)[0])
