"""What a fit says of itself, as findings: warnings it gave, and groups that its gate can't reach."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from rome.errors import ColumnWarning, RomeWarning
from rome.settings.study import Settings
from rome.study.prepare import Prepared
from rome.study.protocols import Fitted
from rome.study.validation import group_names
from rome.table.design import Term
from rome.table.finding import Finding


def on_gate(data: Prepared, settings: Settings, fitted: Fitted) -> list[Finding]:
    """Say which groups the gate never takes for likeliest: routing can't reach them."""
    likeliest = fitted.mixture.membership(data.X[data.test]).argmax(axis=1)
    unreached = [name for k, name in enumerate(group_names(settings.n_groups)) if not (likeliest == k).any()]
    if not unreached:
        return []
    which = " and ".join(unreached)
    columns = "The sensitive columns alone" if settings.gate_columns == "s" else "The columns"
    return [
        Finding(
            "warning",
            None,
            f"{columns} never make {which} the likeliest group of a held-out row.",
            "Don't expect to tell beforehand who belongs there; look for a column that does.",
        )
    ]


def from_warnings(caught: list[warnings.WarningMessage], terms: Sequence[Term]) -> list[Finding]:
    """Turn ROME's warnings into findings; anybody else's go on to whoever listens."""
    kept = [item for item in caught if issubclass(item.category, RomeWarning)]
    for item in caught:
        if item not in kept:
            warnings.warn_explicit(item.message, item.category, item.filename, item.lineno)
    return list(dict.fromkeys(_finding(item.message, terms) for item in kept))


def _finding(message: RomeWarning, terms: Sequence[Term]) -> Finding:
    """Return a warning as a finding, with the column that it is about, if it is one, and the terms' names."""
    if not isinstance(message, ColumnWarning):
        return Finding("warning", None, message.what, message.remedy)
    about = [terms[place] for place in message.columns]
    columns = {term.column for term in about}
    named = message.renamed(term.name for term in about)
    return Finding("warning", columns.pop() if len(columns) == 1 else None, named.what, named.remedy)
