"""What a visitor does with the studies of the library: choose, label, remove, restore, delete for good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from dashboard import state
from dashboard.screens.studies import words
from rome.errors import RomeError
from rome.store import Entry, Removed


def choose(identities: tuple[str, ...]) -> None:
    """Note which studies are chosen in the list."""
    state.visit().studies.chosen = identities


def chosen(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return the chosen studies that are still there, in the order of ``entries``."""
    names = state.visit().studies.chosen
    return tuple(entry for entry in entries if entry.header.study_id in names)


def rename(entry: Entry, name: str) -> None:
    """Give a study a name; an empty one gives it back its table's."""
    _try(lambda: state.library().label(entry.header.study_id, replace(entry.label, name=name.strip())))


def note(entry: Entry, text: str) -> None:
    """Put a note beside a study in the place of the one before."""
    _try(lambda: state.library().label(entry.header.study_id, replace(entry.label, note=text.strip())))


def star(entry: Entry) -> None:
    """Star a study, or take its star away."""
    starred = not entry.label.starred
    _try(lambda: state.library().label(entry.header.study_id, replace(entry.label, starred=starred)))


def remove(identity: str) -> None:
    """Remove a study, so that it can be restored; if it is open, it is closed."""
    now = state.visit()
    if not _try(lambda: state.library().remove(identity)):
        return
    now.studies.removed = identity
    now.studies.chosen = tuple(each for each in now.studies.chosen if each != identity)
    if now.study is not None and now.study.study_id == identity:
        state.close_study()


def restore(identity: str) -> None:
    """Bring a removed study back."""
    now = state.visit()
    if _try(lambda: state.library().restore(identity)) and now.studies.removed == identity:
        now.studies.removed = ""


def empty_removed() -> None:
    """Delete for good what was removed."""
    if _try(state.library().empty_removed):
        state.visit().studies.removed = ""


def _try(change: Callable[[], None]) -> bool:
    """Make a change; what forbids it is kept, to be said where the change was asked for."""
    now = state.visit()
    now.studies.problem = ""
    try:
        change()
    except RomeError as error:
        now.studies.problem = str(error)
        return False
    return True


def problem() -> str:
    """Return why the last change failed, once; empty where it didn't."""
    now = state.visit().studies
    problem, now.problem = now.problem, ""
    return problem


def show_undo(removed: tuple[Removed, ...]) -> None:
    """Offer to bring back the study that was removed last."""
    last = state.visit().studies.removed
    named = [each.entry.name for each in removed if each.entry.header.study_id == last]
    if not named:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="undo"):
        st.markdown(words.removed(named[0]))
        st.button("Undo", key="studies-undo", icon=":material/undo:", on_click=restore, args=(last,))


def show_removed(removed: tuple[Removed, ...]) -> None:
    """Show what can be restored, and the rule by which it goes."""
    if not removed:
        return
    with st.expander(words.removed_title(len(removed)), icon=":material/delete:", key="removed"):
        st.caption(words.REMOVED_RULE)
        for each in removed:
            identity = each.entry.header.study_id
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(words.removed_line(each.entry.name, each.when))
                st.button(
                    "Restore",
                    key=f"restore-{identity}",
                    icon=":material/undo:",
                    on_click=restore,
                    args=(identity,),
                )
        st.button(
            "Delete all of these for good",
            key="studies-empty",
            icon=":material/delete_forever:",
            on_click=empty_removed,
        )
