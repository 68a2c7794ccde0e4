"""A study as one self-contained HTML file, and the command or code that repeats it."""

from rome.report.draft import ReportDraft, read_draft, write_draft
from rome.report.extras import Extras
from rome.report.html import render, render_folder

__all__ = ["Extras", "ReportDraft", "read_draft", "render", "render_folder", "write_draft"]
