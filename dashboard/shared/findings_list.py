"""Findings about a table, gravest first: which column, what it is, and one press to fix it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from dashboard.shared import tables
from dashboard.shared.words import plain
from rome.table import Finding, Fix
from rome.table.finding import short
from rome.text.numbers import format_count

SEVERITIES = {"error": "Must be fixed", "warning": "May mislead", "note": "Good to know"}
WHOLE_TABLE = "The table"
_ICONS = {"error": ":material/error:", "warning": ":material/warning:", "note": ":material/info:"}
_SHOWN_OPEN = 8
_MOST_SHOWN = 20
_FEWEST_TOGETHER = 3


def show(findings: Iterable[Finding]) -> None:
    """Show findings under a heading for each severity; notes, and long lists, are folded away."""
    findings = tuple(findings)
    if not findings:
        st.markdown("The checks found nothing that would stop or mislead a study.")
        return
    for severity, title in SEVERITIES.items():
        group = [finding for finding in findings if finding.severity == severity]
        if not group:
            continue
        heading = f"{title} ({len(group)})"
        with st.expander(heading, expanded=_is_open(severity, len(group)), icon=_ICONS[severity]):
            _together(severity, group)
            for place, finding in enumerate(group[:_MOST_SHOWN]):
                _one(f"{severity}-{place}", finding)
            if len(group) > _MOST_SHOWN:
                st.caption(_more(len(group) - _MOST_SHOWN))


def _is_open(severity: str, count: int) -> bool:
    return severity == "error" or (severity == "warning" and count <= _SHOWN_OPEN)


def _together(severity: str, group: Sequence[Finding]) -> None:
    """Offer to leave out at once what every finding of a long list says to leave out."""
    steps = [finding.mend for finding in group if finding.mend and finding.mend.code == "leave_out"]
    different = tuple(dict.fromkeys(steps))
    if len(different) >= _FEWEST_TOGETHER:
        st.button(
            _leave_out_all(len(different)),
            key=f"fix-all-{severity}",
            icon=":material/build:",
            on_click=tables.fix,
            args=(different,),
        )


def _one(key: str, finding: Finding) -> None:
    where = plain(finding.column) if finding.column else WHOLE_TABLE
    remedy = f" {plain(finding.remedy)}" if finding.remedy else ""
    text = f"**{where}** · {plain(finding.what)}{remedy}"
    if finding.mend is None or not finding.mend.is_ready:
        st.markdown(text)
        return
    words, button = st.columns([4, 1.3], vertical_alignment="center")
    with words:
        st.markdown(text)
    with button:
        _button(key, finding.mend)


def _button(key: str, fix: Fix) -> None:
    st.button(
        _fix_name(fix),
        key=f"fix-{key}",
        width="stretch",
        on_click=tables.fix,
        args=((fix,),),
    )


def _fix_name(fix: Fix) -> str:
    """Return what the button of a finding's step is called."""
    value = plain(short(fix.value, 12))
    return {
        "leave_out": "Leave it out",
        "as_prediction": "Audit it as a prediction",
        "as_categories": "Read as categories",
        "value_missing": "Count as missing",
        "keep_mark": "Keep as a value",
        "has_header": "First row holds names",
        "decimal": f"Decimal {'point' if fix.value == '.' else 'comma'}",
        "separator": f"Separator {value}",
        "encoding": f"Encoding {value}",
    }[fix.code]


def _leave_out_all(count: int) -> str:
    """Return what the button is called that leaves out every column of a list."""
    return f"Leave out all {format_count(count)} columns that say so below"


def _more(count: int) -> str:
    """Say how many findings are not listed."""
    return f"And {format_count(count)} more. Fix these, and the next ones are shown."
