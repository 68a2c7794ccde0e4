"""Opening a table, reading it again in another way, and taking back what was changed about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace

from dashboard import cache, state
from dashboard.roles import RolesChoice, TakenFix, Version
from dashboard.state import OpenTable, RefusedFile
from rome.datasets import SAMPLES
from rome.errors import RomeError, TableError
from rome.table import Fix, ReadingOptions, Table, read_table
from rome.table.guess import guess_with_reasons

UPLOAD_HELP = "The file is read here, on the computer that runs ROME Studio; it is sent nowhere else."
UPLOAD_TYPES = ["csv", "tsv", "txt", "gz", "parquet", "xlsx"]
MOST_MEGABYTES = 200
READING = "Reading the file"


def open_file(upload: str, name: str, data: bytes, options: ReadingOptions | None = None) -> bool:
    """Open a file and return whether it could be read; one that could not is kept, to be tried otherwise."""
    options = options or ReadingOptions()
    try:
        table = _read(name, data, options)
    except RomeError as error:
        state.refuse_file(upload, str(error))
        option = error.option if isinstance(error, TableError) else None
        state.visit().refused_file = RefusedFile(name, data, options, option) if option else None
        return False
    guess, reasons = _guessed(table)
    state.open_table(OpenTable(table, guess, data=data, reasons=reasons))
    return True


def retry(options: ReadingOptions) -> None:
    """Try the file that was refused with other options."""
    refused = state.visit().refused_file
    if refused is not None and not open_file(state.visit().refused, refused.name, refused.data, options):
        # The controls stay, though another fault may be no fault of theirs.
        state.visit().refused_file = state.visit().refused_file or replace(refused, options=options)


def open_sample(name: str) -> None:
    """Open one of our samples."""
    sample, table = SAMPLES[name], cache.sample_table(name)
    start = RolesChoice.from_roles(table.frame.columns, sample.roles)
    state.open_table(
        OpenTable(table, start, sample.n_groups, name, cache.sample_file(name), _reasons_of(table))
    )


def read_as(options: ReadingOptions) -> None:
    """Read the open file with other options; where that can't be done, say why and change nothing."""
    version = state.visit().version
    if version is not None:
        _move_to(replace(version, options=options).settled())


def fix(fixes: Iterable[Fix]) -> None:
    """Take the steps that answer some findings."""
    version = state.visit().version
    if version is not None:
        _move_to(version.after(fixes))


def take_back(taken: TakenFix) -> None:
    """Take one step back; the others stay."""
    version = state.visit().version
    if version is not None:
        _move_to(version.without(taken))


def undo() -> None:
    """Go back to how the table was before the last change."""
    past = state.visit().past
    if past:
        _move_to(past[-1], past[:-1])


def undo_all() -> None:
    """Go back to how the table was when it was opened."""
    past = state.visit().past
    if past:
        _move_to(past[0], [])


def _move_to(version: Version, past: list[Version] | None = None) -> None:
    """Make the open table what ``version`` says, reading its file again where that is needed."""
    now = state.visit()
    opened, before = now.table, now.version
    if opened is None or before is None:
        return
    if version.options == opened.table.reading.options:
        state.keep(version)
        now.past = now.past if past is None else past
        return
    try:
        table = _read(opened.table.name, opened.data, version.options)
    except RomeError as error:
        now.reading_problem = str(error)
        return
    guess, reasons = _guessed(table)
    if opened.sample and set(guess.columns) == set(opened.guess.columns):
        guess, reasons = opened.guess, opened.reasons
    again = replace(opened, table=table, guess=guess, reasons=reasons)
    moved = replace(version, choice=version.choice.carried_to(guess))
    state.reopen(again, moved, [*now.past, before] if past is None else past)


def _read(name: str, data: bytes, options: ReadingOptions) -> Table:
    plain = {key: value for key, value in asdict(options).items() if value is not None}
    return read_table(data, name, **plain)


def _guessed(table: Table) -> tuple[RolesChoice, dict[str, str]]:
    guesses = guess_with_reasons(table.frame)
    choice = RolesChoice.from_guess({column: guess.role for column, guess in guesses.items()})
    return choice, {column: guess.why for column, guess in guesses.items()}


def _reasons_of(table: Table) -> dict[str, str]:
    return dict.fromkeys((str(column) for column in table.frame.columns), "it has this role in the sample")
