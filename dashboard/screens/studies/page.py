"""Every study that is kept: find one, open it, name it, compare two."""

import streamlit as st

from dashboard import state
from dashboard.screens.studies import changes, contrast, panel, study_list, words
from dashboard.shared import page, steps, table_copies
from dashboard.shared.words import GO_DATA, plain


def main() -> None:
    """Lay out the page."""
    page.head("studies")
    problem = changes.problem()
    if problem:
        st.error(plain(problem))
    library = state.library()
    library.tidy()
    kept, removed = library.shelf(), library.removed()
    changes.show_undo(removed)
    if kept.damaged:
        st.warning(words.damaged(kept.damaged))
    if kept.entries:
        page.answer(words.answer(kept.entries))
        _show_chosen(study_list.show(kept.entries))
    else:
        st.markdown(words.NONE_YET)
        steps.link("data", GO_DATA)
    changes.show_removed(removed)
    table_copies.show_all()


def _show_chosen(chosen: tuple) -> None:
    if len(chosen) == 1:
        panel.show(chosen[0])
    elif len(chosen) == 2:
        contrast.show(*chosen)
    elif chosen:
        st.info(words.TOO_MANY)


main()
