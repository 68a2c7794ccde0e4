"""Roles and settings from a file: read, put into the controls, and what of it the form can't show."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import state
from dashboard.roles import RolesChoice
from dashboard.shared.words import plain
from dashboard.state import Imported, OpenTable
from rome.errors import RomeError
from rome.settings.study import STUDY_SETTINGS, Settings
from rome.store.settings_file import Fitted, fit_to_columns, read_settings

HELP = "Download one on the Studies page. It holds roles and settings, no data."
_MOST_NAMED = 6
LEAST_TEST, MOST_TEST = 0.1, 0.5
#: What the Train page's form offers of a setting's values, where the setting itself goes further.
OFFERED: dict[str, Sequence[object]] = {
    "n_groups": range(1, 7),
    "moe.hidden_sizes": ((), (16,), (32,), (64,), (128,), (32, 32), (64, 64)),
    "moe.epochs": range(1, 5001),
    "moe.patience": range(1001),
    "moe.batch_size": (16, 32, 64, 128, 256, 512, 1024),
    "moe.learning_rate": (3e-4, 1e-3, 3e-3, 1e-2, 3e-2),
    "moe.weight_decay": (0.0, 1e-4, 1e-3, 1e-2, 1e-1),
    "moe.n_init": range(1, 21),
}
#: Settings of Python alone have no control: they are kept from the file, and said beside the form.
_BESIDE = tuple(name for name, declared in STUDY_SETTINGS.items() if declared.python_only)


def key_of(name: str, variant: object = "") -> str:
    """Return the key of a setting's control on the Train page, of one of them where it has several."""
    return "-".join(("train", *re.split(r"[._]", name), *([str(variant)] if variant else [])))


def _taken_line(name: str) -> str:
    """Say that a file was read."""
    return f"Roles and settings were taken from {plain(name)}."


def _absent_line(columns: Sequence[str]) -> str:
    """Name the columns that the table lacks; they have no role in the study."""
    noun = "a column" if len(columns) == 1 else f"{len(columns)} columns"
    them = "it" if len(columns) == 1 else "them"
    return (
        f"The file names {noun} that this table lacks: {_listed(columns)}. What it says of {them} was left "
        "out. Check the roles of the columns before you train."
    )


def _unmentioned_line(columns: Sequence[str]) -> str:
    """Name the columns of the table of which the file says nothing."""
    noun = "1 column" if len(columns) == 1 else f"{len(columns)} columns"
    return f"The file says nothing of {noun}, left out of the study: {_listed(columns)}."


def _unseen_line(settings: Mapping[str, object]) -> str:
    """Say which settings that came from a file have no control in the form."""
    said = ", ".join(f"{plain(name)} {plain(value)}" for name, value in settings.items())
    return f"From the file, and not in this form: {said}."


def _lost_line(settings: Mapping[str, str]) -> str:
    """Say which settings of a file the form can't show."""
    said = ", ".join(f"{plain(name)} {plain(value)}" for name, value in settings.items())
    return f"This form, with this table, can't take from the file: {said}. The command line can."


def _listed(columns: Sequence[str]) -> str:
    more = len(columns) - _MOST_NAMED
    return ", ".join(plain(name) for name in columns[:_MOST_NAMED]) + (
        f" and {more} more" if more > 0 else ""
    )


def show(opened: OpenTable, page: str) -> None:
    """Show the way in, folded away, and what the last file brought, or why it was refused."""
    now = state.visit()
    with st.expander(
        "Take roles and settings from a file",
        icon=":material/upload_file:",
        expanded=bool(now.settings_problem),
    ):
        key = f"settings-upload-{page}"
        st.file_uploader(
            "A settings file (JSON), or the study.json of a study",
            type=["json"],
            key=key,
            help=HELP,
            on_change=lambda: _take(opened, key),
            max_upload_size=50,
        )
        if now.settings_problem:
            st.error(plain(now.settings_problem))
    if now.imported is not None:
        _say(now.imported)


