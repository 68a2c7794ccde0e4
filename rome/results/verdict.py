"""What the evidence returns: the null models, the verdict, and every number of groups that was tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from rome.serialize.codec import ABSENT_IS_DEFAULT
from rome.settings.study import Outcome
from rome.stats.estimate import Estimate

#: Level of the intervals behind a verdict: their lower end is a one-sided 95% bound.
CONFIDENCE = 0.90
Level = Literal["supported", "weak", "not supported"]
#: What the groups are: kinds of rows with rules of their own; one rule with levels that stand apart; or none.
Kind = Literal["rules", "levels", "none"]
#: Why a gain above 0 is not support yet: it could be chance; a group is nearly empty, fitted without error or
#: another's twin; a group is hardly more than one value of the outcome; levels don't stand apart; halves of
#: the table are too small to be compared; or they don't agree on who is in the groups.
Doubt = Literal["chance", "degenerate", "one value", "close levels", "small halves", "unstable"]
NullModelCode = Literal[
    "line",
    "line_uneven",
    "line_any_noise",
    "line_uneven_any_noise",
    "quadratic_any_noise",
    "quadratic_uneven_any_noise",
    "trees_uneven_any_noise",
    "line_drifting_noise",
    "quadratic_drifting_noise",
    "trees_drifting_noise",
    "log_line_uneven_any_noise",
    "log_quadratic_uneven_any_noise",
    "log_trees_uneven_any_noise",
    "log_line_drifting_noise",
    "log_quadratic_drifting_noise",
    "log_trees_drifting_noise",
    "logistic",
    "logistic_quadratic",
    "logistic_trees",
    "shared_slopes",
]


@dataclass(frozen=True)
class NullModel:
    """A model of one rule for everybody: its mean (log-odds for a binary outcome), whether its spread moves
    with the columns, whether its noise may have any shape, whether it is a model of log y, and whether shape
    and spread of its noise move with its prediction.

    ``outcome`` is None for the evidence mixture with shared slopes, which is held against any outcome."""

    outcome: Outcome | None
    mean: Literal["linear", "quadratic", "boosted"]
    uneven_spread: bool = False
    any_noise: bool = False
    log_scale: bool = False
    drifting_noise: bool = False

    @property
    def is_curved(self) -> bool:
        """Whether the mean can bend."""
        return self.mean != "linear"

    @property
    def spread_moves(self) -> bool:
        """Whether it may be less sure of some rows than of others."""
        return self.uneven_spread or self.drifting_noise


#: Every null model, simplest first.
NULL_MODELS: Mapping[NullModelCode, NullModel] = {
    "line": NullModel("numeric", "linear"),
    "line_uneven": NullModel("numeric", "linear", uneven_spread=True),
    "line_any_noise": NullModel("numeric", "linear", any_noise=True),
    "line_uneven_any_noise": NullModel("numeric", "linear", True, True),
    "quadratic_any_noise": NullModel("numeric", "quadratic", any_noise=True),
    "quadratic_uneven_any_noise": NullModel("numeric", "quadratic", True, True),
    "trees_uneven_any_noise": NullModel("numeric", "boosted", True, True),
    "line_drifting_noise": NullModel("numeric", "linear", any_noise=True, drifting_noise=True),
    "quadratic_drifting_noise": NullModel("numeric", "quadratic", any_noise=True, drifting_noise=True),
    "trees_drifting_noise": NullModel("numeric", "boosted", any_noise=True, drifting_noise=True),
    "log_line_uneven_any_noise": NullModel("numeric", "linear", True, True, log_scale=True),
    "log_quadratic_uneven_any_noise": NullModel("numeric", "quadratic", True, True, log_scale=True),
    "log_trees_uneven_any_noise": NullModel("numeric", "boosted", True, True, log_scale=True),
    "log_line_drifting_noise": NullModel("numeric", "linear", False, True, True, True),
    "log_quadratic_drifting_noise": NullModel("numeric", "quadratic", False, True, True, True),
    "log_trees_drifting_noise": NullModel("numeric", "boosted", False, True, True, True),
    "logistic": NullModel("binary", "linear"),
    "logistic_quadratic": NullModel("binary", "quadratic"),
    "logistic_trees": NullModel("binary", "boosted"),
    "shared_slopes": NullModel(None, "linear", True, True),
}


@dataclass(frozen=True)
class NullModelScore:
    """A null model by its code, and by how much the mixture beats it: log-likelihood per held-out row (below
    0: the null model is better)."""

    code: str
    gain: Estimate


@dataclass(frozen=True)
class BootstrapTest:
    """The likelihood ratio of K groups over *one straight line with even normal noise*, on ``n_rows`` rows,
    and its rank among ``n_resamples`` tables simulated from that line."""

    statistic: float
    p_value: float
    n_resamples: int
    n_rows: int


@dataclass(frozen=True)
class WorstGroupGain:
    """Squared error of the worst latent group on held-out rows: one line for everybody (``pooled``), the
    mixture's robust prediction (``mixture``), and pooled minus mixture (above 0: the mixture is better)."""

    pooled: float
    mixture: float
    gain: Estimate


