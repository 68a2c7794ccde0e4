"""The models among which a study looks for one that helps: their order, their cost, and a fit of each."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol, get_args

import numpy as np

from rome.baselines import BoostedTrees, Curve, Pooled
from rome.em import RomeEM
from rome.em.requirements import free_parameters
from rome.errors import OneValueGroupError, RomeWarning
from rome.results.advice import AUDITED, LINE, RECALIBRATED, CandidateModel, Kind
from rome.runtime.random import stream_seed
from rome.settings.study import Settings
from rome.stats.shares import ONE_VALUE, largest_value, one_value_only
from rome.study.lines import lines, quick_settings
from rome.study.prepare import Prepared
from rome.study.recalibration import Corrected, OnPrediction, Recalibration

#: Numbers of groups that are tried, in this order: up to eight, and no further once more groups stop helping.
GROUPS = (2, 3, 4, 6, 8)
#: Starts, iterations and tolerance of a fit that is one of many to be judged.
_QUICK = (3, 60, 1e-5)
#: Rows of a fold that there must be for each parameter of a mixture.
ROWS_A_PARAMETER = 10
#: Share of the rows from which a group that is one value counts: a smaller one hardly moves a prediction.
_SPIKE = 0.05
SINGLE = (LINE, CandidateModel("curve"), CandidateModel("trees"))
#: What letting a single model see the sensitive columns would give; shown, never advised.
SEEING = tuple(replace(model, sees="as") for model in SINGLE)
#: What becomes of a model that is audited.
GIVEN = (AUDITED, RECALIBRATED)
#: Mixtures.
MANY = ("groups", "corrected")
_ORDER = {kind: place for place, kind in enumerate(get_args(Kind))}


class Predictor(Protocol):
    """A fitted model; X is the design's matrix (n, p)."""

    def predict(self, X: np.ndarray) -> np.ndarray: ...


@dataclass(frozen=True)
class Part:
    """A model that sees some columns of X: the pooled ones are fitted on those alone."""

    model: Predictor
    columns: np.ndarray

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return the prediction (n,)."""
        return self.model.predict(X[:, self.columns])


def predicted(predictor: Predictor | OnPrediction, data: Prepared, rows: np.ndarray) -> np.ndarray:
    """Return a fitted candidate's prediction (m,) of ``rows``, positions among the used rows."""
    if isinstance(predictor, OnPrediction):
        return predictor.correct(data.prediction[rows], data.X[rows])
    return predictor.predict(data.X[rows])


def errors_of_audited(data: Prepared) -> Prepared:
    """Return the table whose outcome is what the audited model's prediction of a quantity lacks."""
    return replace(data, y=data.y - data.prediction)


def singles(data: Prepared) -> tuple[CandidateModel, ...]:
    """Return the models that may be advised without groups, simplest first."""
    return SINGLE if data.prediction is None else (*GIVEN, *SINGLE)


def ladders(data: Prepared, settings: Settings) -> Iterator[list[CandidateModel]]:
    """Return mixtures of lines and of curves, with each gate, by rising number of groups; of lines that
    correct a prediction of a quantity, too.

    A number of groups is left out where a fold would have fewer than ``ROWS_A_PARAMETER`` rows for each
    parameter.
    """
    rows = 0.8 * len(data.train) / ROWS_A_PARAMETER
    forms = [("groups", False), ("groups", True)]
    if data.prediction is not None and data.outcome.kind == "numeric":
        forms.append(("corrected", False))
    for kind, curves in forms:
        for gate in ("s", "as"):
            if gate == "as" and not len(data.design.expert_index):
                continue
            models = [CandidateModel(kind, count, gate, curves) for count in GROUPS]
            yield [model for model in models if n_parameters(model, data, settings) <= rows]


def own_model(settings: Settings) -> CandidateModel:
    """Return the study's mixture, with the number of groups decided, as a candidate."""
    if settings.n_groups == 1:
        return LINE if settings.family == "em" else CandidateModel("network", family="moe")
    if settings.family == "moe":
        return CandidateModel("groups", settings.n_groups, settings.moe.gate, False, "moe")
    return CandidateModel("groups", settings.n_groups, settings.gate_sees, settings.curves)


