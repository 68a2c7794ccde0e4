"""One run of a study, from a table to a ``StudyResult``: the only place where it all meets."""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rome.em.cluster_rows import connect
from rome.errors import ColumnWarning, RomeWarning
from rome.groups import evaluate, latent, predicted
from rome.groups.groupings import from_labels
from rome.reference import Reference, reference_of
from rome.results import MODELS, Comparison, Evaluation, GroupScore, StudyResult
from rome.results.advice import Advice, Candidate
from rome.runtime.versions import versions
from rome.serialize.document import content_hash
from rome.settings.study import Family, Settings
from rome.study import assemble
from rome.study.advised import Advised
from rome.study.candidates import settings_for
from rome.study.contenders import Contenders, find_contenders, key_of
from rome.study.cross_fit import cross_fit
from rome.study.do_no_harm import advise
from rome.study.evidence import Gathered, collect_evidence
from rome.study.fit import check_family, fit_groups
from rome.study.network_findings import network_findings
from rome.study.prepare import Prepared, held_out_resampling, prepare
from rome.study.protocols import Curve, Fitted, Progress
from rome.study.validation import group_names, validate
from rome.table.design import Term
from rome.table.finding import Finding
from rome.table.reading.read import Table
from rome.table.roles import Roles

#: Where candidates, the evidence, the fit and the validation end, as shares of a study's time, by family.
_ENDS: dict[Family, tuple[float, float, float, float]] = {
    "em": (0.4, 0.7, 0.78, 0.92),
    "moe": (0.05, 0.3, 0.45, 0.95),
}


@dataclass(frozen=True)
class StudyRun:
    """A finished study with what is needed to store its model."""

    result: StudyResult
    data: Prepared
    fitted: Fitted
    reference: Reference
    advised: Advised | None = None


def study_id(fingerprint: str, roles: Roles, settings: Settings) -> str:
    """Return the identity of a study, 16 hex digits: the same content and settings, the same id."""
    content = [fingerprint, roles.as_dict(), settings.as_dict(), versions()["rome"]]
    return content_hash(*content)


def run(
    table: Table,
    roles: Roles,
    settings: Settings,
    progress: Progress | None = None,
    curve: Curve | None = None,
    *,
    scheduler: str | None = None,
) -> StudyRun:
    """Run a study: fit on training rows, choose the strength on validation rows, report on held-out rows.

    Parameters
    ----------
    table : Table
        As ``rome.table.read_table`` gives it.
    roles : Roles
    settings : Settings
    progress : callable or None
        Called with (share done in [0, 1], what is being done); an exception it raises ends the study.
    curve : callable or None
        Called with (number, value) after every iteration of the groups' fit, or every epoch of their
        training: the log-likelihood, or the objective on rows held back; each start counts from 1. An
        exception it raises ends the study.
    scheduler : str or None
        Address of a ``distributed`` scheduler whose workers fit the groups; the study is the same.

    Raises
    ------
    RomeError
        The table can't be studied with these roles and settings; the message says why and what to do.
    """
    progress = progress or (lambda share, what: None)
    started = time.perf_counter()
    check_family(settings, scheduler)
    progress(0.0, "Preparing the table")
    if scheduler is not None:
        # A wrong address shows now, not after minutes of work.
        connect(scheduler).close()
    data = prepare(table.frame, roles, settings)
    judged_end, asked_end, fit_end, chosen_end = _ENDS[settings.family]
    trying, asking = "Trying which model helps", "Asking whether the groups are real"
    judged = candidates = None
    if settings.advise:
        judged = cross_fit(data, settings, lambda share: _within(progress, 0.02, judged_end)(share, trying))
        candidates = advise(data, settings, judged)
    progress(judged_end, asking)
    gathered = collect_evidence(
        data, settings, lambda share: _within(progress, judged_end, asked_end)(share, asking)
    )
    asked, settings = settings, _decided(settings, gathered, candidates)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", RomeWarning)
        fitted = fit_groups(data, settings, _within(progress, asked_end, fit_end), curve, scheduler)
    choosing = "Choosing the strength on validation rows"
    progress(fit_end, choosing)
    with warnings.catch_warnings():
        # A fold's own degenerate groups show in its validation error; the final fit's are reported.
        warnings.simplefilter("ignore", RomeWarning)
        part = _within(progress, fit_end, chosen_end)
        validation = validate(data, settings, fitted.mixture, lambda share: part(share, choosing))
    progress(chosen_end, "Scoring held-out rows")
    contenders = None
    if judged is not None:
        part = _within(progress, chosen_end, 0.99)
        contenders = find_contenders(
            data,
            settings,
            judged,
            fitted,
            validation,
            lambda share: part(share, "Fitting what helps"),
        )
    evaluations, advice = _evaluate(data, settings, fitted, contenders)
    findings = (
        *table.findings,
        *data.findings,
        *_from_warnings(caught, data.design.terms),
        *_on_gate(data, settings, fitted),
        *(() if fitted.training is None else network_findings(data, settings, fitted)),
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
        advice=advice,
        advised=None if advice is None else contenders.predictor(advice).predict(data.X),
        findings=findings,
        seconds=time.perf_counter() - started,
    )
    progress(1.0, "Done")
    kept = None if advice is None else contenders.stored(advice, data)
    return StudyRun(result, data, fitted, _reference(table, roles, data), kept)


