"""What helps: the models that were tried, how each did on rows it had not seen, and the advised one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from rome.results.scores import Comparison
from rome.serialize.codec import ABSENT_IS_DEFAULT
from rome.stats.estimate import Estimate

#: Kinds of models, simplest first: the audited model as it is, and recalibrated; one line, one curve, boosted
#: trees, one network; the audited model corrected by groups, and groups with rules of their own (ROME).
Kind = Literal["audited", "recalibrated", "line", "curve", "trees", "network", "corrected", "groups"]
#: What a model may predict from, or what its gate may: the ordinary columns, the sensitive ones, or both.
Sees = Literal["a", "s", "as"]
#: How a candidate ended: advised; nearly the best, but a simpler one is too; not as good; more error than the
#: bounds allow for everybody or for the worst observed group; no gain that is surely one; held-out rows deny
#: the gain, or don't confirm it; the model that gains are measured from; shown only, since it sees S.
Standing = Literal[
    "advised",
    "as good",
    "worse",
    "harms everybody",
    "harms observed",
    "no gain",
    "denied",
    "unconfirmed",
    "reference",
    "sees sensitive",
]
#: Where the gain lies that speaks for the advised model.
Basis = Literal["worst observed", "everybody", "both"]


@dataclass(frozen=True)
class CandidateModel:
    """A model by its form. ``sees`` is what it predicts from; of ``groups`` and ``corrected``, ``gate`` is
    what membership may depend on, and ``curves`` says that the groups' rules may bend. ``family`` is "em" or
    "moe"."""

    kind: Kind
    n_groups: int = 1
    gate: Literal["s", "as"] = "s"
    curves: bool = False
    family: Literal["em", "moe"] = "em"
    sees: Literal["a", "as"] = "a"


LINE, AUDITED, RECALIBRATED = (
    CandidateModel("line"),
    CandidateModel("audited"),
    CandidateModel("recalibrated"),
)


def reference_among(models: Iterable[CandidateModel]) -> CandidateModel:
    """Return what gains and harms are measured from: the audited model as it is where there is one, else one
    line."""
    return AUDITED if AUDITED in models else LINE


@dataclass(frozen=True)
class Candidate:
    """A model on rows that its fits left out. Losses are in squared units (Brier for a binary outcome).

    ``overall_change`` and ``worst_change`` are (model − reference) / reference, with intervals, for everybody
    and for the worst observed group; the worst one is NaN where no observed group is large enough.
    ``n_parameters`` is 0 where it has no meaning.
    """

    model: CandidateModel
    dro_strength: float
    overall: Estimate
    worst_observed: Estimate
    overall_change: Estimate
    worst_change: Estimate
    standing: Standing
    repeats: int = 1


@dataclass(frozen=True)
class AllRows:
    """A model against the reference over all rows, left out in cross-fitting or held out: changes of the
    error of everybody and of the worst observed group with intervals, and the one-sided 95% bounds above
    them."""

    overall_change: Estimate
    worst_change: Estimate
    overall_bound: float
    worst_bound: float


@dataclass(frozen=True)
class Advice:
    """The model that is advised, and why no other is.

    Attributes
    ----------
    model, dro_strength :
        The advised model; the strength is 0 but for groups.
    study_model : CandidateModel
        The study's own mixture, as it was set or chosen.
    basis : {"worst observed", "everybody", "both"} or None
        Whose gain over the reference is surely one; ``None`` where the reference itself is advised.
    withdrawn : Candidate or None
        What cross-fitting spoke for, where held-out rows withdrew it.
    candidates : tuple of Candidate
        Everything that was tried, simplest first.
    held_out : mapping of comparison key to Comparison
        The advised model against the reference on held-out rows; empty where it is the reference.
    withdrawn_held_out : mapping of comparison key to Comparison
        The withdrawn model against the reference on held-out rows; empty where none was.
    all_rows : AllRows or None
        The advised model, or where that is the reference, the withdrawn one, against it over all rows;
        ``None`` where nothing spoke for another model.
    max_harm_overall, max_harm_observed : float
        The bounds: how much more error, as a share, the upper 95% bound may promise.
    near_edge : bool
        Whether another advice was near: the deciding bound lies within half a standard error of its limit.
    n_rows : int
        Training rows that took part in cross-fitting.
    """

    model: CandidateModel
    dro_strength: float
    study_model: CandidateModel
    basis: Basis | None
    candidates: tuple[Candidate, ...]
    withdrawn: Candidate | None = None
    held_out: Mapping[str, Comparison] = field(default_factory=dict)
    withdrawn_held_out: Mapping[str, Comparison] = field(default_factory=dict, metadata=ABSENT_IS_DEFAULT)
    all_rows: AllRows | None = field(default=None, metadata=ABSENT_IS_DEFAULT)
    max_harm_overall: float = 0.02
    max_harm_observed: float = 0.05
    near_edge: bool = False
    n_rows: int = 0

    @property
    def reference(self) -> CandidateModel:
        """What gains and harms are measured from."""
        return reference_among([each.model for each in self.candidates])

    @property
    def needs_prediction(self) -> bool:
        """Whether the advised model predicts from the audited one's prediction."""
        return self.model.kind in ("audited", "recalibrated", "corrected")

    @property
    def own(self) -> bool:
        """Whether the study's own mixture is what is advised, at ``dro_strength``."""
        return self.model == self.study_model and self.model.kind in ("groups", "network")
