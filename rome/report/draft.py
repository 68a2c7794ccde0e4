"""What an analyst decides about a report, kept in ``report.json`` beside the study until the next time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from rome.errors import StoreError
from rome.serialize.atomic import draft_of
from rome.serialize.codec import from_plain, to_plain
from rome.serialize.csv_json import to_json
from rome.text.limits import QUESTIONS

DRAFT_SCHEMA = "rome.report/1"
FILE = "report.json"
MOST_NOTES, MOST_QUESTIONS = 20_000, 40


@dataclass(frozen=True)
class ReportDraft:
    """A report as it is wanted. An empty ``title`` stands for the table's name; ``left_out`` are keys of
    ``rome.report.contents.SECTIONS``, so that a section that comes later is in it."""

    title: str = ""
    notes: str = ""
    left_out: tuple[str, ...] = ()
    questions: tuple[str, ...] = QUESTIONS


def read_draft(folder: str | Path) -> ReportDraft:
    """Return what was kept in a study's folder, or the draft that nobody has touched.

    Raises
    ------
    StoreError
        The file is damaged, or of another layout.
    """
    path = Path(folder) / FILE
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ReportDraft()
    except (OSError, ValueError) as error:
        raise StoreError(f"The report's draft in \"{path}\" can't be read ({error}). {_REMEDY}") from error
    found = document.get("schema") if isinstance(document, dict) else None
    if found != DRAFT_SCHEMA:
        raise StoreError(f'"{path}" has the layout {found!r:.40}, not {DRAFT_SCHEMA!r}. {_REMEDY}')
    try:
        return from_plain(ReportDraft, document.get("report"), "report")
    except StoreError as error:
        raise StoreError(f'The report\'s draft in "{path}" is damaged ({error}) {_REMEDY}') from error


def write_draft(folder: str | Path, wanted: ReportDraft) -> None:
    """Keep a draft beside the study; the last one who writes decides.

    Raises
    ------
    StoreError
        The study's folder can't be written.
    """
    path = Path(folder) / FILE
    draft = draft_of(path)
    try:
        draft.write_bytes(to_json({"schema": DRAFT_SCHEMA, "report": to_plain(wanted)}))
        draft.replace(path)
    except OSError as error:
        raise StoreError(
            f"The report's draft can't be kept in \"{path.parent}\": {error.strerror or error}. The "
            "report can be downloaded all the same."
        ) from error


_REMEDY = "Remove the file; notes and choices then start anew."
