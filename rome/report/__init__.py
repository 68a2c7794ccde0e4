"""A study as one self-contained HTML file, and the sentences that say what it found."""

from rome.report.draft import ReportDraft, read_draft, write_draft
from rome.report.extras import Extras
from rome.report.html import render

__all__ = ["Extras", "ReportDraft", "read_draft", "render", "write_draft"]
