"""One run of a study, from a table to a ``StudyResult``: the only place where it all meets."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace

from rome.em.cluster_rows import connect
from rome.errors import RomeWarning
from rome.reference import Reference, reference_of
from rome.results import StudyResult
from rome.results.first_look import FirstLook
from rome.runtime.versions import versions
from rome.serialize.document import content_hash
from rome.settings.study import Family, Settings
from rome.study import assemble
from rome.study.advised import Advised
from rome.study.candidates import settings_for
from rome.study.contenders import find_contenders
from rome.study.cross_fit import Judged, cross_fit
from rome.study.describe import Describer
from rome.study.do_no_harm import advise
from rome.study.evidence import Gathered, collect_evidence
from rome.study.findings import from_warnings, on_gate
from rome.study.first_look import look
from rome.study.fit import FITTING, check_family, fit_groups
from rome.study.held_out import score_held_out
from rome.study.network_findings import network_findings
from rome.study.prepare import Prepared, prepare
from rome.study.protocols import Curve, Fitted, Progress
from rome.study.validation import Validation, validate
from rome.table.finding import Finding
from rome.table.reading.read import Table
from rome.table.roles import Roles

#: What a stage says while it goes on.
_SAID = {
    "fit": FITTING,
    "candidates": "Trying which model helps",
    "evidence": "Asking whether the groups are real",
    "strength": "Choosing the strength on validation rows",
    "contenders": "Fitting what helps",
}
#: What share of a study's time each stage takes, by family.
_TAKES: dict[Family, dict[str, float]] = {
    "em": {"fit": 0.04, "candidates": 0.5, "evidence": 0.29, "strength": 0.07, "contenders": 0.1},
    "moe": {"fit": 0.15, "candidates": 0.05, "evidence": 0.25, "strength": 0.5, "contenders": 0.05},
}
#: Share of a study that is done once its table is prepared.
_PREPARED = 0.02


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
    first_look: Callable[[FirstLook], None] | None = None,
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
    first_look : callable or None
        Called once with the groups as soon as they are fitted, where the settings say how many (two or
        more); evidence and advice are still to come then.

    Raises
    ------
    RomeError
        The table can't be studied with these roles and settings; the message says why and what to do.
    """
    started = time.perf_counter()
    course = _Course(progress or (lambda share, what: None), settings)
    check_family(settings, scheduler)
    course.tell(0.0, "Preparing the table")
    if scheduler is not None:
        # A wrong address shows now, not after minutes of work.
        connect(scheduler).close()
    data = prepare(table.frame, roles, settings)
    known = None
    if settings.n_groups != "auto":
        known = _fit_groups(data, settings, course, curve, scheduler)
        if first_look is not None and settings.n_groups > 1:
            first_look(look(data, settings, known.fitted, known.describer))
    judged = cross_fit(data, settings, course.stage("candidates")) if settings.advise else None
    gathered = collect_evidence(data, settings, course.stage("evidence"))
    asked, settings = settings, _decided(data, settings, gathered, judged)
    mixture = known or _fit_groups(data, settings, course, curve, scheduler)
    validation = _validate(data, settings, mixture.fitted, course)
    contenders = None
    if judged is not None:
        contenders = find_contenders(
            data, settings, judged, mixture.fitted, validation, course.stage("contenders")
        )
    course.tell(0.99, "Scoring held-out rows")
    evaluations, advice = score_held_out(data, settings, mixture.fitted, contenders)
    result = assemble.result(
        table=table,
        roles=roles,
        settings=settings,
        asked=asked,
        gathered=gathered,
        identity=study_id(table.fingerprint, roles, asked),
        data=data,
        fitted=mixture.fitted,
        describer=mixture.describer,
        validation=validation,
        evaluations=evaluations,
        advice=advice,
        advised=None if advice is None else contenders.advised(advice, data),
        findings=(*table.findings, *data.findings, *_findings(data, settings, mixture)),
        seconds=time.perf_counter() - started,
    )
    course.tell(1.0, "Done")
    kept = None if advice is None else contenders.stored(advice, data)
    return StudyRun(result, data, mixture.fitted, _reference(table, roles, data), kept)


class _Course:
    """How far a study is, from how far its stages are, in whatever order they come."""

    def __init__(self, progress: Progress, settings: Settings) -> None:
        takes = dict(_TAKES[settings.family])
        if not settings.advise:
            takes["candidates"] = takes["contenders"] = 0.0
        if not settings.assess_groups and settings.n_groups != "auto":
            takes["evidence"] = 0.0
        self.tell = progress
        self._widths = {name: (1 - _PREPARED) * each / sum(takes.values()) for name, each in takes.items()}
        self._begun = _PREPARED

    def stage(self, name: str) -> Callable[..., None]:
        """Begin a stage; return what it calls with its share done, in [0, 1], and what else it may say."""
        low, width = self._begun, self._widths[name]
        self._begun += width

        def tell(share: float, what: str = _SAID[name]) -> None:
            self.tell(min(low + width * share, 0.99), what)

        tell(0.0)
        return tell


@dataclass(frozen=True)
class _Mixture:
    """The study's own mixture, what describes its groups, and the warnings that its fit gave."""

    fitted: Fitted
    describer: Describer
    caught: list[warnings.WarningMessage]


def _fit_groups(
    data: Prepared, settings: Settings, course: _Course, curve: Curve | None, scheduler: str | None
) -> _Mixture:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", RomeWarning)
        fitted = fit_groups(data, settings, course.stage("fit"), curve, scheduler)
    return _Mixture(fitted, Describer(data, settings, fitted.mixture, fitted.errors), caught)


def _validate(data: Prepared, settings: Settings, fitted: Fitted, course: _Course) -> Validation:
    with warnings.catch_warnings():
        # A fold's own degenerate groups show in its validation error; the final fit's are reported.
        warnings.simplefilter("ignore", RomeWarning)
        return validate(data, settings, fitted.mixture, course.stage("strength"))


def _findings(data: Prepared, settings: Settings, mixture: _Mixture) -> list[Finding]:
    """Return what is to be known about the study's own mixture."""
    found = [*from_warnings(mixture.caught, data.design.terms), *on_gate(data, settings, mixture.fitted)]
    if mixture.fitted.training is not None:
        found += network_findings(data, settings, mixture.fitted)
    return found


def _decided(data: Prepared, settings: Settings, gathered: Gathered, judged: Judged | None) -> Settings:
    """Return the settings of the study's own mixture: where its groups are left to be chosen, those of the
    mixture that predicts best if one is spoken for, else as many as the evidence says."""
    if settings.n_groups != "auto":
        return settings
    for candidate in () if judged is None else advise(data, settings, judged):
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
