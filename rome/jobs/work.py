"""The kinds of work that come with ROME: a study, its UMAP, advice on the number of groups, a comparison.

A UMAP is made once and kept beside its study.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from rome import compare, study
from rome.compare import CompareSettings, comparison_id
from rome.errors import StoreError, TableError
from rome.jobs import comparisons, duration
from rome.jobs.attempt import Outcome
from rome.jobs.kinds import Kind, register
from rome.jobs.processes import share_of_cores
from rome.jobs.progress import JobReporter
from rome.jobs.request import Request, identity
from rome.results import StudyResult
from rome.serialize.atomic import remove_left
from rome.serialize.codec import from_plain, to_plain
from rome.serialize.document import damage_to, read_npz, write_npz
from rome.settings.study import Settings
from rome.store import Library
from rome.study.maps import umap_of_study
from rome.table import Roles, Table

_SAVING = "Keeping the study"
_UMAP = "umap.npz"


def study_request(
    table: Table, roles: Roles, settings: Settings, expected: tuple[float, float] | None = None
) -> Request:
    """Return the request for a study; its identity is the study's.

    Parameters
    ----------
    table : Table
    roles : Roles
    settings : Settings
    expected : tuple of float or None
        Seconds that it is likely to take, as ``rome.jobs.duration.expected_of_study`` says.
    """
    return Request(
        "study",
        {"roles": roles.as_dict(), "settings": settings.as_dict()},
        table,
        study.study_id(table.fingerprint, roles, settings),
        table.name,
        expected,
    )


def umap_request(table: Table, result: StudyResult) -> Request:
    """Return the request for the UMAP of a finished study that is in the library."""
    return Request("umap", {"study_id": result.study_id}, table, umap_identity(result), table.name)


def umap_identity(result: StudyResult) -> str:
    """Return the identity of the work that makes a study's UMAP, whether or not its table is open."""
    return identity("umap", result.data.fingerprint, {"study_id": result.study_id})


def has_umap(library: Library, study_id: str) -> bool:
    """Return whether the study's UMAP is kept."""
    return (library.folder(study_id) / _UMAP).is_file()


def read_umap(library: Library, study_id: str) -> np.ndarray | None:
    """Return the places (n, 2) of a study's rows, NaN where a row was not drawn; None where none is kept.

    Raises
    ------
    StoreError
        The file is damaged.
    """
    if not has_umap(library, study_id):
        return None
    path = library.folder(study_id) / _UMAP
    with damage_to(f'The UMAP in "{path}"', "remove the file."):
        return read_npz(path)["places"]


def write_umap(library: Library, study_id: str, places: np.ndarray) -> None:
    """Keep the UMAP of a study that the library has."""
    write_npz(library.folder(study_id) / _UMAP, places=places)


def advice_request(table: Table, roles: Roles, settings: Settings) -> Request:
    """Return the request for advice on the number of groups, before a study."""
    arguments = {"roles": roles.as_dict(), "settings": settings.as_dict()}
    return Request(
        "advice", arguments, table, study.advice_id(table.fingerprint, roles, settings), table.name
    )


def advice_of(outcome: Outcome) -> study.Gathered:
    """Return the advice that finished work gave.

    Raises
    ------
    StoreError
        The outcome holds none.
    """
    result = outcome.result
    if not isinstance(result, Mapping):
        raise StoreError("This work gave no advice on the number of groups; ask for it again.")
    return from_plain(study.Gathered, {**result, "verdict": None}, "advice")


def compare_request(
    table: Table, roles: Roles, settings: CompareSettings, expected: tuple[float, float] | None = None
) -> Request:
    """Return the request for a comparison of models; its identity is the comparison's.

    Parameters
    ----------
    table : Table
    roles : Roles
    settings : CompareSettings
    expected : tuple of float or None
        Seconds that it is likely to take, as ``rome.jobs.duration.expected_of_comparison`` says.
    """
    arguments = {
        "roles": roles.as_dict(),
        "settings": to_plain(settings),
        "fingerprint": table.fingerprint,
    }
    identity = comparison_id(table.fingerprint, roles, settings)
    return Request("compare", arguments, table, identity, table.name, expected)


def _run_study(request: Request, library: Library, progress: JobReporter) -> object:
    table = _table_of(request)
    roles = Roles.from_dict(request.arguments["roles"])
    settings = Settings.from_dict(request.arguments["settings"])
    finished = study.run(
        table, roles, settings, progress=progress, curve=progress.point, first_look=progress.show
    )
    progress(1.0, _SAVING)
    library.save(finished)
    duration.note_study(library, duration.study_size(table, roles, settings), progress.seconds)
    return {"study_id": finished.result.study_id}


def _run_umap(request: Request, library: Library, progress: JobReporter) -> object:
    table, study_id = _table_of(request), request.arguments["study_id"]
    result = library.load(study_id)
    progress(0.1, "Computing the UMAP")
    write_umap(library, study_id, umap_of_study(table, result))
    return {"study_id": study_id}


def _table_of(request: Request) -> Table:
    if request.table is None:
        raise TableError("This work came without its table. Open the table and ask again.")
    return request.table


def _run_advice(request: Request, library: Library, progress: JobReporter) -> object:
    roles = Roles.from_dict(request.arguments["roles"])
    settings = Settings.from_dict(request.arguments["settings"])
    comparing = "Comparing numbers of groups"
    progress(0.0, comparing)
    advice = study.advise(_table_of(request), roles, settings, lambda share: progress(share, comparing))
    return to_plain(replace(advice, verdict=None))


def _run_compare(request: Request, library: Library, progress: JobReporter) -> object:
    table, roles = _table_of(request), Roles.from_dict(request.arguments["roles"])
    settings = from_plain(CompareSettings, request.arguments["settings"], "settings")
    place = comparisons.home(library, table.fingerprint)
    comparisons.begin_comparison(library, table.fingerprint, request.identity, roles, settings)
    # What a comparison of this table was writing when it was killed.
    remove_left(place)
    result = compare.run_comparison(
        table, roles, settings, folder=place, n_jobs=share_of_cores(), progress=progress
    )
    comparisons.keep_comparison(library, result)
    duration.note_comparison(library, result)
    return {"comparison_id": result.comparison_id}


ADVICE = register(Kind("advice", _run_advice))
STUDY = register(Kind("study", _run_study, has_result=lambda library, request: library.has(request.identity)))
UMAP = register(
    Kind(
        "umap",
        _run_umap,
        has_result=lambda library, request: has_umap(library, request.arguments["study_id"]),
    )
)
COMPARE = register(
    Kind(
        "compare",
        _run_compare,
        has_result=lambda library, request: comparisons.has_comparison(
            library, request.arguments["fingerprint"], request.identity
        ),
    )
)
