"""What can be taken away: the report, the study as data, and the lines that repeat it."""

from __future__ import annotations

import streamlit as st

from dashboard import state, wording
from dashboard.components.figure_card import file_name
from rome.report import Extras, ReportDraft, render
from rome.report.reproduce import command_line, python_code
from rome.results import StudyResult
from rome.serialize.csv_json import to_csv, to_json
from rome.store import rows_table, study_document
from rome.store.archive import model_archive


def show_report(result: StudyResult, wanted: ReportDraft, sections: tuple[str, ...], extras: Extras) -> None:
    """Show the button that makes and downloads the report of some sections."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            wording.report.DOWNLOAD_REPORT,
            lambda: render(
                result,
                title=wanted.title or wording.report.report_title(result),
                notes=wanted.notes,
                sections=sections,
                extras=extras,
            ),
            file_name(result, "report", "html"),
            "text/html",
            key="report-html",
            type="primary",
            on_click="ignore",
            icon=":material/download:",
            disabled=not sections,
        )
        st.caption(wording.report.REPORT_NOTE if sections else wording.report.NO_SECTIONS)


def show_data(result: StudyResult) -> None:
    """Show the buttons for the study as JSON, for all rows as CSV, and for the model as a zipped folder."""
    with st.container(horizontal=True):
        st.download_button(
            wording.report.DOWNLOAD_STUDY,
            lambda: to_json(study_document(result)),
            file_name(result, "study", "json"),
            "application/json",
            key="report-study",
            on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            wording.report.DOWNLOAD_ALL_ROWS,
            lambda: to_csv(rows_table(result)),
            file_name(result, "rows", "csv"),
            "text/csv",
            key="report-rows",
            on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            wording.report.DOWNLOAD_MODEL,
            lambda: model_archive(state.library().folder(result.study_id)),
            file_name(result, "model", "zip"),
            "application/zip",
            key="report-model",
            on_click="ignore",
            help=wording.report.MODEL_HELP,
            icon=":material/download:",
        )
    st.caption(wording.report.MODEL_NOTE)


def show_code(result: StudyResult) -> None:
    """Show the command line and the Python that repeat the study."""
    st.markdown(f"**{wording.report.COMMAND_LABEL}**")
    opened = state.table()
    if opened is not None and opened.sample and state.table_of_study() is not None:
        st.caption(wording.report.SAMPLE_NOTE)
        st.code(f"rome sample {opened.sample} --out {opened.table.name}", language="bash")
    st.code(command_line(result), language="bash", wrap_lines=True)
    st.markdown(f"**{wording.report.PYTHON_LABEL}**")
    st.code(python_code(result), language="python", wrap_lines=True)
