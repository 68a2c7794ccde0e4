"""A study as one self-contained HTML file, and the sentences that say what it found."""

from rome.report.html import render

__all__ = ["render"]