def settings_for(model: CandidateModel, settings: Settings) -> Settings:
    """Return the settings of a study whose own mixture is ``model``, a mixture of lines or curves."""
    return replace(settings, n_groups=model.n_groups, gate_sees=model.gate, curves=model.curves)


def n_parameters(model: CandidateModel, data: Prepared, settings: Settings) -> int:
    """Return the number of free parameters of a line or a mixture of lines; 0 where it has no meaning."""
    n_terms = len(data.design.expert_index)
    if model.curves:
        n_terms += bends(data)
    if model.kind == "line":
        return n_terms + 1
    if model.kind not in MANY or model.family != "em":
        return 0
    gate = data.design.gate_index
    if model.gate == "as":
        gate = np.union1d(gate, data.design.expert_index)
    return free_parameters(model.n_groups, n_terms, len(gate), data.outcome.kind, settings.noise)


def bends(data: Prepared) -> int:
    """Return how many bends the numeric expert columns can have, two each."""
    terms = data.design.terms
    return 2 * sum(terms[place].kind == "numeric" for place in data.design.expert_index)


def simplest_first(model: CandidateModel, parameters: int) -> tuple:
    """Return what candidates are sorted by: single models before groups, fewer parameters before more."""
    return (model.sees != "a", _ORDER[model.kind], parameters, model.n_groups, model.gate, model.curves)


def fit(
    model: CandidateModel, data: Prepared, settings: Settings, rows: np.ndarray
) -> Predictor | OnPrediction:
    """Fit a candidate to ``rows`` (positions among the used rows) at DRO strength 0, to be judged.

    Raises
    ------
    RomeError
        The rows don't suffice, or a group is hardly more than one value of the outcome.
    """
    if model.kind == "corrected":
        return Corrected(fit(replace(model, kind="groups"), errors_of_audited(data), settings, rows))
    X, y, weights = data.X[rows], data.y[rows], data.weights[rows]
    if model.kind == "groups":
        quick = quick_settings(replace(settings_for(model, settings), dro_strength=0.0), *_QUICK)
        with warnings.catch_warnings():
            # What ails a fold's fit shows in its errors; the final fit's warnings are given.
            warnings.simplefilter("ignore", RomeWarning)
            mixture = lines(data, quick).fit(X, y, sample_weight=weights)
        if data.outcome.kind == "numeric" and _has_one_value_group(mixture, X, y, weights):
            raise OneValueGroupError("A group is hardly more than one value of the outcome.")
        return mixture
    return single(model, data, settings, rows)


def _has_one_value_group(mixture: RomeEM, X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> bool:
    """Return whether a group that matters is hardly more than one value of the outcome."""
    everybody = largest_value(y, weights[:, None])[1]
    if everybody[0] < _SPIKE * ONE_VALUE:
        # A group of one value that counts would make this share of all case weight.
        return False
    mass = mixture.responsibilities(X, y) * weights[:, None]
    return bool((one_value_only(y, mass) & (mass.sum(axis=0) > _SPIKE * mass.sum())).any())


def single(
    model: CandidateModel, data: Prepared, settings: Settings, rows: np.ndarray
) -> Part | OnPrediction:
    """Fit one line, one curve or one ensemble of trees to ``rows``, or a line through the audited model."""
    if model == AUDITED:
        return Recalibration(data.outcome.kind)
    if model == RECALIBRATED:
        given = (each[rows] for each in (data.prediction, data.y, data.weights))
        return Recalibration.fit(*given, data.outcome.kind)
    kind, seed = data.outcome.kind, stream_seed(settings.random_state, f"candidate {model.kind}")
    columns = data.design.expert_index if model.sees == "a" else np.arange(data.X.shape[1])
    if model.kind == "line":
        unfitted = Pooled(kind)
    elif model.kind == "curve":
        unfitted = Curve(kind, random_state=seed)
    else:
        unfitted = BoostedTrees(kind, random_state=seed)
    weights = data.weights[rows]
    even = np.ptp(weights) == 0
    fitted = unfitted.fit(data.X[np.ix_(rows, columns)], data.y[rows], None if even else weights)
    return Part(fitted, columns)
