"""Words that stand on several pages, and how a user's own words are shown."""

from __future__ import annotations

import re
from datetime import datetime

from rome.results import StudyResult
from rome.text.advice import short_name
from rome.text.names import visible
from rome.text.numbers import format_count

#: What Markdown turns into a link or an emoji even where it is escaped, and the place to part it.
_REPLACED_LATER = (
    (r"\\:(?=\\/\\/)", "\\\\:\u2060"),
    (r"(?i)(www)(?=\\\.)", "\\1\u2060"),
    (r"\\@", "\\\\@\u2060"),
    (r"\\:(?=[\w\\+-]+\\:)", "\\\\:\u2060"),
)
GO_DATA = "Open a table"
GO_TRAIN = "Train a study"
GROUPING_HELP = (
    "Latent: held-out rows weighted by how likely they belong, which uses the outcome. Predicted: the "
    "likeliest group before the outcome. Observed: made of columns, free of any model."
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


def day(seconds: float) -> str:
    """Return a date and time as people here write them."""
    return f"{datetime.fromtimestamp(seconds):%d %b %Y, %H:%M}"


def study_line(result: StudyResult) -> str:
    """Say in a line what the open study is."""
    groups = "1 group" if result.fit.n_groups == 1 else f"{result.fit.n_groups} groups"
    groups = f"{groups} with networks" if result.settings.family == "moe" else groups
    advised = result.advice is None or result.advice.own
    advice = "" if advised else f" (advised: {short_name(result.advice.model, result.advice.dro_strength)})"
    return (
        f"**{plain(result.data.name)}**, outcome {plain(result.roles.outcome)}: {groups}, DRO strength "
        f"{result.dro.strength:g}{advice}, {format_count(result.data.n_train)} training and "
        f"{format_count(result.data.n_test)} held-out rows."
    )


def table_is_open(name: str, rows: int, columns: int) -> str:
    """Say which table is open."""
    return f"**{plain(name)}** is open: {format_count(rows)} rows, {format_count(columns)} columns."
