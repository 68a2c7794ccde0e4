"""A file to score, read with what the study was told its values mean."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from rome.results import StudyResult
from rome.table.reading.options import ReadingOptions
from rome.table.reading.read import Table, read_table

#: What says how a file is laid out; another file may be laid out differently.
_LAYOUT = ("separator", "encoding", "decimal", "header", "sheet")


def read_to_score(
    source: str | Path | bytes,
    study: StudyResult,
    name: str | None = None,
    told: ReadingOptions | None = None,
) -> Table:
    """Read a file that may hold a single row.

    Marks and values that mean "missing", and columns of categories, are those of the study unless ``told``
    names others; how the file is laid out is found in it, or ``told``.

    Raises
    ------
    TableError
        The file can't be read as a table.
    """
    told = told or ReadingOptions()
    layout = {field.name: getattr(told, field.name) for field in fields(told) if field.name in _LAYOUT}
    plain = read_table(source, name, fewest_rows=1, **layout)
    asked = study.data.asked
    columns = set(plain.frame.columns)
    meaning = {
        "missing": asked.missing if told.missing is None else told.missing,
        "categories": told.categories or tuple(each for each in asked.categories if each in columns),
        "missing_values": told.missing_values
        or tuple(pair for pair in asked.missing_values if pair[0] in columns),
    }
    if meaning == {"missing": None, "categories": (), "missing_values": ()}:
        return plain
    return read_table(source, name, fewest_rows=1, **layout, **meaning)
