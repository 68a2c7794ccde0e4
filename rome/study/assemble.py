"""Fitted objects become plain data: summaries of fit, groups, path and rows."""

from __future__ import annotations

import numpy as np

from rome.results import (
    DataSummary,
    DroSummary,
    Evaluation,
    FitSummary,
    GroupSummary,
    PathPoint,
    RowArrays,
    StudyResult,
)
from rome.results.advice import Advice
from rome.runtime.versions import versions
from rome.settings.study import Settings
from rome.stats.estimate import Estimate
from rome.study.describe import Describer
from rome.study.evidence import Gathered
from rome.study.failed import failed_groups
from rome.study.prepare import Prepared, held_out_resampling
from rome.study.projection import pca_map
from rome.study.protocols import Fitted, OneGroup
from rome.study.validation import Validation, group_names, mean_with_interval
from rome.table.reading.read import Table
from rome.table.roles import Roles


def result(
    *,
    table: Table,
    roles: Roles,
    settings: Settings,
    asked: Settings,
    gathered: Gathered,
    identity: str,
    data: Prepared,
    fitted: Fitted,
    describer: Describer,
    validation: Validation,
    evaluations: tuple[Evaluation, ...],
    advice: Advice | None,
    advised: np.ndarray | None,
    findings,
    seconds: float,
) -> StudyResult:
    """Put the parts of a finished study together.

    ``asked`` are the settings as they were given, ``settings`` those with the number of groups decided;
    ``advised`` (n,) are the predictions of the model that is advised for every used row.
    """
    dro = _dro(settings, validation, evaluations, advice)
    rows = _rows(data, fitted, dro.strength, advised)
    return StudyResult(
        study_id=identity,
        data=_data_summary(table, data),
        roles=roles,
        settings=asked,
        versions=versions(),
        fit=_fit_summary(data, settings, fitted, seconds),
        groups=_groups(data, settings, fitted, describer),
        pooled_coefficients=fitted.tables().of_pooled(),
        dro=dro,
        path=_path(evaluations, validation, settings),
        evaluations=evaluations,
        findings=tuple(findings),
        rows=rows,
        advice=advice,
        verdict=gathered.verdict,
        training=fitted.training,
        selection=gathered.candidates,
        selection_reason=gathered.reason,
        failed=failed_groups(data, settings, rows),
    )


def _dro(
    settings: Settings, validation: Validation, evaluations: tuple[Evaluation, ...], advice: Advice | None
) -> DroSummary:
    recommended = advice is not None and advice.own and advice.model.kind == "groups"
    wanted = validation.strength if settings.dro_strength is None else settings.dro_strength
    chosen = _at(evaluations, wanted)
    return DroSummary(
        strength=chosen.strength,
        recommended=advice.dro_strength if recommended else "pooled",
        criterion=settings.criterion,
        guard=settings.guard,
        predictor=settings.predictor,
        prior=chosen.prior,
    )


def _at(evaluations: tuple[Evaluation, ...], strength: float) -> Evaluation:
    return next(item for item in evaluations if abs(item.strength - strength) < 1e-9)


def _data_summary(table: Table, data: Prepared) -> DataSummary:
    return DataSummary(
        name=table.name,
        fingerprint=table.fingerprint,
        rows=len(table.frame),
        used=len(data.y),
        n_train=len(data.train),
        n_test=len(data.test),
        left_out=dict(data.left_out),
        columns=tuple(str(column) for column in table.frame.columns),
        outcome_kind=data.outcome.kind,
        positive=data.outcome.positive,
        observed_columns=data.observed_columns,
        reading=table.reading.describe(),
        asked=table.reading.options,
    )


def _fit_summary(data: Prepared, settings: Settings, fitted: Fitted, seconds: float) -> FitSummary:
    def total(model: OneGroup, rows: np.ndarray) -> float:
        return float(data.weights[rows] @ model.log_likelihood_of_rows(data.X[rows], data.y[rows]))

    X, y = data.X[data.test], data.y[data.test]
    gain = fitted.mixture.log_likelihood_of_rows(X, y) - fitted.single.log_likelihood_of_rows(X, y)
    parts = {"train": data.train, "test": data.test}
    return FitSummary(
        n_groups=settings.n_groups,
        log_likelihood={name: total(fitted.mixture, rows) for name, rows in parts.items()},
        one_group_log_likelihood={name: total(fitted.single, rows) for name, rows in parts.items()},
        gain=mean_with_interval(gain, data.weights[data.test], held_out_resampling(data, settings)),
        n_iter=fitted.n_iter,
        converged=fitted.converged,
        seconds=seconds,
        history=fitted.history,
        starts=fitted.starts,
    )


def _groups(
    data: Prepared, settings: Settings, fitted: Fitted, describer: Describer
) -> tuple[GroupSummary, ...]:
    mixture = fitted.mixture
    rows = data.test
    profiles, descriptions = describer.profiles(), describer.descriptions()
    shares = np.average(describer.responsibilities, axis=0, weights=data.weights[rows])
    tables = fitted.tables()
    return tuple(
        GroupSummary(
            name=name,
            share=float(shares[k]),
            sigma=None if np.isnan(mixture.sigma_[k]) else float(mixture.sigma_[k]),
            coefficients=tables.of_expert(k),
            gate=tables.of_gate(k),
            profile=profiles[k],
            description=descriptions[k],
        )
        for k, name in enumerate(group_names(settings.n_groups))
    )


def _path(
    evaluations: tuple[Evaluation, ...], validation: Validation, settings: Settings
) -> tuple[PathPoint, ...]:
    key = f"worst_{settings.guard}"
    tested = {round(item.strength, 9): item.comparison for item in evaluations}
    points = []
    for candidate in validation.candidates:
        test = tested[round(candidate.strength, 9)]
        guarded = candidate.comparison[key]
        points.append(
            PathPoint(
                strength=candidate.strength,
                worst_group=test[key].rome,
                overall=test["overall"].rome,
                validation_worst_group=guarded.rome,
                validation_overall=candidate.comparison["overall"].rome,
                validation_difference=Estimate(guarded.difference, guarded.low, guarded.high),
            )
        )
    return tuple(points)


def _rows(data: Prepared, fitted: Fitted, strength: float, advised: np.ndarray | None) -> RowArrays:
    predictions = fitted.mixture.group_predictions(data.X)
    membership = fitted.mixture.membership(data.X)
    place = int(np.argmin(np.abs(np.array(fitted.path.strengths) - strength)))
    return RowArrays(
        row=data.index + 1,
        is_test=data.is_test,
        outcome=data.y,
        weight=data.weights,
        membership=membership,
        responsibilities=fitted.mixture.responsibilities(data.X, data.y),
        group_predictions=predictions,
        pooled=fitted.predict_pooled(data.X),
        pooled_with_sensitive=fitted.predict_pooled_with_sensitive(data.X),
        rome=fitted.path.predict(predictions, membership)[:, place],
        observed_group=data.observed_group,
        pca=pca_map(data.X),
        advised=advised,
        audited=data.prediction,
    )