def _decided(settings: Settings, gathered: Gathered, candidates: tuple[Candidate, ...] | None) -> Settings:
    """Return the settings of the study's own mixture: where its groups are left to be chosen, those of the
    mixture that predicts best if one is spoken for, else as many as the evidence says."""
    if settings.n_groups != "auto":
        return settings
    for candidate in candidates or ():
        if candidate.standing == "advised" and candidate.model.kind == "groups":
            return settings_for(candidate.model, settings)
    return replace(settings, n_groups=gathered.n_groups)


def _reference(table: Table, roles: Roles, data: Prepared) -> Reference:
    """Return what new rows will be held against when the study scores them."""
    return reference_of(
        table.frame,
        data.design,
        data.X,
        data.index,
        data.train,
        data.test,
        outcome=roles.outcome,
        positive=data.outcome.positive,
        observed_columns=data.observed_columns,
    )


def _within(progress: Progress, low: float, high: float) -> Progress:
    """Return a progress whose shares, in [0, 1], lie between two shares of the study."""
    return lambda share, what: progress(low + (high - low) * share, what)


def _on_gate(data: Prepared, settings: Settings, fitted: Fitted) -> list[Finding]:
    """Say which groups the gate never takes for likeliest: routing can't reach them."""
    likeliest = fitted.mixture.membership(data.X[data.test]).argmax(axis=1)
    unreached = [name for k, name in enumerate(group_names(settings.n_groups)) if not (likeliest == k).any()]
    if not unreached:
        return []
    which = " and ".join(unreached)
    columns = "The sensitive columns alone" if settings.gate_columns == "s" else "The columns"
    return [
        Finding(
            "warning",
            None,
            f"{columns} never make {which} the likeliest group of a held-out row.",
            "Don't expect to tell beforehand who belongs there; look for a column that does.",
        )
    ]


def _from_warnings(caught: list[warnings.WarningMessage], terms: Sequence[Term]) -> list[Finding]:
    """Turn ROME's warnings into findings; anybody else's go on to whoever listens."""
    kept = [item for item in caught if issubclass(item.category, RomeWarning)]
    for item in caught:
        if item not in kept:
            warnings.warn_explicit(item.message, item.category, item.filename, item.lineno)
    return list(dict.fromkeys(_finding(item.message, terms) for item in kept))


def _finding(message: RomeWarning, terms: Sequence[Term]) -> Finding:
    """Return a warning as a finding, with the column that it is about, if it is one, and the terms' names."""
    if not isinstance(message, ColumnWarning):
        return Finding("warning", None, message.what, message.remedy)
    about = [terms[place] for place in message.columns]
    columns = {term.column for term in about}
    named = message.renamed(term.name for term in about)
    return Finding("warning", columns.pop() if len(columns) == 1 else None, named.what, named.remedy)


def _evaluate(
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
    keys = [f"rome at {strength!r}" for strength in fitted.path.strengths]
    predictions |= {key: path[:, place] for place, key in enumerate(keys)}
    predictions |= {} if contenders is None else contenders.predictions(X)
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
    advised = {} if advice is None else {"advised": key_of(advice)}
    evaluations = tuple(
        Evaluation(
            strength=strength,
            prior=tuple(float(value) for value in prior),
            groupings={
                name: tuple(_with_models(score, {"rome": key, **advised}) for score in table)
                for name, table in scores.groups.items()
            },
            comparison=_comparisons(scores, key),
            overall=_with_models(scores.overall, {"rome": key, **advised}),
        )
        for strength, prior, key in zip(fitted.path.strengths, fitted.path.priors, keys, strict=True)
    )
    return evaluations, advice


def _with_models(score: GroupScore, keys: Mapping[str, str]) -> GroupScore:
    """Return a score with the models of a study, whose predictions may stand under other keys."""
    names = dict.fromkeys((*MODELS, *keys))
    return replace(score, scores={name: score.scores[keys.get(name, name)] for name in names})


def _comparisons(scores, key: str) -> dict[str, Comparison]:
    worst = {f"worst_{name}": scores.compare(name, "pooled", key) for name in scores.groups}
    return {"overall": scores.compare(None, "pooled", key), **worst}
