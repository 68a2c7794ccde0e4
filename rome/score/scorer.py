"""A stored study that can score, and a file to score, read with what the study's values mean."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from rome.errors import StoreError
from rome.reference import Reference
from rome.results import StudyResult
from rome.store import read_folder
from rome.study.model import Predictions, StudyModel
from rome.table.reading.options import ReadingOptions
from rome.table.reading.read import Table, read_table

#: What says how a file is laid out; another file may be laid out differently.
_LAYOUT = ("separator", "encoding", "decimal", "header", "sheet")


@dataclass(frozen=True)
class Scorer:
    """Everything that is needed to score rows; nothing of it is fitted again."""

    study: StudyResult
    model: StudyModel
    reference: Reference

    @property
    def group_names(self) -> tuple[str, ...]:
        """Names of the latent groups, in the order of the columns of a membership."""
        return tuple(group.name for group in self.study.groups)

    def robust(self, predictions: Predictions) -> np.ndarray:
        """Return the robust prediction (n,) at the study's strength."""
        return self.model.robust(predictions, self.study.dro.strength)


def load_scorer(folder: str | Path, study: StudyResult | None = None) -> Scorer:
    """Read a study's folder, or only its model where the study itself is at hand.

    Raises
    ------
    StoreError
        The folder holds no study, a damaged one, or one that was made before studies could score.
    """
    folder = Path(folder)
    result = read_folder(folder) if study is None else study
    reference, model = Reference.load(folder / "model"), StudyModel.load(folder / "model")
    columns = [column.column for column in reference.columns]
    if columns != [coding.column for coding in model.design.codings]:
        raise StoreError(f'Model and reference in "{folder}" are of other columns; make the study again.')
    return Scorer(result, model, reference)


def read_to_score(
    source: str | Path | bytes,
    study: StudyResult,
    name: str | None = None,
    options: ReadingOptions | None = None,
) -> Table:
    """Read a file that may hold a single row.

    Marks and values that mean "missing", and columns of categories, are those of the study unless ``options``
    names others; how the file is laid out is found in it, or ``options``.

    Raises
    ------
    TableError
        The file can't be read as a table.
    """
    options = options or ReadingOptions()
    layout = {field.name: getattr(options, field.name) for field in fields(options) if field.name in _LAYOUT}
    plain = read_table(source, name, fewest_rows=1, **layout)
    asked = study.data.asked
    columns = set(plain.frame.columns)
    meaning = {
        "missing": asked.missing if options.missing is None else options.missing,
        "categories": options.categories or tuple(each for each in asked.categories if each in columns),
        "missing_values": options.missing_values
        or tuple(pair for pair in asked.missing_values if pair[0] in columns),
    }
    if meaning == {"missing": None, "categories": (), "missing_values": ()}:
        return plain
    return read_table(source, name, fewest_rows=1, **layout, **meaning)
