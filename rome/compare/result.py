"""A finished comparison: plain, frozen data with every score of every split, and what it amounts to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Literal

import numpy as np
import pandas as pd

from rome.errors import SettingError, nearest
from rome.settings.comparison import CompareSettings
from rome.settings.spec import check_choice
from rome.settings.study import Outcome
from rome.stats.tests import corrected_t_test, holm
from rome.table.roles import Roles

COMPARISON_SCHEMA = "rome.comparison/1"
ScoredGrouping = Literal["overall", "observed", "latent"]
GROUPINGS: tuple[ScoredGrouping, ...] = ("overall", "observed", "latent")
#: The columns of ``ComparisonResult.scores``, one row a split, model, grouping, group and metric.
SCORE_COLUMNS = ("split", "model", "grouping", "group", "n", "share", "too_small", "metric", "value")
EVERYBODY = "Everybody"
#: The metrics of each kind of outcome of which more is worse.
_LOSSES: Mapping[Outcome, tuple[str, ...]] = {
    "numeric": ("mse", "rmse", "mae"),
    "binary": ("brier", "log_loss"),
}
#: A difference below this share of the loss is a tie.
_TIE = 1e-9


@dataclass(frozen=True)
class ComparedModel:
    """A model that took part: its plain name, its title, what predicts (``sees``), and what was tuned."""

    name: str
    title: str
    sees: str
    tuned: tuple[str, ...]


@dataclass(frozen=True)
class ChosenModel:
    """What tuning chose for one model in one split.

    ``parameters`` are those that differ from the default, as text; ``validation_loss`` is the criterion's;
    ``tried`` and ``failed`` count configurations; ``notes`` are warnings, each once.
    """

    split: int
    model: str
    parameters: Mapping[str, str]
    validation_loss: float
    tried: int
    failed: int
    seconds: float
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Failure:
    """A model that has no scores in a split, and why."""

    split: int
    model: str
    reason: str


@dataclass(frozen=True)
class Standing:
    """One model against the reference over all splits in which both have the loss.

    ``loss`` and ``reference`` are means over splits; ``difference`` = loss − reference, < 0 is better, with
    the corrected interval and p-value, and ``p_holm`` over all models held against the reference. ``ratio``
    is the geometric mean of loss over reference with its own corrected interval. ``wins`` counts splits in
    which the model is better. Everything is NaN for the reference itself, but ``loss``.
    """

    model: str
    title: str
    n_splits: int
    loss: float
    reference: float
    difference: float
    low: float
    high: float
    p_value: float
    p_holm: float
    ratio: float
    ratio_low: float
    ratio_high: float
    wins: int
    ties: int
    losses: int

    @property
    def relative(self) -> tuple[float, float, float]:
        """The difference and its interval over the reference's mean loss: (-0.1, …) is 10% lower."""
        return self.difference / self.reference, self.low / self.reference, self.high / self.reference

    @property
    def change(self) -> tuple[float, float, float]:
        """``relative`` for reading: no loss falls by more than all of it."""
        value, low, high = self.relative
        return value, max(low, -1.0) if isfinite(low) else low, high


