"""A study on disk: one folder, readable by people and programs, with nothing that executes.

A folder holds ``study.json`` (the study, documented in docs/study_json.md), ``rows.csv`` (one line a row),
``evaluations.json`` (every DRO strength), ``rows.npz`` (the arrays behind rows.csv, exact), and
``model/`` (JSON and safetensors). ``report.html`` is written beside them by whoever makes the report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from pathlib import Path

import numpy as np
import pandas as pd

from rome.errors import StoreError
from rome.results import (
    STUDY_SCHEMA,
    Coefficient,
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
from rome.results.failed import FailedGroup
from rome.results.study import TrainingRecord
from rome.results.verdict import Choice, SelectionCandidate, Verdict
from rome.serialize.atomic import write_whole
from rome.serialize.codec import from_plain, to_plain
from rome.serialize.csv_json import to_csv, to_json
from rome.serialize.document import damage_to, read_json, read_npz, write_npz
from rome.settings.study import Settings
from rome.store import sentences
from rome.study import StudyRun
from rome.study.model import StudyModel
from rome.table.finding import Finding
from rome.table.roles import Roles


def write_folder(study: StudyRun, folder: str | Path) -> Path:
    """Write a study into ``folder``, which is made if need be; files of an older study are replaced.

    Raises
    ------
    StoreError
        The folder can't be written.
    """
    folder, result = Path(folder), study.result
    model = StudyModel.from_fit(study.data.design, result.data.outcome_kind, study.fitted, study.advised)
    files = {
        "study.json": to_json(study_document(result)),
        "evaluations.json": to_json([sentences.of_evaluation(each) for each in result.evaluations]),
        "rows.csv": to_csv(rows_table(result)),
    }
    make_folder(folder)
    try:
        for name, content in files.items():
            write_whole(folder / name, content)
        write_npz(folder / "rows.npz", **_arrays(result.rows))
        model.save(folder / "model")
        study.reference.save(folder / "model")
    except OSError as error:
        raise cannot_write(folder, error) from error
    return folder


def make_folder(folder: str | Path) -> None:
    """Make sure that ``folder`` is a folder: asked before a long study, an impossible place costs no time.

    Raises
    ------
    StoreError
        It is a file, or can't be made.
    """
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error


def cannot_write(folder: str | Path, error: OSError) -> StoreError:
    """Return the error that says why a study can't be written into ``folder``."""
    return StoreError(
        f'The study can\'t be written to "{folder}": {error.strerror or error}. Choose another folder.'
    )


def study_document(result: StudyResult) -> dict[str, object]:
    """Return the content of ``study.json`` as plain values."""
    document: dict[str, object] = {"schema": STUDY_SCHEMA, "study_id": result.study_id}
    data = to_plain(result.data)
    data["left_out_by_reason"] = data["left_out"]
    data["left_out"] = sum(result.data.left_out.values())
    document["data"] = data
    document["roles"] = result.roles.as_dict()
    document["settings"] = result.settings.as_dict()
    document["versions"] = dict(result.versions)
    document["fit"] = to_plain(result.fit)
    document["groups"] = sentences.of_groups(result)
    document["pooled_coefficients"] = to_plain(result.pooled_coefficients)
    document["dro"] = sentences.of_advice(result)
    document["path"] = to_plain(result.path)
    document["advice"] = to_plain(result.advice)
    chosen = result.chosen
    document["overall"] = _score(chosen.overall)
    document["groupings"] = {
        name: [_score(score) for score in table] for name, table in chosen.groupings.items()
    }
    document["comparison"] = sentences.of_evaluation(chosen)["comparison"]
    document["failed"] = to_plain(result.failed)
    document["verdict"] = sentences.of_verdict(result)
    # The verdict is about the data: it is asked with groups of lines, whatever groups the study has.
    document["verdict_family"] = None if result.verdict is None else "em"
    document["selection"] = to_plain(result.selection)
    document |= sentences.of_choice(result)
    document["training"] = to_plain(result.training)
    document["findings"] = to_plain(result.findings)
    return document


def _score(score) -> dict[str, object]:
    plain = to_plain(score)
    return {**{name: plain[name] for name in ("group", "n", "share", "too_small")}, **plain["scores"]}


