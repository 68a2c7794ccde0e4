"""Held-out rows score every DRO strength and whatever may be advised, and settle the advice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rome.groups import Scores, evaluate, latent, predicted
from rome.groups.groupings import from_labels
from rome.results import MODELS, Comparison, Evaluation, GroupScore
from rome.results.advice import Advice
from rome.settings.study import Settings
from rome.study.contenders import Contenders, key_of
from rome.study.prepare import Prepared, held_out_resampling
from rome.study.protocols import Fitted
from rome.study.validation import group_names


def score_held_out(
    data: Prepared, settings: Settings, fitted: Fitted, contenders: Contenders | None
) -> tuple[tuple[Evaluation, ...], Advice | None]:
    """Score every DRO strength, and whatever may be advised, on the held-out rows; and settle the advice."""
    X, y = data.X[data.test], data.y[data.test]
    membership = fitted.mixture.membership(X)
    path = fitted.path.predict(fitted.mixture.group_predictions(X), membership)
    predictions = {
        "pooled": fitted.predict_pooled(X),
        "pooled_with_sensitive": fitted.predict_pooled_with_sensitive(X),
    }
    audited = {} if data.prediction is None else {"audited": data.prediction[data.test]}
    predictions |= audited
    keys = [f"rome at {strength!r}" for strength in fitted.path.strengths]
    predictions |= {key: path[:, place] for place, key in enumerate(keys)}
    predictions |= {} if contenders is None else contenders.predictions(data, data.test)
    names = group_names(settings.n_groups)
    scores = evaluate(
        y,
        predictions,
        {
            "latent": latent(fitted.mixture.responsibilities(X, y), names),
            "predicted": predicted(membership, names),
            "observed": from_labels(data.observed_group[data.test]),
        },
        data.weights[data.test],
        kind=data.outcome.kind,
        resampling=held_out_resampling(data, settings),
        min_group_size=settings.min_group_size,
    )
    advice = None if contenders is None else contenders.settle(scores, settings)
    others = {} if advice is None else {"advised": key_of(advice)}
    others |= dict.fromkeys(audited, "audited")
    evaluations = tuple(
        Evaluation(
            strength=strength,
            prior=tuple(float(value) for value in prior),
            groupings={
                name: tuple(_with_models(score, {"rome": key, **others}) for score in table)
                for name, table in scores.groups.items()
            },
            comparison=_comparisons(scores, key),
            overall=_with_models(scores.overall, {"rome": key, **others}),
        )
        for strength, prior, key in zip(fitted.path.strengths, fitted.path.priors, keys, strict=True)
    )
    return evaluations, advice


def _with_models(score: GroupScore, keys: Mapping[str, str]) -> GroupScore:
    """Return a score with the models of a study, whose predictions may stand under other keys."""
    names = dict.fromkeys((*MODELS, *keys))
    return replace(score, scores={name: score.scores[keys.get(name, name)] for name in names})


def _comparisons(scores: Scores, key: str) -> dict[str, Comparison]:
    worst = {f"worst_{name}": scores.compare(name, "pooled", key) for name in scores.groups}
    return {"overall": scores.compare(None, "pooled", key), **worst}
