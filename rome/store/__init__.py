"""Studies on disk: saving and opening a folder, the library that keeps them, copies of their tables."""

from rome.store.folder import make_folder, read_folder, rows_table, study_document, write_folder
from rome.store.headers import Entry, Label, StudyHeader
from rome.store.library import Library, Removed, StudyList
from rome.store.tables import KeptTable, KeptTables

__all__ = [
    "Entry",
    "KeptTable",
    "KeptTables",
    "Label",
    "Library",
    "Removed",
    "StudyHeader",
    "StudyList",
    "make_folder",
    "read_folder",
    "rows_table",
    "study_document",
    "write_folder",
]
