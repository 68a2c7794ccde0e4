"""Findings about a table, gravest first: which column, what it is, and one press to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from dashboard import tables, wording
from rome.table import Finding, Fix

_ICONS = {"error": ":material/error:", "warning": ":material/warning:", "note": ":material/info:"}
_SHOWN_OPEN = 8
_MOST_SHOWN = 20
_FEWEST_TOGETHER = 3


def show(findings: Iterable[Finding]) -> None:
    """Show findings under a heading for each severity; notes, and long lists, are folded away."""
    findings = tuple(findings)
    if not findings:
        st.markdown(wording.data.NO_FINDINGS)
        return
    for severity, title in wording.data.SEVERITIES.items():
        group = [finding for finding in findings if finding.severity == severity]
        if not group:
            continue
        heading = f"{title} ({len(group)})"
        with st.expander(heading, expanded=_is_open(severity, len(group)), icon=_ICONS[severity]):
            _together(severity, group)
            for place, finding in enumerate(group[:_MOST_SHOWN]):
                _one(f"{severity}-{place}", finding)
            if len(group) > _MOST_SHOWN:
                st.caption(wording.data.more_findings(len(group) - _MOST_SHOWN))


def _is_open(severity: str, count: int) -> bool:
    return severity == "error" or (severity == "warning" and count <= _SHOWN_OPEN)


def _together(severity: str, group: Sequence[Finding]) -> None:
    """Offer to leave out at once what every finding of a long list says to leave out."""
    steps = [finding.mend for finding in group if finding.mend and finding.mend.code == "leave_out"]
    different = tuple(dict.fromkeys(steps))
    if len(different) >= _FEWEST_TOGETHER:
        st.button(
            wording.data.leave_out_all(len(different)),
            key=f"mend-all-{severity}",
            icon=":material/build:",
            on_click=tables.take,
            args=(different,),
        )


def _one(key: str, finding: Finding) -> None:
    where = wording.plain(finding.column) if finding.column else wording.data.WHOLE_TABLE
    remedy = f" {wording.plain(finding.remedy)}" if finding.remedy else ""
    text = f"**{where}** · {wording.plain(finding.what)}{remedy}"
    if finding.mend is None or not finding.mend.is_ready:
        st.markdown(text)
        return
    words, button = st.columns([4, 1.3], vertical_alignment="center")
    with words:
        st.markdown(text)
    with button:
        _button(key, finding.mend)


def _button(key: str, mend: Fix) -> None:
    st.button(
        wording.data.mend_button(mend),
        key=f"mend-{key}",
        width="stretch",
        on_click=tables.take,
        args=((mend,),),
    )