@dataclass(frozen=True)
class ComparisonResult:
    """One finished comparison. ``scores`` is tidy, with the columns of ``SCORE_COLUMNS``; read only."""

    comparison_id: str
    name: str
    fingerprint: str
    rows: int
    n_train: int
    n_test: int
    outcome_kind: Outcome
    roles: Roles
    settings: CompareSettings
    models: tuple[ComparedModel, ...]
    chosen: tuple[ChosenModel, ...]
    failures: tuple[Failure, ...]
    versions: Mapping[str, str]
    scores: pd.DataFrame

    @property
    def metric(self) -> str:
        """The loss that ranks groups: ``mse``, or ``brier`` for a binary outcome."""
        return "brier" if self.outcome_kind == "binary" else "mse"

    @property
    def groupings(self) -> tuple[ScoredGrouping, ...]:
        """The groupings that were scored."""
        found = set(self.scores["grouping"])
        return tuple(grouping for grouping in GROUPINGS if grouping in found)

    def losses(self, grouping: ScoredGrouping = "overall", metric: str | None = None) -> pd.DataFrame:
        """Return the loss of everybody, or of the worst ranked group, by split (rows) and model (columns).

        ``metric`` is a loss (default: the one that ranks groups). NaN where a model failed, or where no group
        is large enough to be ranked.

        Raises
        ------
        SettingError
            The grouping was not scored, or the metric is not a loss of this outcome.
        """
        check_choice("The grouping", grouping, self.groupings)
        check_choice("The loss", metric or self.metric, _LOSSES[self.outcome_kind])
        rows = self.scores
        rows = rows[(rows["grouping"] == grouping) & (rows["metric"] == (metric or self.metric))]
        ranked = rows[~rows["too_small"]]
        worst = ranked.pivot_table(index="split", columns="model", values="value", aggfunc="max")
        names = [model.name for model in self.models]
        return worst.reindex(index=range(self.settings.n_splits), columns=names)

    def standings(
        self, grouping: ScoredGrouping = "overall", against: str | None = None, confidence: float = 0.95
    ) -> tuple[Standing, ...]:
        """Return every model's standing against ``against`` (default: the first model), best first.

        Raises
        ------
        SettingError
            The grouping was not scored, or ``against`` did not take part.
        """
        losses = self.losses(grouping)
        reference = self.models[0].name if against is None else against
        if reference not in losses:
            raise SettingError(f'"{reference}" did not take part.{nearest(reference, losses.columns)}')
        found = [self._standing(model, losses, reference, confidence) for model in self.models]
        adjusted = holm([standing.p_value for standing in found])
        named = [
            Standing(**{**vars(standing), "p_holm": float(p)})
            for standing, p in zip(found, adjusted, strict=True)
        ]
        return tuple(sorted(named, key=lambda standing: (np.isnan(standing.loss), standing.loss)))

    def _standing(
        self, model: ComparedModel, losses: pd.DataFrame, reference: str, confidence: float
    ) -> Standing:
        pair = losses[[model.name, reference]].to_numpy()
        pair = pair[np.isfinite(pair).all(axis=1)]
        own, other = pair[:, 0], pair[:, 1]
        nan = float("nan")
        means = (float(own.mean()), float(other.mean())) if len(pair) else (nan, nan)
        blank = dict.fromkeys(
            ("difference", "low", "high", "p_value", "p_holm", "ratio", "ratio_low", "ratio_high"), nan
        )
        counts = {"wins": 0, "ties": 0, "losses": 0}
        if model.name != reference and len(pair) >= 2:
            blank, counts = self._against(own, other, confidence), _counts(own, other)
        return Standing(model.name, model.title, len(pair), *means, **blank, **counts)

    def _against(self, own: np.ndarray, other: np.ndarray, confidence: float) -> dict[str, float]:
        test = corrected_t_test(own - other, self.n_train, self.n_test, confidence)
        ratio = (float("nan"),) * 3
        if (own > 0).all() and (other > 0).all():
            logs = corrected_t_test(np.log(own / other), self.n_train, self.n_test, confidence)
            ratio = tuple(float(np.exp(value)) for value in (logs.mean, logs.low, logs.high))
        return {
            "difference": test.mean,
            "low": test.low,
            "high": test.high,
            "p_value": test.p_value,
            "p_holm": float("nan"),
            "ratio": ratio[0],
            "ratio_low": ratio[1],
            "ratio_high": ratio[2],
        }


def _counts(own: np.ndarray, other: np.ndarray) -> dict[str, int]:
    gap = own - other
    tie = np.abs(gap) <= _TIE * np.abs(other)
    return {
        "wins": int(((gap < 0) & ~tie).sum()),
        "ties": int(tie.sum()),
        "losses": int(((gap > 0) & ~tie).sum()),
    }
