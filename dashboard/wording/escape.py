"""Words of the user's, shown letter by letter."""

from __future__ import annotations

import re

from rome.figures.labels import visible


def plain(text: object) -> str:
    """Return ``text`` so that Markdown shows it letter by letter: no markup, link, formula or emoji."""
    if not str(text):
        return ""
    escaped = re.sub(r"([!-+\--/:-@\[-`{-~])", r"\\\1", visible(text))
    # An emoji's short name is replaced after escapes are resolved: a word joiner keeps it apart.
    return re.sub(r"\\:(?=[\w\\+-]+\\:)", "\\\\:\u2060", escaped)
