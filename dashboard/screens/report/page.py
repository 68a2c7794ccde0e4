"""One file for people without the program, the study as data, and how to repeat it."""

from dataclasses import replace

import streamlit as st

from dashboard import cache, state
from dashboard.screens.report import form, preview, words
from dashboard.shared import cohorts, decisions, figure_card, page
from dashboard.shared.words import plain
from rome import jobs
from rome.compare import ComparisonResult
from rome.errors import RomeError
from rome.report import Extras, ReportDraft, render
from rome.report.contents import available
from rome.report.reproduce import command_line, python_code
from rome.results import StudyResult
from rome.serialize.csv_json import to_csv, to_json
from rome.store import rows_table, study_document
from rome.store.archive import model_archive
from rome.text import claims


def main() -> None:
    """Lay out the page."""
    page.head("report")
    result = page.require_study()
    if result is None:
        return
    page.answer(claims.headline(result))
    note = words.report_strength(result, state.dro_strength())
    if note:
        st.caption(note)
    download = st.container()
    beside = _extras(result)
    wanted = form.show(result, beside)
    extras = replace(beside, questions=wanted.questions)
    sections = tuple(key for key in available(extras) if key not in wanted.left_out)
    # Above the form, which it takes its content from: it is what most people come for.
    with download:
        _show_report(result, wanted, sections, extras)
    st.subheader("What is in it", anchor=False)
    title = wanted.title or words.report_title(result)
    preview.show(result, title, wanted.notes, sections, extras)
    st.subheader("The study as data", anchor=False)
    _show_data(result)
    st.subheader("The same study without this page", anchor=False)
    _show_code(result)


def _show_report(result: StudyResult, wanted: ReportDraft, sections: tuple[str, ...], extras: Extras) -> None:
    """Show the button that makes and downloads the report of some sections."""
    with st.container(horizontal=True, vertical_alignment="center"):
        figure_card.download(
            "Download the report (HTML)",
            "report-html",
            lambda: render(
                result,
                title=wanted.title or words.report_title(result),
                notes=wanted.notes,
                sections=sections,
                extras=extras,
            ),
            figure_card.file_name(result, "report", "html"),
            type="primary",
            disabled=not sections,
        )
        st.caption(
            "About 5 MB; opens offline in any browser, and prints."
            if sections
            else "A report needs at least one section. Choose one below."
        )


def _show_data(result: StudyResult) -> None:
    """Show the buttons for the study as JSON, for all rows as CSV, and for the model as a zipped folder."""
    with st.container(horizontal=True):
        figure_card.download(
            "Download the study (JSON)",
            "report-study",
            lambda: to_json(study_document(result)),
            figure_card.file_name(result, "study", "json"),
        )
        figure_card.download(
            "Download all rows (CSV)",
            "report-rows",
            lambda: to_csv(rows_table(result)),
            figure_card.file_name(result, "rows", "csv"),
        )
        figure_card.download(
            "Download the model (ZIP)",
            "report-model",
            lambda: model_archive(state.library().folder(result.study_id)),
            figure_card.file_name(result, "model", "zip"),
            help="The model's folder: JSON and safetensors, nothing that executes.",
        )
    st.caption(words.MODEL_NOTE)


def _show_code(result: StudyResult) -> None:
    """Show the command line and the Python that repeat the study."""
    st.markdown("**On the command line**")
    opened = state.table()
    if opened is not None and opened.sample and state.table_of_study() is not None:
        st.caption("The table is a sample. This line writes its file first.")
        st.code(f"rome sample {opened.sample} --out {opened.table.name}", language="bash")
    st.code(command_line(result), language="bash", wrap_lines=True)
    st.markdown("**In Python**")
    st.code(python_code(result), language="python", wrap_lines=True)


def _extras(result: StudyResult) -> Extras:
    """Return what is kept beside the study; what can't be read is reported and left out."""
    kept = cohorts.kept(result)
    found = cache.cohort_scores(result, kept) if kept else ()
    return Extras(cohorts=found, comparison=_comparison(result), threshold=decisions.kept_threshold(result))


def _comparison(result: StudyResult) -> ComparisonResult | None:
    """Return the newest finished comparison of the study's table in its roles."""
    fingerprint = result.data.fingerprint
    try:
        for asked in jobs.asked_comparisons(state.library(), fingerprint):
            if asked.is_kept and asked.roles == result.roles:
                return cache.comparison(state.library(), fingerprint, asked.identity)
    except RomeError as error:
        st.caption(plain(error))
    return None


main()
