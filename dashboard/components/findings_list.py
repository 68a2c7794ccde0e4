"""Findings about a table, gravest first: which column, what it is, what to do."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from dashboard import wording
from rome.table import Finding

_ICONS = {"error": ":material/error:", "warning": ":material/warning:", "note": ":material/info:"}
_SHOWN_OPEN = 6


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
            for finding in group:
                _one(finding)


def _is_open(severity: str, count: int) -> bool:
    return severity == "error" or (severity == "warning" and count <= _SHOWN_OPEN)


def _one(finding: Finding) -> None:
    where = wording.plain(finding.column) if finding.column else wording.data.WHOLE_TABLE
    remedy = f" {wording.plain(finding.remedy)}" if finding.remedy else ""
    st.markdown(f"**{where}** · {wording.plain(finding.what)}{remedy}")
