"""What the evidence returns: a number with its interval, the verdict, and every K that was tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rome.serialize.codec import from_plain, to_plain
from rome.stats.estimate import Estimate

#: Level of the intervals behind a verdict: their lower end is a one-sided 95% bound.
CONFIDENCE = 0.90


@dataclass(frozen=True)
class NullModelScore:
    """A one-group account of the outcome, and by how much the mixture beats it: log-likelihood per held-out
    row (below 0: the account is better)."""

    name: str
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
class Verdict:
    """Are the groups real. ``gain`` is over the best account, ``gate_gain`` over the same mixture with
    constant shares (both log-likelihood per held-out row); ``findable`` says that the sensitive columns tell
    the groups apart, which needs groups (where there are none a gate gains too, if s moves the mean);
    ``stability`` is the adjusted Rand index of partitions fitted on two halves. Intervals
    are of level ``CONFIDENCE``. ``bootstrap`` and ``worst_group`` stand beside the verdict and don't decide
    it; None in studies that were stored before they existed."""

    level: Literal["supported", "weak", "not supported"]
    sentence: str
    n_groups: int
    gain: Estimate
    best_account: str
    gate_gain: Estimate
    findable: bool
    stability: float
    accounts: tuple[NullModelScore, ...]
    bootstrap: BootstrapTest | None = None
    worst_group: WorstGroupGain | None = None


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


def verdict_document(verdict: Verdict | None) -> dict[str, object] | None:
    """Return a verdict as level, sentence and the evidence behind them; None where none was asked for."""
    if verdict is None:
        return None
    plain = to_plain(verdict)
    head = {name: plain.pop(name) for name in ("level", "sentence")}
    return {**head, "evidence": plain}


def read_verdict(plain: object) -> Verdict | None:
    """Return the verdict from what ``verdict_document`` gave, by way of JSON."""
    if not isinstance(plain, dict):
        return None
    evidence = plain.get("evidence")
    older = {"bootstrap": None, "worst_group": None}
    whole = {**older, **evidence, **plain} if isinstance(evidence, dict) else {**older, **plain}
    return from_plain(Verdict, whole, "verdict")
