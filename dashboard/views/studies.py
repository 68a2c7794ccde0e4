"""Every study that is kept: find one, open it, name it, compare two."""

import streamlit as st

from dashboard import shelf, state, wording
from dashboard.components import (
    page_head,
    removed_studies,
    study_contrast,
    study_list,
    study_panel,
    table_copies,
)


def main() -> None:
    """Lay out the page."""
    page_head.show("studies")
    problem = shelf.problem()
    if problem:
        st.error(wording.plain(problem))
    library = state.library()
    library.tidy()
    kept, removed = library.shelf(), library.removed()
    removed_studies.show_undo(removed)
    if kept.damaged:
        st.warning(wording.studies.damaged(kept.damaged))
    if kept.entries:
        page_head.answer(wording.studies.answer(kept.entries))
        _show_chosen(study_list.show(kept.entries))
    else:
        st.markdown(wording.studies.NONE_YET)
        st.page_link("views/data.py", label=wording.journey.GO_DATA, icon=":material/arrow_forward:")
    removed_studies.show(removed)
    table_copies.show_all()


def _show_chosen(chosen: tuple) -> None:
    if len(chosen) == 1:
        study_panel.show(chosen[0])
    elif len(chosen) == 2:
        study_contrast.show(*chosen)
    elif chosen:
        st.info(wording.studies.TOO_MANY)


main()
