"""Whom held-out rows are asked about: what cross-fitting speaks for, fitted to all training rows."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from rome.errors import RomeWarning
from rome.groups import Scores
from rome.results.advice import Advice, AllRows, Candidate, CandidateModel, reference_among
from rome.robust import RobustPath
from rome.settings.study import Settings
from rome.study.advised import Advised, Groups, stored
from rome.study.candidates import Predictor, errors_of_audited, own_model, predicted, settings_for, single
from rome.study.cross_fit import Judged
from rome.study.do_no_harm import advise, over_all_rows, settle, to_confirm
from rome.study.lines import fit_lines
from rome.study.model import StudyModel
from rome.study.prepare import Prepared
from rome.study.protocols import Fitted
from rome.study.recalibration import Corrected, OnPrediction
from rome.study.validation import Validation, validate


@dataclass(frozen=True)
class OwnMixture:
    """The study's own mixture at one DRO strength."""

    fitted: Fitted
    strength: float

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return the robust prediction (n,)."""
        path = self.fitted.path
        place = int(np.argmin(np.abs(np.array(path.strengths) - self.strength)))
        mixture = self.fitted.mixture
        return path.predict(mixture.group_predictions(X), mixture.membership(X))[:, place]


@dataclass(frozen=True)
class Contenders:
    """All candidates, those to be confirmed with their final fits, and the reference of all."""

    candidates: tuple[Candidate, ...]
    asked: tuple[Candidate, ...]
    predictors: Mapping[CandidateModel, Predictor | OnPrediction]
    all_rows: Mapping[CandidateModel, AllRows]
    reference: Predictor | OnPrediction
    own: CandidateModel
    n_rows: int

    @property
    def _from(self) -> CandidateModel:
        """The reference by its form."""
        return reference_among([each.model for each in self.candidates])

    def predictions(self, data: Prepared, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Return the reference's and each contender's prediction (m,) of ``rows`` by key."""
        named = {self._from: self.reference, **self.predictors}
        return {_key(model): predicted(predictor, data, rows) for model, predictor in named.items()}

    def settle(self, scores: Scores, settings: Settings) -> Advice:
        """Let held-out scores, which hold ``predictions``, decide."""
        start = _key(self._from)
        held_out = {
            model: {"overall": scores.compare(None, start, _key(model))}
            | {f"worst_{name}": scores.compare(name, start, _key(model)) for name in scores.groups}
            for model in self.predictors
        }
        return settle(self.candidates, self.asked, held_out, self.all_rows, self.own, settings, self.n_rows)

    def predictor(self, advice: Advice) -> Predictor | OnPrediction:
        """Return the advised model."""
        return self.reference if advice.model == self._from else self.predictors[advice.model]

    def advised(self, advice: Advice, data: Prepared) -> np.ndarray:
        """Return the advised model's prediction (n,) of every used row."""
        return predicted(self.predictor(advice), data, np.arange(len(data.y)))

    def stored(self, advice: Advice, data: Prepared) -> Advised | None:
        """Return the advised model as the study keeps it; None where it is the study's own mixture."""
        return None if advice.own else _stored(self.predictor(advice), data)


def key_of(advice: Advice) -> str:
    """Return the key of the advised model's predictions."""
    return _key(advice.model)


def find_contenders(
    data: Prepared,
    settings: Settings,
    judged: Judged,
    fitted: Fitted,
    validation: Validation,
    progress: Callable[[float], None],
) -> Contenders:
    """Fit what is to be confirmed on held-out rows; ``settings`` are those of the study's own mixture."""
    own = own_model(settings)
    if settings.family == "moe":
        judged.losses[own_model(replace(settings, n_groups=1))] = [validation.pooled_losses]
        judged.losses[own] = [validation.losses]
    candidates = advise(data, settings, judged)
    start = judged.reference
    reference = single(start, data, settings, data.train)
    found: dict[CandidateModel, _Contender] = {}
    for number, candidate in enumerate(to_confirm(candidates)):
        progress(number / 2)
        found[candidate.model] = _contender(candidate, data, settings, own, fitted, validation, judged)

    def held_out(predictor: Predictor | OnPrediction) -> np.ndarray:
        return (data.y[data.test] - predicted(predictor, data, data.test)) ** 2

    all_rows = {
        model: over_all_rows(
            data,
            settings,
            judged,
            np.column_stack([judged.loss(start), each.losses]),
            np.column_stack([held_out(reference), held_out(each.predictor)]),
        )
        for model, each in found.items()
    }
    return Contenders(
        candidates,
        tuple(each.candidate for each in found.values()),
        {model: each.predictor for model, each in found.items()},
        all_rows,
        reference,
        own,
        len(judged.rows),
    )


@dataclass(frozen=True)
class _Contender:
    """A candidate with the strength at which it would be used, its final fit, and its losses at that strength
    on rows that folds left out."""

    candidate: Candidate
    predictor: Predictor | OnPrediction
    losses: np.ndarray


def _contender(
    candidate: Candidate,
    data: Prepared,
    settings: Settings,
    own: CandidateModel,
    fitted: Fitted,
    validation: Validation,
    judged: Judged,
) -> _Contender:
    model = candidate.model
    if model == own and model.kind == "groups":
        mixture = OwnMixture(fitted, validation.strength)
        return _at(candidate, validation, mixture, judged)
    if model.kind == "groups":
        return _other_groups(candidate, data, settings, judged)
    if model.kind == "corrected":
        found = _other_groups(candidate, errors_of_audited(data), settings, judged)
        return replace(found, predictor=Corrected(found.predictor))
    if model.kind == "network":
        return _Contender(candidate, _Pooled(fitted), judged.loss(model))
    return _Contender(candidate, single(model, data, settings, data.train), judged.loss(model))


def _at(candidate: Candidate, validation: Validation, predictor: Predictor, judged: Judged) -> _Contender:
    """Return groups at the strength that the validation chose."""
    strength = validation.strength
    losses = judged.loss(candidate.model) if strength == 0 else validation.chosen_losses
    return _Contender(replace(candidate, dro_strength=strength), predictor, losses)


def _other_groups(candidate: Candidate, data: Prepared, settings: Settings, judged: Judged) -> _Contender:
    """Fit groups that are not the study's own to all training rows, and choose their strength."""
    other = replace(settings_for(candidate.model, settings), dro_strength=None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RomeWarning)
        groups = fit_lines(data, other, None, None)
        validation = validate(data, other, groups.mixture, lambda share: None)
    whole = StudyModel.from_fit(data.design, data.outcome.kind, groups)
    place = whole.path.strengths.index(validation.strength)
    path = RobustPath(
        (validation.strength,), whole.path.priors[[place]], whole.path.shares, whole.path.predictor
    )
    return _at(candidate, validation, Groups(replace(whole, path=path)), judged)


@dataclass(frozen=True)
class _Pooled:
    """The one network that is the pooled model of a study of networks."""

    fitted: Fitted

    def predict(self, X: np.ndarray) -> np.ndarray:
        return self.fitted.predict_pooled(X)


def _stored(predictor: Predictor | OnPrediction, data: Prepared) -> Advised | None:
    if isinstance(predictor, _Pooled):
        return None
    return (
        predictor if isinstance(predictor, (Groups, OnPrediction)) else stored(predictor, data.outcome.kind)
    )


def _key(model: CandidateModel) -> str:
    return f"candidate {model!r}"
