"""A comparison on disk: ``scores.parquet`` with every score, ``comparison.json`` with everything else."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pandas as pd

from rome.compare.result import COMPARISON_SCHEMA, SCORE_COLUMNS, ComparisonResult
from rome.errors import RomeError, StoreError
from rome.serialize.atomic import draft_of
from rome.serialize.codec import from_plain, to_plain
from rome.serialize.csv_json import to_json
from rome.settings.comparison import CompareSettings

_DOCUMENT, _SCORES = "comparison.json", "scores.parquet"
_KEPT = tuple(field.name for field in fields(ComparisonResult) if field.name not in ("scores", "settings"))


def write_comparison(result: ComparisonResult, folder: Path | str) -> Path:
    """Write ``comparison.json`` and ``scores.parquet`` into ``folder``, which is made if need be.

    Raises
    ------
    StoreError
        The folder can't be written.
    """
    folder = Path(folder)
    document = {"schema": COMPARISON_SCHEMA}
    document |= {name: to_plain(getattr(result, name)) for name in _KEPT}
    document["settings"] = to_plain(result.settings)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        result.scores.to_parquet(folder / _SCORES, index=False)
        # The document comes last, and whole: where it is, the comparison is finished.
        draft = draft_of(folder / _DOCUMENT)
        draft.write_bytes(to_json(document))
        draft.replace(folder / _DOCUMENT)
    except OSError as error:
        raise StoreError(
            f'The comparison can\'t be written to "{folder}": {error.strerror or error}. '
            "Choose another folder."
        ) from error
    return folder


def read_comparison(folder: Path | str) -> ComparisonResult:
    """Return the comparison that ``write_comparison`` wrote.

    Raises
    ------
    StoreError
        A file is missing, or holds something else.
    """
    folder = Path(folder)
    try:
        document = json.loads((folder / _DOCUMENT).read_text(encoding="utf-8"))
        scores = pd.read_parquet(folder / _SCORES)
    except (OSError, ValueError) as error:
        raise StoreError(
            f'No comparison can be read from "{folder}": {error}. Make the comparison again.'
        ) from error
    found = document.get("schema") if isinstance(document, dict) else None
    if found != COMPARISON_SCHEMA or tuple(scores.columns) != SCORE_COLUMNS:
        raise StoreError(
            f'"{folder}" holds a comparison of layout {found!r:.40}, not {COMPARISON_SCHEMA!r}; '
            "make it again."
        )
    try:
        hints = {field.name: field for field in fields(ComparisonResult)}
        values = {name: document[name] for name in hints if name not in ("scores", "settings")}
        settings = from_plain(CompareSettings, document["settings"], "settings")
        return _result(values, settings, scores)
    except (RomeError, LookupError, TypeError, ValueError) as error:
        raise StoreError(f'The comparison in "{folder}" is damaged ({error}); make it again.') from error


def _result(values: dict[str, object], settings: CompareSettings, scores: pd.DataFrame) -> ComparisonResult:
    from typing import get_type_hints

    hints = get_type_hints(ComparisonResult)
    plain = {name: from_plain(hints[name], value, name) for name, value in values.items()}
    return ComparisonResult(**plain, settings=settings, scores=scores)
