"""Whether a study keeps to its limits, in words."""

from __future__ import annotations

from rome.results.limits import KeptLimit
from rome.settings.limits import Limits
from rome.settings.spec import settings_of
from rome.text.measures import measure
from rome.text.names import shorten
from rome.text.numbers import format_estimate, format_number

_WIDTH = 80


def limit_sentence(held: KeptLimit, confidence: float = 0.95) -> str:
    """Return ``Kept: …`` or ``Broken: …``, with the group, its value and the limit."""
    word, beyond = ("Kept", "at most") if held.is_kept else ("Broken", "above")
    names, most = [shorten(name, _WIDTH) for name in held.groups], format_number(held.most)
    model = settings_of(Limits)["model"].kind.said(held.model)
    under = f"under {model} on held-out rows, {beyond} {most}"
    inline = measure(held.metric).inline
    if held.limit == "worst_group":
        value = format_estimate(held.value, confidence)
        return f"{word}: worst {held.grouping} group ({names[0]}), {inline}: {value} {under}."
    gap = format_number(held.value.value)
    return f"{word}: gap between {held.grouping} groups ({names[0]}; {names[1]}), {inline}: {gap} {under}."
