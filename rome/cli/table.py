"""The options that say which table, how its file is read, and what its columns are."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rome.cli.options import option_type
from rome.errors import RomeError, SettingError
from rome.settings.spec import read_names, write_names

if TYPE_CHECKING:
    from rome.table import Fix, ReadingOptions, Table

_YES_NO = {"yes": True, "no": False}
#: Escapes that a shell makes hard to type.
_MARKS = {"tab": "\t", "\\t": "\t", "space": " "}


columns = option_type(read_names)


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
        "--prediction", metavar="C", help="predictions of a model to be audited: values, probabilities or 0/1"
    )
    run.add_argument(
        "--id", metavar="C,…", type=columns, default=(), help="columns that name the rows: no part of a model"
    )
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
        options.prediction,
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
        prediction=options.prediction,
    )


def _unnamed(frame, named: set, features: Sequence[str], left: Sequence[str]) -> list[str]:
    taken = {*named, *features, *left}
    return [column for column in frame.columns if column not in taken]


def _require(value: object, option: str, what: str, frame) -> None:
    if not value:
        shown = ", ".join(map(str, frame.columns[:12])) + (", …" if frame.shape[1] > 12 else "")
        raise SettingError(f"Name {what} with {option}. The table has the columns {shown}.")


def add_reading(run: argparse.ArgumentParser) -> None:
    """Add the options that correct how a file is read."""
    how = run.add_argument_group("how the file is read", "Each is found in the file where it is not given.")
    how.add_argument("--separator", metavar="S", type=lambda text: _MARKS.get(text, text))
    how.add_argument("--encoding", metavar="E", help="like utf-8 or cp1252")
    how.add_argument("--decimal", choices=(".", ","))
    how.add_argument("--header", choices=tuple(_YES_NO), help="whether the first row holds the names")
    how.add_argument("--missing", metavar="M,…", type=columns, help="the marks that mean missing")
    how.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook")
    how.add_argument(
        "--categories", metavar="C,…", type=columns, default=(), help="columns of codes, not quantities"
    )
    how.add_argument(
        "--missing-value",
        metavar="C=V",
        type=_pair,
        action="append",
        default=[],
        help="a value that means missing in one column; may be given again",
    )


def read_asked(options: argparse.Namespace) -> Table:
    """Read the table that the options name, as they say."""
    from rome.table import read_table

    return read_table(options.table, **_asked(options))


def reading_options(options: argparse.Namespace) -> ReadingOptions:
    """Return what the options say of how a file is read."""
    from rome.table import ReadingOptions

    return ReadingOptions(**_asked(options))


def _asked(options: argparse.Namespace) -> dict[str, object]:
    return {
        "separator": options.separator,
        "encoding": options.encoding,
        "decimal": options.decimal,
        "header": None if options.header is None else _YES_NO[options.header],
        "missing": options.missing,
        "sheet": options.sheet,
        "categories": options.categories,
        "missing_values": options.missing_value,
    }


def hint(fix: Fix | None) -> str:
    """Return a finding's step as the option that takes it, in brackets; empty where there is none."""
    if fix is None or not fix.is_ready:
        return ""
    from rome.report.reproduce import reading_flags
    from rome.table import ReadingOptions

    if fix.code == "leave_out":
        return f" ({shlex.join([f'--ignore={write_names((fix.column,))}'])})"
    if fix.code == "as_prediction":
        return f" ({shlex.join([f'--prediction={fix.column}'])})"
    return f" ({shlex.join(reading_flags(ReadingOptions().with_fix(fix)))})"


def hint_of_error(error: RomeError) -> str:
    """Return the option that may fix an error, in brackets; empty where there is none."""
    option = getattr(error, "option", None)
    return f" (--{option})" if option else ""


def _pair(text: str) -> tuple[str, str]:
    column, mark, value = text.rpartition("=")
    if not mark or not column:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not COLUMN=VALUE")
    return column, value