@dataclass(frozen=True)
class Tried:
    """What is said of one number of groups: the kind that is claimed, or "none". ``gain`` is over the null
    model ``hardest``: that of groups with one rule where levels are claimed, else that of groups with rules
    of their own."""

    n_groups: int
    kind: Kind
    level: Level
    gain: Estimate
    hardest: str
    doubt: Doubt | None = None


@dataclass(frozen=True)
class Verdict:
    """What the groups are, from the evidence mixture. ``n_groups`` is the number that the verdict is about:
    of those ``tried``, the one asked about first, that with most support.

    ``gain`` is over the null model ``hardest``, ``gate_gain`` that of the predictor's mixture over the same
    with constant shares (both log-likelihood per held-out row); ``doubt`` is what keeps a gain from being
    support; ``findable`` says that the sensitive columns tell the groups apart, which needs groups (where
    there are none a gate gains too, if s moves the mean); ``stability`` is the adjusted Rand index of
    partitions fitted on two halves, ``agreement`` that of the evidence's partition and the predictor's: NaN
    and None where no groups are claimed. Intervals are of level ``CONFIDENCE``. ``bootstrap`` and
    ``worst_group`` stand beside the verdict and don't decide it; None in studies from before they existed.
    ``kind`` is None, and ``tried`` empty, in studies from before kinds were told apart. ``older_words`` is
    the sentence of a study that was stored without its doubt: shown, and nothing else."""

    level: Level
    n_groups: int
    gain: Estimate
    hardest: str
    gate_gain: Estimate
    findable: bool
    stability: float
    null_models: tuple[NullModelScore, ...]
    bootstrap: BootstrapTest | None = None
    worst_group: WorstGroupGain | None = None
    doubt: Doubt | None = None
    kind: Kind | None = None
    tried: tuple[Tried, ...] = ()
    agreement: float | None = None
    older_words: str | None = None


@dataclass(frozen=True)
class SelectionCandidate:
    """One number of groups. ``bic``, ``aic`` and ``icl`` are lower for better; ``held_out`` is the
    log-likelihood per held-out row; ``worst_group`` and ``overall`` are squared errors of the robust
    predictor on held-out rows; ``stability`` as in ``Verdict``."""

    n_groups: int
    n_parameters: int
    log_likelihood: float
    bic: float
    aic: float
    icl: float
    held_out: Estimate
    worst_group: float
    overall: float
    smallest_share: float
    stability: float


@dataclass(frozen=True)
class LeftOut:
    """A number of groups that could not be suggested, because one of them is too small, degenerate (nearly
    empty, fitted without error, or another's twin), or hardly more than one value of the outcome."""

    n_groups: int
    reason: Literal["small", "degenerate", "one value"]


@dataclass(frozen=True)
class Choice:
    """Why the evidence uses ``n_groups`` groups: they are the "best" of those that could be suggested; the
    "fewest" whose held-out log-likelihood is within one standard error of that of ``other`` groups; those
    that are "supported" where the ``other`` that it would have suggested are not; or one group, because
    ``null_model`` does as well as the ``other`` groups, or for another ``doubt`` about them. ``left_out``
    could not be suggested."""

    reason: Literal["best", "fewest", "supported", "null model"]
    n_groups: int
    other: int
    null_model: str | None = None
    left_out: tuple[LeftOut, ...] = ()
    doubt: Doubt | None = field(default=None, metadata=ABSENT_IS_DEFAULT)
