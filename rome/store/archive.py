"""A study's model as one zip file: what another program needs to predict, and nothing that executes."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from rome.errors import StoreError

_MODEL, _STUDY = "model", "study.json"
#: Every file gets this date, so that the same model gives the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)


def model_archive(folder: str | Path) -> bytes:
    """Return the ``model/`` of a study's folder with its ``study.json``, zipped.

    The model is JSON and safetensors; unzipped, the folder is read by ``rome.study.model`` as before.

    Raises
    ------
    StoreError
        The folder holds no model, or can't be read.
    """
    folder = Path(folder)
    files = sorted(path for path in (folder / _MODEL).rglob("*") if path.is_file())
    if not files:
        raise StoreError(f'"{folder}" holds no model. Make the study again.')
    content = io.BytesIO()
    try:
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in (folder / _STUDY, *files):
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())
    except OSError as error:
        raise StoreError(
            f'The model in "{folder}" can\'t be read ({error}). Make the study again.'
        ) from error
    return content.getvalue()
