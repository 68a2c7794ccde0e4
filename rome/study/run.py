"""One run of ROME-EM, from a table to a ``StudyResult``: the only place where it all meets."""

from __future__ import annotations

import hashlib
import json
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rome.baselines import Pooled, PooledErrors
from rome.config import Settings
from rome.em import ArrayRows, ClusterRows, RomeEM
from rome.em.cluster_rows import connect
from rome.em.standard_errors import StandardErrors
from rome.errors import ColumnWarning, RomeWarning
from rome.groups import evaluate, latent, predicted
from rome.groups.groupings import from_labels
from rome.results import MODELS, Comparison, Evaluation, GroupScore, StudyResult
from rome.robust import RobustPath
from rome.study import assemble
from rome.study.evidence import gather
from rome.study.prepare import Prepared, held_out_resampling, prepare
from rome.study.validation import estimator, group_names, require_enough, strengths, validate
from rome.table.checks import Finding
from rome.table.design import Term
from rome.table.read import Table
from rome.table.roles import Roles
from rome.versions import versions

#: Called with (share done in [0, 1], what is being done); may raise ``Cancelled`` to stop the work.
Progress = Callable[[float, str], None]
#: Called with (iteration, penalised log-likelihood) as the groups are fitted; each start counts from 1.
Curve = Callable[[int, float], None]
_EVIDENCE_SHARE, _FIT_SHARE, _VALIDATION_SHARE = 0.45, 0.6, 0.3


@dataclass(frozen=True)
class Fitted:
    """The fitted objects of a study; the result itself needs none of them."""

    mixture: RomeEM
    single: RomeEM
    pooled: Pooled
    pooled_with_sensitive: Pooled
    path: RobustPath
    errors: StandardErrors
    pooled_errors: PooledErrors


@dataclass(frozen=True)
class StudyRun:
    """A finished study with what is needed to store its model."""

    result: StudyResult
    data: Prepared
    fitted: Fitted


def study_id(fingerprint: str, roles: Roles, settings: Settings) -> str:
    """Return the identity of a study, 16 hex digits: the same content and settings, the same id."""
    content = [fingerprint, roles.as_dict(), settings.as_dict(), versions()["rome"]]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def run(
    table: Table,
    roles: Roles,
    settings: Settings,
    progress: Progress | None = None,
    curve: Curve | None = None,
    *,
    scheduler: str | None = None,
) -> StudyRun:
    """Run a study: fit on training rows, choose the strength on validation rows, report on test rows.

    Parameters
    ----------
    table : Table
        As ``rome.table.read_table`` gives it.
    roles : Roles
    settings : Settings
    progress : callable or None
        Told how far the work is; an exception it raises ends the study.
    curve : callable or None
        Told of every iteration of the fit of the groups; an exception it raises ends the study.
    scheduler : str or None
        Address of a ``distributed`` scheduler whose workers fit the groups; the study is the same.

    Raises
    ------
    RomeError
        The table can't be studied with these roles and settings; the message says why and what to do.
    """
    told = progress or (lambda share, what: None)
    started = time.perf_counter()
    told(0.0, "Preparing the table")
    if scheduler is not None:
        # A wrong address shows now, not after minutes of work.
        connect(scheduler).close()
    data = prepare(table.frame, roles, settings)
    asking = "Asking whether the groups are real"
    told(0.02, asking)
    gathered = gather(data, settings, lambda share: told(0.02 + _EVIDENCE_SHARE * share, asking))
    asked, settings = settings, replace(settings, n_groups=gathered.n_groups)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", RomeWarning)
        fitted = _fit(data, settings, told, curve, scheduler)
    told(_FIT_SHARE, "Choosing the strength on validation rows")
    with warnings.catch_warnings():
        # A fold's own degenerate groups show in its validation error; the final fit's are reported.
        warnings.simplefilter("ignore", RomeWarning)
        validation = validate(
            data,
            settings,
            fitted.mixture,
            lambda share: told(
                _FIT_SHARE + _VALIDATION_SHARE * share, "Choosing the strength on validation rows"
            ),
        )
    told(_FIT_SHARE + _VALIDATION_SHARE, "Scoring held-out rows")
    evaluations = _evaluate(data, settings, fitted)
    findings = (
        *table.findings,
        *data.findings,
        *_from_warnings(caught, data.design.terms),
        *_on_gate(data, settings, fitted),
    )
    result = assemble.result(
        table=table,
        roles=roles,
        settings=settings,
        asked=asked,
        gathered=gathered,
        identity=study_id(table.fingerprint, roles, asked),
        data=data,
        fitted=fitted,
        validation=validation,
        evaluations=evaluations,
        findings=findings,
        seconds=time.perf_counter() - started,
    )
    told(1.0, "Done")
    return StudyRun(result, data, fitted)


