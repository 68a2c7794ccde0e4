"""Whom held-out rows are asked about: what cross-fitting speaks for, fitted to all training rows."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from rome.errors import RomeWarning
from rome.groups import Scores
from rome.results.advice import Advice, Candidate, CandidateModel
from rome.robust import RobustPath
from rome.settings.study import Settings
from rome.study.advised import Advised, Groups, stored
from rome.study.candidates import LINE, Predictor, own_model, settings_for, single
from rome.study.cross_fit import Judged
from rome.study.do_no_harm import advise, settle, to_confirm
from rome.study.lines import fit_lines
from rome.study.model import StudyModel
from rome.study.prepare import Prepared
from rome.study.protocols import Fitted
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
    """All candidates, those to be confirmed with their final fits, and the line they are held against."""

    candidates: tuple[Candidate, ...]
    asked: tuple[Candidate, ...]
    predictors: Mapping[CandidateModel, Predictor]
    line: Predictor
    own: CandidateModel
    n_rows: int

    def predictions(self, X: np.ndarray) -> dict[str, np.ndarray]:
        """Return the line's and each contender's prediction (n,) by key."""
        named = {_key(LINE): self.line} | {_key(model): each for model, each in self.predictors.items()}
        return {key: predictor.predict(X) for key, predictor in named.items()}

    def settle(self, scores: Scores, settings: Settings) -> Advice:
        """Let held-out scores, which hold ``predictions``, decide."""
        held_out = {
            model: {"overall": scores.compare(None, _key(LINE), _key(model))}
            | {f"worst_{name}": scores.compare(name, _key(LINE), _key(model)) for name in scores.groups}
            for model in self.predictors
        }
        return settle(self.candidates, self.asked, held_out, self.own, settings, self.n_rows)

    def predictor(self, advice: Advice) -> Predictor:
        """Return the advised model."""
        return self.line if advice.model == LINE else self.predictors[advice.model]

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
    asked, predictors = [], {}
    for number, candidate in enumerate(to_confirm(candidates)):
        progress(number / 2)
        strength, predictor = _fitted(candidate.model, data, settings, own, fitted, validation)
        asked.append(replace(candidate, dro_strength=strength))
        predictors[candidate.model] = predictor
    line = single(LINE, data, settings, data.train)
    return Contenders(candidates, tuple(asked), predictors, line, own, len(judged.rows))


def _fitted(
    model: CandidateModel,
    data: Prepared,
    settings: Settings,
    own: CandidateModel,
    fitted: Fitted,
    validation: Validation,
) -> tuple[float, Predictor]:
    """Return the strength at which a contender would be used, and its final fit."""
    if model == own:
        strength = validation.strength if model.kind == "groups" else 0.0
        return strength, OwnMixture(fitted, strength)
    if model.kind == "network":
        return 0.0, _Pooled(fitted)
    if model.kind != "groups":
        return 0.0, single(model, data, settings, data.train)
    other = replace(settings_for(model, settings), dro_strength=None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RomeWarning)
        groups = fit_lines(data, other, None, None)
        strength = validate(data, other, groups.mixture, lambda share: None).strength
    whole = StudyModel.from_fit(data.design, data.outcome.kind, groups)
    place = whole.path.strengths.index(strength)
    path = RobustPath((strength,), whole.path.priors[[place]], whole.path.shares, whole.path.predictor)
    return strength, Groups(replace(whole, path=path))


@dataclass(frozen=True)
class _Pooled:
    """The one network that is the pooled model of a study of networks."""

    fitted: Fitted

    def predict(self, X: np.ndarray) -> np.ndarray:
        return self.fitted.predict_pooled(X)


def _stored(predictor: Predictor, data: Prepared) -> Advised | None:
    if isinstance(predictor, _Pooled):
        return None
    return predictor if isinstance(predictor, Groups) else stored(predictor, data.outcome.kind)


def _key(model: CandidateModel) -> str:
    return f"candidate {model!r}"
