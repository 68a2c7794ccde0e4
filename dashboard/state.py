"""What one visitor has open: the only file that touches ``st.session_state`` and the page's address.

Everything is kept under one key as one object, so that it survives page changes and reruns; widgets are
seeded from it and pass on what was chosen by callbacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import streamlit as st

from dashboard.roles import RolesChoice, Version
from rome.cohorts import Cohort
from rome.errors import RomeError
from rome.jobs import Job
from rome.results import StudyResult
from rome.score.what_if import Value
from rome.settings.study import Settings
from rome.store import Library
from rome.table import ReadingOptions, Table

_KEY = "rome"
_STUDY = "study"


@dataclass
class ScoreVisit:
    """The study that scores ("" for the open one) and the table that it scores.

    ``problem`` says why the last file could not be read, ``refused`` names that upload. ``start`` is the row
    that a what-if began from, and ``drawn`` counts how often its form was filled anew.
    """

    study: str = ""
    table: Table | None = None
    problem: str = ""
    refused: str = ""
    uploads: int = 0
    start: Mapping[str, Value] = field(default_factory=dict)
    start_of: str = ""
    drawn: int = 0


@dataclass(frozen=True)
class OpenTable:
    """A table with the roles that were guessed for it; ``sample`` names it if it is one of ours.

    ``data`` is the file's content, to read it again in another way; ``reasons`` say for each column why its
    role was guessed.
    """

    table: Table
    guess: RolesChoice
    n_groups: int = 2
    sample: str | None = None
    data: bytes = field(default=b"", repr=False)
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RefusedFile:
    """A file that could not be read so far: with what options it was tried, and what may help."""

    name: str
    data: bytes = field(repr=False)
    options: ReadingOptions
    option: str | None


@dataclass
class StudiesVisit:
    """What a visitor does on the Studies page: which studies are chosen, which was removed last, and why the
    last change failed. ``forget_table`` says that a copy was forgotten, ``keep_table``
    that the next study's table is to be kept."""

    chosen: tuple[str, ...] = ()
    removed: str = ""
    problem: str = ""
    forget_table: bool = False
    keep_table: bool = False


@dataclass
class Imported:
    """What a file of settings brought: its settings, its name, and the columns that the open table lacks, or
    that the file doesn't name. ``lost`` holds what the Train form can't show, once it was drawn."""

    settings: Settings
    name: str
    absent: tuple[str, ...] = ()
    unmentioned: tuple[str, ...] = ()
    lost: dict[str, str] | None = None


@dataclass
class _Visit:
    table: OpenTable | None = None
    choice: RolesChoice | None = None
    #: How the open table is read and what its columns are; before each change to it, the one before.
    version: Version | None = None
    past: list[Version] = field(default_factory=list)
    #: Why the last correction of the reading could not be made.
    reading_problem: str = ""
    refused_file: RefusedFile | None = None
    #: The table of columns: how often it was drawn anew, for which choice, and what its edits make of that.
    editor: tuple[int, RolesChoice | None, RolesChoice | None] = (0, None, None)
    study: StudyResult | None = None
    #: Why the last file or link could not be opened, in rome's own words.
    file_problem: str = ""
    link_problem: str = ""
    uploads: int = 0
    refused: str = ""
    dro_strengths: dict[str, float] = field(default_factory=dict)
    #: The study that is being made for this visitor, and whether they know how it ended.
    run: Job | None = None
    end_seen: bool = False
    given_up: Literal["", "ended", "goes on"] = ""
    #: Other work for this visitor, by its kind.
    beside: dict[str, Job] = field(default_factory=dict)
    #: Stands for this visitor among those who follow some work; the same after a reload.
    follower: str = ""
    #: Pages that were opened with the study that is open.
    seen: set[str] = field(default_factory=set)
    #: The cohort that was deleted last, with its study, and why the last change of cohorts failed.
    deleted_cohort: tuple[str, Cohort] | None = None
    cohort_problem: str = ""
    #: Why the report's draft could not be read or kept.
    draft_problem: str = ""
    studies: StudiesVisit = field(default_factory=StudiesVisit)
    scoring: ScoreVisit = field(default_factory=ScoreVisit)
    #: The settings that were read from a file for the open table, and why the last file was refused.
    imported: Imported | None = None
    #: The settings that the Train page last showed.
    shown_settings: Settings | None = None
    settings_problem: str = ""