def _on_gate(data: Prepared, settings: Settings, fitted: Fitted) -> list[Finding]:
    """Say which groups the gate never takes for likeliest: routing can't reach them."""
    likeliest = fitted.mixture.membership(data.X[data.test]).argmax(axis=1)
    unreached = [name for k, name in enumerate(group_names(settings.n_groups)) if not (likeliest == k).any()]
    if not unreached:
        return []
    which = " and ".join(unreached)
    return [
        Finding(
            "warning",
            None,
            f"The sensitive columns alone never make {which} the likeliest group of a held-out row.",
            "Don't expect to tell beforehand who belongs there; look for a column that does.",
        )
    ]


def _from_warnings(caught: list[warnings.WarningMessage], terms: Sequence[Term]) -> list[Finding]:
    """Turn ROME's warnings into findings; anybody else's go on to whoever listens."""
    kept = [item for item in caught if issubclass(item.category, RomeWarning)]
    for item in caught:
        if item not in kept:
            warnings.warn_explicit(item.message, item.category, item.filename, item.lineno)
    found = dict.fromkeys(_named(item.message, terms) for item in kept)
    return [Finding("warning", column, *_first_sentence(text)) for column, text in found]


def _named(message: Warning, terms: Sequence[Term]) -> tuple[str | None, str]:
    """Return the column that a warning is about, if it is one, and its text with the terms' names."""
    if not isinstance(message, ColumnWarning):
        return None, str(message)
    about = [terms[place] for place in message.columns]
    columns = {term.column for term in about}
    return columns.pop() if len(columns) == 1 else None, str(message.renamed(term.name for term in about))


def _first_sentence(text: str) -> tuple[str, str]:
    what, _, remedy = text.partition(". ")
    return f"{what}.", remedy


def _fit(
    data: Prepared, settings: Settings, told: Progress, curve: Curve | None, scheduler: str | None
) -> Fitted:
    X, y, weights = data.X[data.train], data.y[data.train], data.weights[data.train]
    require_enough(data, settings, weights)
    kind = data.outcome.kind
    pooled = Pooled(kind).fit(X[:, data.design.expert_index], y, sample_weight=weights)
    everything = Pooled(kind).fit(X, y, sample_weight=weights)
    with warnings.catch_warnings():
        # One group is there to compare with; what ails it, the groups may mend.
        warnings.simplefilter("ignore", RomeWarning)
        single = estimator(data, settings, n_groups=1).fit(X, y, sample_weight=weights)
    mixture = _fit_groups(
        estimator(data, settings), ArrayRows(X, y, weights), _fit_progress(told, curve), scheduler
    )
    path = mixture.path(X, y, strengths=strengths(settings), sample_weight=weights)
    # Uneven case weights are sampling weights: a person who stands for many is still one observation.
    uneven = bool(np.ptp(weights) > 0)
    errors = mixture.standard_errors(X, y, weights, kind="sandwich" if uneven else "louis")
    pooled_errors = pooled.standard_errors(
        X[:, data.design.expert_index], y, weights, kind="sandwich" if uneven else "classical"
    )
    return Fitted(mixture, single, pooled, everything, path, errors, pooled_errors)


def _fit_groups(model: RomeEM, rows: ArrayRows, progress: Curve, scheduler: str | None) -> RomeEM:
    if scheduler is None:
        return model.fit_blocks(rows, progress)
    with ClusterRows(scheduler, rows) as held:
        return model.fit_blocks(held, progress)


def _fit_progress(told: Progress, curve: Curve | None) -> Curve:
    def progress(iteration: int, objective: float) -> None:
        told(_EVIDENCE_SHARE + 0.02, "Fitting the groups")
        if curve is not None:
            curve(iteration, objective)

    return progress


def _evaluate(data: Prepared, settings: Settings, fitted: Fitted) -> tuple[Evaluation, ...]:
    """Score every position of the dial on the held-out rows."""
    X, y = data.X[data.test], data.y[data.test]
    membership = fitted.mixture.membership(X)
    path = fitted.path.predict(fitted.mixture.group_predictions(X), membership)
    predictions = {
        "pooled": fitted.pooled.predict(X[:, data.design.expert_index]),
        "pooled_with_sensitive": fitted.pooled_with_sensitive.predict(X),
    }
    keys = [f"rome at {strength!r}" for strength in fitted.path.strengths]
    predictions |= {key: path[:, place] for place, key in enumerate(keys)}
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
    return tuple(
        Evaluation(
            strength=strength,
            prior=tuple(float(value) for value in prior),
            groupings={
                name: tuple(_at_strength(score, key) for score in table)
                for name, table in scores.groups.items()
            },
            comparison=_comparisons(scores, key),
            overall=_at_strength(scores.overall, key),
        )
        for strength, prior, key in zip(fitted.path.strengths, fitted.path.priors, keys, strict=True)
    )


def _at_strength(score: GroupScore, key: str) -> GroupScore:
    chosen = {model: score.scores[key if model == "rome" else model] for model in MODELS}
    return GroupScore(score.group, score.n, score.share, score.too_small, chosen)


def _comparisons(scores, key: str) -> dict[str, Comparison]:
    worst = {f"worst_{name}": scores.compare(name, "pooled", key) for name in scores.groups}
    return {"overall": scores.compare(None, "pooled", key), **worst}
