"""What was read: how the file was taken apart, and what each column holds."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import cache, wording
from dashboard.roles_choice import RolesChoice
from rome.figures.labels import visible
from rome.figures.numbers import format_count
from rome.table import Table


def show(table: Table, choice: RolesChoice) -> None:
    """Show one line a column: its part, kind, missing values, and range or most frequent values."""
    rows = [
        (
            visible(column.name),
            wording.data.PARTS[choice.role_of(column.name)],
            wording.data.KINDS[column.kind],
            wording.data.missing(column),
            format_count(column.distinct),
            wording.data.values(column),
        )
        for column in cache.columns(table.fingerprint, table.frame)
    ]
    right = {
        name: st.column_config.TextColumn(alignment="right") for name in wording.data.COLUMN_HEADINGS[3:5]
    }
    st.dataframe(
        pd.DataFrame(rows, columns=list(wording.data.COLUMN_HEADINGS)),
        hide_index=True,
        column_config=right,
        height=min(38 + 35 * len(rows), 500),
        alt=wording.data.COLUMNS_TITLE,
    )


def show_reading(table: Table) -> None:
    """Say how the file was read, fact by fact, and how much of it is missing."""
    columns = cache.columns(table.fingerprint, table.frame)
    st.caption(wording.data.reading(table.reading.describe(), columns))
