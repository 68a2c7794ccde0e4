"""What an analyst decides about a report, kept in ``report.json`` beside the study until the next time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rome.serialize.document import Document, disk_refuses
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


@dataclass(frozen=True)
class _Kept:
    report: ReportDraft


_DOCUMENT = Document(
    DRAFT_SCHEMA, "report's draft", "remove the file; notes and choices then start anew.", _Kept
)


def read_draft(folder: str | Path) -> ReportDraft:
    """Return what was kept in a study's folder, or the draft that nobody has touched.

    Raises
    ------
    StoreError
        The file is damaged, or of another layout.
    """
    path = Path(folder) / FILE
    return _DOCUMENT.read(path).report if path.exists() else ReportDraft()


def write_draft(folder: str | Path, wanted: ReportDraft) -> None:
    """Keep a draft beside the study; the last one who writes decides.

    Raises
    ------
    StoreError
        The study's folder can't be written.
    """
    path = Path(folder) / FILE
    what = f"The report's draft can't be kept in \"{path.parent}\""
    with disk_refuses(what, "The report can be downloaded all the same."):
        _DOCUMENT.write(path, _Kept(wanted))
