"""The UMAP of a study, kept beside it: made once."""

from __future__ import annotations

import zipfile

import numpy as np

from rome.errors import StoreError
from rome.serialize.atomic import draft_of
from rome.store import Library

_FILE = "umap.npz"


def has_umap(library: Library, study_id: str) -> bool:
    """Return whether the study's UMAP is kept."""
    return (library.folder(study_id) / _FILE).is_file()


def read_umap(library: Library, study_id: str) -> np.ndarray | None:
    """Return the places (n, 2) of a study's rows, NaN where a row was not drawn; None where none is kept.

    Raises
    ------
    StoreError
        The file is damaged.
    """
    if not has_umap(library, study_id):
        return None
    path = library.folder(study_id) / _FILE
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return arrays["places"]
    except (OSError, EOFError, ValueError, LookupError, zipfile.BadZipFile) as error:
        raise StoreError(f'The UMAP in "{path}" is damaged ({error}); remove the file.') from error


def write_umap(library: Library, study_id: str, places: np.ndarray) -> None:
    """Keep the UMAP of a study that the library has."""
    path = library.folder(study_id) / _FILE
    draft = draft_of(path)
    with draft.open("wb") as file:
        np.savez_compressed(file, places=places)
    draft.replace(path)
