"""Names from the user's table as text that plotly shows and never interprets.

plotly reads labels as a small HTML and, between dollar signs, as TeX; a column called ``<b>`` or ``$x$``
is neither.
"""

from __future__ import annotations

import html
import textwrap
import unicodedata

_ISOLATE, _END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_INVISIBLE = {"Cc", "Cs", "Zl", "Zp"}
_OVERRIDES = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def visible(name: object) -> str:
    """Return ``name`` on one line, without control characters that could rearrange the text around it."""
    kept = [
        " " if unicodedata.category(char) in _INVISIBLE else char
        for char in str(name)
        if char not in _OVERRIDES
    ]
    text = " ".join("".join(kept).split())
    return text or "(no name)"


def shorten(name: object, width: int = 24) -> str:
    """Return ``name`` cut in the middle to at most ``width`` characters; both ends stay readable."""
    text = visible(name)
    if len(text) <= width:
        return text
    head = (width - 1) * 3 // 5
    return f"{text[:head].rstrip()}…{text[len(text) - (width - 1 - head) :].lstrip()}"


def literal(name: object) -> str:
    """Return ``name`` so that plotly shows it character by character: no tag, no TeX, no template field."""
    text = html.escape(visible(name), quote=False)
    text = text.replace("$", "&#36;").replace("%{", "%&#123;")
    if any(unicodedata.bidirectional(char) in ("R", "AL") for char in text):
        return f"{_ISOLATE}{text}{_END}"
    return text


def axis_lines(name: object, width: int = 28, lines: int = 4) -> str:
    """Return ``name`` over at most ``lines`` lines, the last one cut where that is still too little.

    Crossed columns, as in ``age > 39 · sex = female``, are broken between the columns where that helps.
    """
    text = visible(name)
    parts = text.split(" · ") if len(text) > width else [text]
    wrapped: list[str] = []
    for place, part in enumerate(parts):
        ended = part + (" ·" if place < len(parts) - 1 else "")
        if wrapped and len(wrapped[-1]) + 1 + len(ended) <= width:
            wrapped[-1] += f" {ended}"
        else:
            wrapped += textwrap.wrap(ended, width) or [""]
    if len(wrapped) > lines:
        wrapped = [*wrapped[: lines - 1], shorten(" ".join(wrapped[lines - 1 :]), width)]
    return "<br>".join(literal(line) for line in wrapped)


def axis_label(name: object, width: int = 24) -> str:
    """Return ``name`` shortened and literal, for ticks and legends."""
    return literal(shorten(name, width))