def rows_table(result: StudyResult) -> pd.DataFrame:
    """Return one line per used row: what ``rows.csv`` holds.

    ``row`` counts the file's data rows from 1. ``predicted_group`` needs no outcome; ``posterior_group``
    is the likeliest group after seeing it.
    """
    rows = result.rows
    names = np.array([group.name for group in result.groups])
    table = pd.DataFrame(
        {
            "row": rows.row,
            "split": np.where(rows.is_test, "test", "train"),
            "outcome": rows.outcome,
            "predicted_group": names[rows.predicted_group],
            "posterior_group": names[rows.posterior_group],
            "observed_group": rows.observed_group,
            "pooled_prediction": rows.pooled,
            "rome_prediction": rows.rome,
            "pooled_with_sensitive_prediction": rows.pooled_with_sensitive,
        }
    )
    if rows.advised is not None:
        table["advised_prediction"] = rows.advised
    if rows.audited is not None:
        table["audited_prediction"] = rows.audited
    for k in range(len(names)):
        table[f"responsibility_{k + 1}"] = rows.responsibilities[:, k]
    for k in range(len(names)):
        table[f"membership_{k + 1}"] = rows.membership[:, k]
    return table


def _arrays(rows: RowArrays) -> dict[str, np.ndarray]:
    arrays = {field.name: getattr(rows, field.name) for field in fields(rows)}
    return {name: values for name, values in arrays.items() if values is not None}


def read_folder(folder: str | Path) -> StudyResult:
    """Read a study back from its folder.

    Raises
    ------
    StoreError
        The folder holds no study, a damaged one, or one of another layout.
    """
    folder = Path(folder)
    try:
        document = read_json(folder / "study.json")
    except (OSError, ValueError) as error:
        raise StoreError(
            f'"{folder}" holds no study that can be read ({error}). Name a folder that "rome run" wrote.'
        ) from error
    found = document.get("schema") if isinstance(document, dict) else None
    if found != STUDY_SCHEMA:
        raise StoreError(
            f'"{folder}" holds a study of layout {found!r:.40}, not {STUDY_SCHEMA!r}; make it again.'
        )
    with damage_to(f'The study in "{folder}"', "make it again."):
        evaluations = read_json(folder / "evaluations.json")
        result = _result(document, evaluations, _read_rows(folder / "rows.npz"))
        _require_consistent(result)
    return result


def _read_rows(path: Path) -> RowArrays:
    arrays = read_npz(path)
    required = {field.name: arrays[field.name] for field in fields(RowArrays) if field.default is MISSING}
    return RowArrays(**required, advised=arrays.get("advised"), audited=arrays.get("audited"))


def _require_consistent(result: StudyResult) -> None:
    """Raise unless arrays and tables speak of the same rows, groups and strengths."""
    rows, groups = result.data.used, len(result.groups)
    matrices = {"membership": groups, "responsibilities": groups, "group_predictions": groups, "pca": 2}
    for name, values in _arrays(result.rows).items():
        expected = (rows, matrices[name]) if name in matrices else (rows,)
        if values.shape != expected:
            raise StoreError(f'"{name}" has the shape {values.shape}, not {expected}')
    result.at(result.dro.strength)


def _result(document: Mapping[str, object], evaluations: Sequence[object], rows: RowArrays) -> StudyResult:
    data = {**document["data"], "left_out": document["data"]["left_out_by_reason"]}
    return StudyResult(
        study_id=document["study_id"],
        data=from_plain(DataSummary, data, "data"),
        roles=Roles.from_dict(document["roles"]),
        settings=Settings.from_dict(document["settings"]),
        versions=from_plain(Mapping[str, str], document["versions"], "versions"),
        fit=from_plain(FitSummary, document["fit"], "fit"),
        groups=from_plain(tuple[GroupSummary, ...], sentences.groups_in(document), "groups"),
        pooled_coefficients=from_plain(
            tuple[Coefficient, ...], document["pooled_coefficients"], "pooled_coefficients"
        ),
        dro=from_plain(DroSummary, sentences.advice_in(document), "dro"),
        path=from_plain(tuple[PathPoint, ...], document["path"], "path"),
        evaluations=from_plain(
            tuple[Evaluation, ...], [sentences.evaluation_in(each) for each in evaluations], "evaluations"
        ),
        findings=from_plain(tuple[Finding, ...], document["findings"], "findings"),
        rows=rows,
        verdict=from_plain(Verdict | None, sentences.verdict_in(document), "verdict"),
        selection=from_plain(tuple[SelectionCandidate, ...], document.get("selection", []), "selection"),
        selection_reason=from_plain(Choice | str | None, sentences.choice_in(document), "selection_reason"),
        training=from_plain(TrainingRecord | None, document.get("training"), "training"),
        failed=from_plain(tuple[FailedGroup, ...], document.get("failed", []), "failed"),
        advice=from_plain(Advice | None, document.get("advice"), "advice"),
    )
