"""The table of a study that was found by its link, and copies of tables kept on this computer."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import cache, state
from dashboard.roles import RolesChoice
from dashboard.shared.words import day, plain
from dashboard.state import OpenTable
from rome.datasets import SAMPLES
from rome.errors import RomeError, StoreError
from rome.results import StudyResult
from rome.store import KeptTable
from rome.store.tables import limit
from rome.table import Table
from rome.text.numbers import format_count

COPIES_RULE = (
    "A table that a study was made of is copied into the folder of studies on this computer, so that a page "
    "that is loaded anew finds it again. Anyone who can open this page can open these tables."
)
KEEP_HELP = (
    "With all its columns and rows, so that this page finds the table again after a reload. You can remove "
    "the copy on the Data and Studies pages at any time."
)
COPY_IS_KEPT = (
    "A copy of this table is kept on this computer, so that the page finds it again after a reload. It goes "
    "nowhere else."
)
COPY_IS_NOT_KEPT = (
    "No copy of this table is kept: after a reload its file has to be opened again, unless you keep one."
)
NO_COPIES = "No copies of tables are kept here: whoever runs this program has turned that off."
_WHY = "it has this role in the study"


def bring(result: StudyResult) -> None:
    """Open the table that a study was made of, unless it is open; a copy that can't be read is reported."""
    opened = state.table()
    if opened is not None and opened.table.fingerprint == result.data.fingerprint:
        return
    try:
        found = _sample(result) or _copy(result)
    except StoreError as error:
        state.visit().file_problem = str(error)
        return
    if found is not None:
        state.open_table(found)


def _sample(result: StudyResult) -> OpenTable | None:
    name = result.data.name.removesuffix(".csv")
    if name not in SAMPLES:
        return None
    table = cache.sample_table(name)
    if table.fingerprint != result.data.fingerprint:
        return None
    return _opened(table, result, name, cache.sample_file(name))


def _copy(result: StudyResult) -> OpenTable | None:
    copies = state.library().tables
    if not copies.has(result.data.fingerprint):
        return None
    identity = result.data.fingerprint
    return _opened(copies.load(identity), result, None, copies.source(identity))


def _opened(table: Table, result: StudyResult, sample: str | None, data: bytes) -> OpenTable:
    """Return a table with the roles that the study gave its columns."""
    roles = RolesChoice.from_roles(table.frame.columns, result.roles)
    reasons = dict.fromkeys(roles.columns, _WHY)
    return OpenTable(table, roles, result.fit.n_groups, sample, data, reasons)


def is_kept(opened: OpenTable) -> bool:
    """Return whether the open table is found again after a reload."""
    return opened.sample is not None or state.library().tables.has(opened.table.fingerprint)


def can_keep() -> bool:
    """Return whether copies of tables may be kept at all."""
    try:
        return limit() > 0
    except RomeError as error:
        state.visit().studies.problem = str(error)
        return False


def keep(opened: OpenTable) -> None:
    """Keep a copy of the open table; what forbids it is reported."""
    try:
        if not state.library().tables.keep(opened.table, opened.data):
            state.visit().studies.problem = (
                f'No copy of "{opened.table.name}" is kept: it is larger than {limit() // 1_000_000:,} MB.'
            )
    except RomeError as error:
        state.visit().studies.problem = str(error)


def forget(fingerprint: str) -> None:
    """Remove the copy of a table; what forbids it is reported."""
    state.visit().studies.forget_table = True
    try:
        state.library().tables.forget(fingerprint)
    except StoreError as error:
        state.visit().studies.problem = str(error)


def show_line(opened: OpenTable) -> None:
    """Say whether a copy of the open table is kept, with the button that changes it."""
    if opened.sample is not None:
        return
    if state.visit().studies.problem:
        st.warning(plain(state.visit().studies.problem))
        state.visit().studies.problem = ""
    kept = is_kept(opened)
    with st.container(horizontal=True, vertical_alignment="center", key="copy-line"):
        if kept:
            st.caption(COPY_IS_KEPT, width="content")
            _button("Forget the copy", "copy-forget", forget, opened.table.fingerprint)
        elif can_keep():
            st.caption(COPY_IS_NOT_KEPT, width="content")
            _button("Keep a copy", "copy-keep", keep, opened)
        else:
            st.caption(NO_COPIES)


def _button(label: str, key: str, turn, argument: object) -> None:
    st.button(label, key=key, type="tertiary", on_click=turn, args=(argument,))


def ask(opened: OpenTable) -> bool:
    """Ask before training whether a copy is to be kept; return the answer."""
    if is_kept(opened) or not can_keep():
        return False
    return st.toggle(
        "Keep a copy of this table on this computer",
        not state.visit().studies.forget_table,
        key=f"keep-table-{opened.table.fingerprint[:8]}",
        help=KEEP_HELP,
        persist_state="session",
    )


def show_all() -> None:
    """Show every copy, the room that they may take, and a button to forget each."""
    copies = state.library().tables.kept()
    if not copies:
        return
    with st.expander(copies_title(copies), icon=":material/table:", key="copies"):
        st.caption(COPIES_RULE)
        st.caption(copies_limit(limit() // 1_000_000))
        for copy in copies:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(copy_line(copy))
                st.button(
                    "Forget",
                    key=f"forget-{copy.fingerprint}",
                    icon=":material/delete:",
                    on_click=forget,
                    args=(copy.fingerprint,),
                )


def copies_title(copies: Sequence[KeptTable]) -> str:
    """Return the heading of the copies of tables, with what they take."""
    return f"Copies of tables ({len(copies)}, {size(sum(copy.size for copy in copies))})"


def copies_limit(megabytes: int) -> str:
    """Say how much room copies may take."""
    return (
        f"All copies together take at most {megabytes:,} MB; those not opened for the longest time go "
        "first. The environment variable ROME_TABLES_MB changes that, and 0 keeps none."
    )


def copy_line(copy: KeptTable) -> str:
    """Say what a copy is."""
    return (
        f"{plain(copy.name)}: {format_count(copy.rows)} rows, {format_count(copy.columns)} columns, "
        f"{size(copy.size)}, last opened {day(copy.opened)}"
    )


def size(count: int) -> str:
    """Return a number of bytes as people say it."""
    return f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{max(1, round(count / 1000))} kB"
