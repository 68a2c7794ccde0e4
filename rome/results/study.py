"""What a study returns: plain, frozen data that can be drawn, reported and stored without refitting.

Figures, reports and pages read these classes and nothing else. ``STUDY_SCHEMA`` names the layout of
``study.json``; docs/study_json.md documents it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from rome.errors import SettingError
from rome.results.advice import Advice
from rome.results.description import GroupDescription
from rome.results.failed import FailedGroup
from rome.results.scores import Comparison, GroupScore
from rome.results.verdict import Choice, SelectionCandidate, Verdict
from rome.serialize.codec import ABSENT_IS_DEFAULT
from rome.settings.networks import Objective
from rome.settings.study import Grouping, Outcome, Settings
from rome.stats.estimate import Estimate
from rome.table.finding import Finding
from rome.table.reading.options import ReadingOptions
from rome.table.roles import Roles


@dataclass(frozen=True)
class TrainingRecord:
    """The training of the start that was kept, and where every start ended.

    ``train`` and ``validation`` are the objective by epoch, lower is better, in units of the standardised
    outcome: the running mean over training rows, and that of the ``validation_rows`` rows held back inside
    the training part (NaN without any). ``best_epoch`` is the epoch whose networks are kept (0 is the
    start), ``epoch_limit`` how many could have run, and ``starts`` the objective that each start reached.
    """

    objective: Objective
    train: tuple[float, ...]
    validation: tuple[float, ...]
    best_epoch: int
    epoch_limit: int
    validation_rows: int
    starts: tuple[float, ...]
    from_em: bool

    @property
    def stopped_early(self) -> bool:
        """Whether training ended before its last epoch."""
        return len(self.train) < self.epoch_limit


STUDY_SCHEMA = "rome.study/1"
Model = Literal["pooled", "rome", "pooled_with_sensitive", "advised", "audited"]
#: The models that every study scores; "advised" and "audited" stand beside them where there is one.
MODELS: tuple[Model, ...] = ("pooled", "rome", "pooled_with_sensitive")


@dataclass(frozen=True)
class Evaluation:
    """Everything that depends on the DRO strength, at one of them. ``comparison`` has the keys ``overall``,
    ``worst_latent``, ``worst_predicted`` and ``worst_observed``; ``overall`` scores everybody."""

    strength: float
    prior: tuple[float, ...]
    groupings: Mapping[Grouping, tuple[GroupScore, ...]]
    comparison: Mapping[str, Comparison]
    overall: GroupScore | None = None


@dataclass(frozen=True)
class PathPoint:
    """One strength of the path: loss of the guarded grouping's worst group and of everybody.

    ``worst_group`` and ``overall`` are from held-out rows; the ``validation_`` values, from rows inside the
    training part, are the ones on which the strength was chosen.
    """

    strength: float
    worst_group: float
    overall: float
    validation_worst_group: float
    validation_overall: float
    validation_difference: Estimate


@dataclass(frozen=True)
class Coefficient:
    """A term of a linear predictor: ``value`` per unit of the column, ``per_sd`` per standard deviation.

    ``low`` to ``high`` is the interval of ``value``, NaN where the rows don't determine it.
    """

    term: str
    column: str
    value: float
    per_sd: float
    low: float = float("nan")
    high: float = float("nan")

    @property
    def interval_per_sd(self) -> tuple[float, float]:
        """The interval of ``per_sd``, ends in rising order."""
        stretch = self.per_sd / self.value if self.value else float("nan")
        return self.low * stretch, self.high * stretch


@dataclass(frozen=True)
class ProfileEntry:
    """How a group differs from everybody in one term: weighted means, and their difference in SDs.

    ``low`` to ``high`` is the interval of the difference, ``group_low`` to ``group_high`` that of the group's
    mean; ``is_share`` says that the term is 0/1, so that its means are shares.
    """

    term: str
    column: str
    sensitive: bool
    group_mean: float
    overall_mean: float
    standardised_difference: float
    low: float = float("nan")
    high: float = float("nan")
    group_low: float = float("nan")
    group_high: float = float("nan")
    is_share: bool = False


@dataclass(frozen=True)
class GroupSummary:
    """A latent group. ``sigma`` is its residual standard deviation in outcome units (None if binary);
    ``gate`` holds what moves membership, against the reference group, and ``description`` says in rules and
    movers who is in it."""

    name: str
    share: float
    sigma: float | None
    coefficients: tuple[Coefficient, ...]
    gate: tuple[Coefficient, ...]
    profile: tuple[ProfileEntry, ...]
    description: GroupDescription = field(default_factory=GroupDescription)


@dataclass(frozen=True)
class FitSummary:
    """How the mixture was fitted. Log-likelihoods are totals with every constant, in outcome units;
    ``gain`` is the held-out log-likelihood per row above the one-group model. ``history`` and ``starts`` are
    those of EM; networks have a ``TrainingRecord`` in their place, and ``n_iter`` counts epochs."""

    n_groups: int
    log_likelihood: Mapping[str, float]
    one_group_log_likelihood: Mapping[str, float]
    gain: Estimate
    n_iter: int
    converged: bool
    seconds: float
    history: tuple[float, ...]
    starts: tuple[float, ...]


@dataclass(frozen=True)
class DroSummary:
    """The study's own strength, and the one at which its own mixture is advised ("pooled" where it is not;
    see ``StudyResult.advice``).

    ``older_words`` is the recommendation of a study that was stored without ``advice``: shown, and nothing
    else.
    """

    strength: float
    recommended: float | Literal["pooled"]
    criterion: str
    guard: str
    predictor: str
    prior: tuple[float, ...]
    older_words: str | None = None


@dataclass(frozen=True)
class DataSummary:
    """The table as it was used. ``left_out`` counts rows by reason; ``positive`` is the level that counts
    as 1 in a binary outcome; ``reading`` says how the file was read, label to value, and ``asked`` what the
    reader was told."""

    name: str
    fingerprint: str
    rows: int
    used: int
    n_train: int
    n_test: int
    left_out: Mapping[str, int]
    columns: tuple[str, ...]
    outcome_kind: Outcome
    positive: str | None
    observed_columns: tuple[str, ...]
    reading: Mapping[str, str]
    asked: ReadingOptions = field(default=ReadingOptions(), metadata=ABSENT_IS_DEFAULT)


@dataclass(frozen=True)
class RowArrays:
    """One entry per used row, in file order. K columns where marked (n, K).

    ``row`` is the 1-based data row in the file; ``pca`` is a 2-D map of all model columns.
    """

    row: np.ndarray
    is_test: np.ndarray
    outcome: np.ndarray
    weight: np.ndarray
    membership: np.ndarray  # (n, K): the gate, no outcome used
    responsibilities: np.ndarray  # (n, K): after seeing the outcome
    group_predictions: np.ndarray  # (n, K): each expert's prediction
    pooled: np.ndarray
    pooled_with_sensitive: np.ndarray
    rome: np.ndarray  # at the chosen strength
    observed_group: np.ndarray  # str
    pca: np.ndarray  # (n, 2)
    advised: np.ndarray | None = None  # None where nothing was tried
    audited: np.ndarray | None = None  # None where no prediction was given

    @property
    def predicted_group(self) -> np.ndarray:
        """Index of the likeliest group before the outcome is seen."""
        return self.membership.argmax(axis=1)

    @property
    def posterior_group(self) -> np.ndarray:
        """Index of the likeliest group after the outcome is seen."""
        return self.responsibilities.argmax(axis=1)


@dataclass(frozen=True)
class StudyResult:
    """One finished study. ``selection_reason`` is text where the study was stored without codes; ``failed``
    holds groups by their error against everybody, worst first, and is empty in studies from before 0.3."""

    study_id: str
    data: DataSummary
    roles: Roles
    settings: Settings
    versions: Mapping[str, str]
    fit: FitSummary
    groups: tuple[GroupSummary, ...]
    pooled_coefficients: tuple[Coefficient, ...]
    dro: DroSummary
    path: tuple[PathPoint, ...]
    evaluations: tuple[Evaluation, ...]
    findings: tuple[Finding, ...]
    rows: RowArrays
    verdict: Verdict | None = None
    selection: tuple[SelectionCandidate, ...] = ()
    selection_reason: Choice | str | None = None
    training: TrainingRecord | None = None
    failed: tuple[FailedGroup, ...] = ()
    advice: Advice | None = None

    @property
    def metric(self) -> str:
        """The loss that ranks groups: ``mse``, or ``brier`` for a binary outcome."""
        return "brier" if self.data.outcome_kind == "binary" else "mse"

    @property
    def examined(self) -> Literal["audited", "pooled"]:
        """The model whose errors say who is failed: the audited one, where there is one."""
        return "pooled" if self.rows.audited is None else "audited"

    @property
    def chosen(self) -> Evaluation:
        """The evaluation at the study's strength."""
        return self.at(self.dro.strength)

    def at(self, strength: float) -> Evaluation:
        """Return the stored evaluation at ``strength``; nothing is refitted.

        Raises
        ------
        SettingError
            ``strength`` is not one of the stored strengths.
        """
        for evaluation in self.evaluations:
            if abs(evaluation.strength - strength) < 1e-9:
                return evaluation
        known = ", ".join(f"{evaluation.strength:g}" for evaluation in self.evaluations)
        raise SettingError(f"DRO strength {strength:g} was not computed; choose one of {known}.")