def _take(opened: OpenTable, key: str) -> None:
    """Read the file that was chosen, and put what it says into the form; a bad file changes nothing."""
    file, now = state.widget(key), state.visit()
    now.settings_problem = ""
    if file is None:
        return
    try:
        read = read_settings(file.getvalue(), file.name)
    except RomeError as error:
        now.settings_problem = str(error)
        return
    columns = tuple(opened.table.frame.columns)
    fitted = fit_to_columns(read, columns)
    state.choose(_choice_of(fitted, columns))
    now.imported = Imported(fitted.settings, file.name, fitted.absent, fitted.unmentioned)
    _fill(opened, fitted.settings)


def _choice_of(fitted: Fitted, columns: tuple[str, ...]) -> RolesChoice:
    """Return what the roles form shows for roles from a file."""
    return RolesChoice(
        columns=columns,
        outcome=fitted.outcome,
        sensitive=tuple(name for name in columns if name in fitted.sensitive),
        allowed=tuple(name for name in columns if name in fitted.allowed),
        features=tuple(name for name in columns if name in fitted.features),
        weight=fitted.weight,
        ids=tuple(name for name in columns if name in fitted.ids),
        prediction=fitted.prediction,
    )


def _say(imported: Imported) -> None:
    st.caption(_taken_line(imported.name))
    if imported.absent:
        st.warning(_absent_line(imported.absent), icon=":material/warning:")
    if imported.unmentioned:
        st.caption(_unmentioned_line(imported.unmentioned))


def say_lost(shown: Settings) -> None:
    """Say which settings of the file the form doesn't show, or shows otherwise."""
    imported = state.visit().imported
    if imported is None:
        return
    if imported.lost is None:
        # Asked once: what is changed by hand afterwards is not lost.
        imported.lost = _lost(imported.settings, shown)
    if imported.lost:
        st.warning(_lost_line(imported.lost), icon=":material/warning:")
    unseen = _unseen()
    if unseen:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(_unseen_line(unseen), width="content")
            st.button(
                "Back to the default settings", key="settings-forget", type="tertiary", on_click=_forget
            )


def _forget() -> None:
    state.visit().imported = None


def beside_the_form() -> dict[str, object]:
    """Return the settings of the file that was read last that have no control; nothing without a file."""
    imported = state.visit().imported
    return {} if imported is None else {name: getattr(imported.settings, name) for name in _BESIDE}


def _unseen() -> dict[str, object]:
    """Return those of them that differ from the default."""
    default = Settings()
    return {name: value for name, value in beside_the_form().items() if value != getattr(default, name)}


def _fill(opened: OpenTable, settings: Settings) -> None:
    """Put settings into the controls, as far as these can show them; for callbacks."""
    short = opened.table.fingerprint[:8]
    state.set_widget("train-auto", settings.n_groups == "auto")
    state.set_widget("train-recommended", settings.dro_strength is None)
    state.set_widget(key_of("noise", 1), "normal")
    values = settings.flat() | {"observed": list(settings.observed or ())}
    if settings.moe is not None:
        values["moe.hidden_sizes"] = settings.moe.hidden_sizes
        values["moe.patience"] = settings.moe.patience or 0
    variants = {"n_groups": short, "criterion": settings.predictor, "observed": short, "noise": 2}
    for name, value in values.items():
        if _is_offered(name, value):
            state.set_widget(key_of(name, variants.get(name, "")), value)


def _is_offered(name: str, value: object) -> bool:
    if name == "test_size":
        return LEAST_TEST <= value <= MOST_TEST
    return value is not None and value in OFFERED.get(name, (value,))


def _lost(wanted: Settings, shown: Settings) -> dict[str, str]:
    """Return what the controls show otherwise than the file says: names, with the value of the file."""
    got = shown.flat()
    return {name: str(value) for name, value in wanted.flat().items() if got.get(name) != value}