def visit() -> _Visit:
    """Return what this visitor has open; read it, and change it by the functions below only."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = _Visit()
    return st.session_state[_KEY]


def library() -> Library:
    """Return where finished studies are kept."""
    return Library()


def table() -> OpenTable | None:
    """Return the open table, if there is one."""
    return visit().table


def choice() -> RolesChoice | None:
    """Return the roles as they stand in the form."""
    return visit().choice


def study() -> StudyResult | None:
    """Return the open study, if there is one."""
    return visit().study


def table_of_study() -> Table | None:
    """Return the open table if the open study was made of it."""
    open_table, open_study = visit().table, visit().study
    if open_table is None or open_study is None:
        return None
    same = open_table.table.fingerprint == open_study.data.fingerprint
    return open_table.table if same else None


def roles_differ() -> bool:
    """Return whether the Data page shows other roles of the open study's table than the study used."""
    open_study, now = visit().study, visit().choice
    if open_study is None or now is None or table_of_study() is None:
        return False
    try:
        return now.roles() != open_study.roles
    except RomeError:
        # Roles that no study could have are not this one's.
        return True


def open_table(opened: OpenTable) -> None:
    """Put a table in the place of the one before; a study of another table is closed."""
    now = visit()
    if now.study is not None and now.study.data.fingerprint != opened.table.fingerprint:
        close_study()
    now.table, now.choice = opened, opened.guess
    now.version, now.past = Version(opened.table.reading.options, opened.guess), []
    now.reading_problem, now.refused_file = "", None
    now.file_problem = now.link_problem = now.refused = now.settings_problem = ""
    now.imported = None
    now.uploads += 1


def refuse_file(upload: str, problem: str) -> None:
    """Note why an uploaded file could not be read; the table before it stays."""
    now = visit()
    now.refused, now.file_problem = upload, problem


def choose(changed: RolesChoice) -> None:
    """Put edited roles in the place of those before, which can be taken back."""
    now = visit()
    if now.version is not None and changed != now.choice:
        keep(replace(now.version, choice=changed).settled())
    now.choice = changed


def keep(version: Version) -> None:
    """Put another version of the open table in the place of the one before, which can be taken back."""
    now = visit()
    if now.version is not None and version != now.version:
        now.past.append(now.version)
    now.version, now.choice, now.reading_problem = version, version.choice, ""


def reopen(opened: OpenTable, version: Version, past: list[Version]) -> None:
    """Put the same file, read in another way, in the place of the open table."""
    uploads = visit().uploads
    open_table(opened)
    now = visit()
    now.version, now.choice, now.past, now.uploads = version, version.choice, past, uploads


def set_widget(key: str, value: object) -> None:
    """Set what the widget called ``key`` will show: before it is drawn, or in a callback."""
    st.session_state[key] = value


def open_study(result: StudyResult) -> None:
    """Open a study and put its name into the page's address."""
    now = visit()
    if now.study is None or now.study.study_id != result.study_id:
        now.seen = set()
    now.study, now.link_problem = result, ""
    if now.run is not None and now.run.identity == result.study_id:
        now.run = None
    name_in_address(result.study_id)


def close_study() -> None:
    """Close the open study; it stays in the library."""
    visit().study = None
    name_in_address(None)


def address() -> str | None:
    """Return the study that the page's address names."""
    return st.query_params.get(_STUDY)


def name_in_address(identity: str | None) -> None:
    """Put a study's name into the page's address, or take the one that is there out."""
    if identity is None:
        st.query_params.pop(_STUDY, None)
    else:
        st.query_params[_STUDY] = identity


def see(page: str) -> None:
    """Note that a page was opened with the study that is open."""
    if visit().study is not None:
        visit().seen.add(page)


def seen() -> set[str]:
    """Return the pages that were opened with the study that is open."""
    return set(visit().seen)


def dro_strength() -> float:
    """Return the DRO strength at which the open study is shown: its own until it is changed."""
    now = visit()
    return now.dro_strengths.get(now.study.study_id, now.study.dro.strength)


def set_dro_strength(strength: float) -> None:
    """Show the open study at another DRO strength."""
    now = visit()
    now.dro_strengths[now.study.study_id] = strength


def held(key: str, otherwise: object) -> object:
    """Return what the widget called ``key`` held when it was last drawn, or ``otherwise``.

    For the default of a widget that comes back: of two quick runs the browser may see only the second.
    """
    return st.session_state.get(key, otherwise)


def widget(key: str) -> object:
    """Return what the widget called ``key`` holds; for callbacks."""
    return st.session_state[key]
