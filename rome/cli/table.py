"""The options that every command with a table takes: the file, the roles of its columns, and the split."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path

from rome.errors import SettingError
from rome.settings.study import Settings

_DEFAULTS = Settings()


def columns(text: str) -> tuple[str, ...]:
    """Split ``a,b`` into names; a name with a comma is written in double quotes, as in a CSV file."""
    try:
        names = next(csv.reader([text], skipinitialspace=True))
    except csv.Error as error:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no list of columns ({error})") from None
    return tuple(name.strip() for name in names if name.strip())


def add_table(run: argparse.ArgumentParser) -> None:
    """Add the table, the roles of its columns, and what every command that reads one takes."""
    run.add_argument("table", metavar="TABLE", help="CSV, TSV, gzip, Parquet or .xlsx, told by its content")
    run.add_argument("--outcome", metavar="C", help="the column to predict")
    run.add_argument("--sensitive", metavar="C,C", type=columns, help="columns that drive membership")
    run.add_argument("--features", metavar="C,…", type=columns, help="default: all other columns fit for it")
    run.add_argument("--ignore", metavar="C,…", type=columns, default=(), help="columns to leave out")
    run.add_argument(
        "--allow",
        metavar="C,…",
        type=columns,
        default=(),
        help="sensitive columns that may enter the outcome model",
    )
    run.add_argument("--weight", metavar="C", help="column of case weights")
    run.add_argument(
        "--id", metavar="C,…", type=columns, default=(), help="columns that name the rows: no part of a model"
    )
    run.add_argument("--observed", metavar="C,…", type=columns, help="columns crossed into observed groups")
    run.add_argument("--test-size", metavar="F", type=float, default=_DEFAULTS.test_size)
    run.add_argument("--seed", metavar="N", type=int, default=_DEFAULTS.random_state)
    run.add_argument("--out", required=True, metavar="FOLDER", type=Path)


def roles_of(frame, options: argparse.Namespace):
    """Return the roles that the options give the columns of ``frame``.

    Raises
    ------
    SettingError
        The outcome or the sensitive columns were not named.
    """
    from rome.table import Roles, guess_roles

    _require(options.outcome, "--outcome", "the column to predict", frame)
    _require(options.sensitive, "--sensitive", "the columns that may drive membership", frame)
    named = {
        options.outcome,
        options.weight,
        *options.sensitive,
        *options.ignore,
        *options.id,
        *options.allow,
        *(options.features or ()),
    }
    guessed = guess_roles(frame)
    features, left = options.features, []
    if features is None:
        # What the guess would call sensitive but the user didn't name is an ordinary feature here.
        rest = [column for column in frame.columns if column not in named]
        features = tuple(column for column in rest if guessed[column] not in ("id", "ignore"))
        left = [column for column in rest if column not in features]
    ignored = (*options.ignore, *left, *_unnamed(frame, named, features, left))
    return Roles(
        outcome=options.outcome,
        features=tuple(features),
        sensitive=options.sensitive,
        allowed=options.allow,
        weight=options.weight,
        ids=options.id,
        ignored=tuple(dict.fromkeys(ignored)),
    )


def _unnamed(frame, named: set, features: Sequence[str], left: Sequence[str]) -> list[str]:
    taken = {*named, *features, *left}
    return [column for column in frame.columns if column not in taken]


def _require(value: object, option: str, what: str, frame) -> None:
    if not value:
        shown = ", ".join(map(str, frame.columns[:12])) + (", …" if frame.shape[1] > 12 else "")
        raise SettingError(f"Name {what} with {option}. The table has the columns {shown}.")
