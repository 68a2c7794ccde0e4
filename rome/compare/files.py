"""A comparison on disk: ``scores.parquet`` with every score, ``comparison.json`` with everything else."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

import pandas as pd

from rome.compare.result import COMPARISON_SCHEMA, SCORE_COLUMNS, ComparisonResult
from rome.errors import StoreError
from rome.serialize.codec import from_plain
from rome.serialize.document import Document, disk_refuses

_FILE, _SCORES = "comparison.json", "scores.parquet"
# The settings come last in the file.
_NAMES = [each.name for each in fields(ComparisonResult) if each.name not in ("scores", "settings")]
_KEPT = (*_NAMES, "settings")
_DOCUMENT = Document(COMPARISON_SCHEMA, "comparison", "make it again.")


def write_comparison(result: ComparisonResult, folder: Path | str) -> Path:
    """Write ``comparison.json`` and ``scores.parquet`` into ``folder``, which is made if need be.

    Raises
    ------
    StoreError
        The folder can't be written.
    """
    folder = Path(folder)
    with disk_refuses(f'The comparison can\'t be written to "{folder}"', "Choose another folder."):
        folder.mkdir(parents=True, exist_ok=True)
        result.scores.to_parquet(folder / _SCORES, index=False)
        # The document comes last, and whole: where it is, the comparison is finished.
        _DOCUMENT.write(folder / _FILE, {name: getattr(result, name) for name in _KEPT})
    return folder


def read_comparison(folder: Path | str) -> ComparisonResult:
    """Return the comparison that ``write_comparison`` wrote.

    Raises
    ------
    StoreError
        A file is missing, or holds something else.
    """
    path = Path(folder) / _FILE
    plain, _ = _DOCUMENT.load(path)
    with _DOCUMENT.damage(path):
        hints = get_type_hints(ComparisonResult)
        values = {name: from_plain(hints[name], plain[name], name) for name in _KEPT}
    return ComparisonResult(**values, scores=_read_scores(path.parent))


def _read_scores(folder: Path) -> pd.DataFrame:
    try:
        scores = pd.read_parquet(folder / _SCORES)
    except (OSError, ValueError) as error:
        raise StoreError(
            f'No comparison can be read from "{folder}": {error}. Make the comparison again.'
        ) from error
    if tuple(scores.columns) != SCORE_COLUMNS:
        raise StoreError(f'"{folder}" holds the scores of another layout; make it again.')
    return scores
