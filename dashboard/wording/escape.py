"""Words of the user's, shown letter by letter."""

from __future__ import annotations

import re

from rome.text.names import visible

#: What Markdown turns into a link or an emoji even where it is escaped, and the place to part it.
_REPLACED_LATER = (
    (r"\\:(?=\\/\\/)", "\\\\:\u2060"),
    (r"(?i)(www)(?=\\\.)", "\\1\u2060"),
    (r"\\@", "\\\\@\u2060"),
    (r"\\:(?=[\w\\+-]+\\:)", "\\\\:\u2060"),
)


def plain(text: object) -> str:
    """Return ``text`` so that Markdown shows it letter by letter: no markup, link, formula or emoji."""
    if not str(text):
        return ""
    escaped = re.sub(r"([!-+\--/:-@\[-`{-~])", r"\\\1", visible(text))
    # Addresses and the short names of emoji are found after escapes are resolved: a word joiner, which nobody
    # sees, keeps them apart.
    for pattern, parted in _REPLACED_LATER:
        escaped = re.sub(pattern, parted, escaped)
    return escaped
