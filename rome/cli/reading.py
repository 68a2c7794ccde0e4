"""The options that correct how a file is read, and how a finding's step is said on the command line."""

from __future__ import annotations

import argparse
import shlex
from typing import TYPE_CHECKING

from rome.cli.table import columns

if TYPE_CHECKING:
    from rome.errors import RomeError
    from rome.table import Fix, ReadingOptions, Table

_YES_NO = {"yes": True, "no": False}
#: Escapes that a shell makes hard to type.
_MARKS = {"tab": "\t", "\\t": "\t", "space": " "}


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


def read(options: argparse.Namespace) -> Table:
    """Read the table that the options name, as they say."""
    from rome.table import read_table

    return read_table(options.table, **_told(options))


def told(options: argparse.Namespace) -> ReadingOptions:
    """Return what the options say of how a file is read."""
    from rome.table import ReadingOptions

    return ReadingOptions(**_told(options))


def _told(options: argparse.Namespace) -> dict[str, object]:
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


def hint(mend: Fix | None) -> str:
    """Return a finding's step as the option that takes it, in brackets; empty where there is none."""
    if mend is None or not mend.is_ready:
        return ""
    from rome.report.reproduce import listed, reading_flags
    from rome.table import ReadingOptions

    if mend.code == "leave_out":
        return f" ({shlex.join([f'--ignore={listed((mend.column,))}'])})"
    return f" ({shlex.join(reading_flags(ReadingOptions().with_fix(mend)))})"


def hint_of_error(error: RomeError) -> str:
    """Return the option that may mend an error, in brackets; empty where there is none."""
    option = getattr(error, "option", None)
    return f" (--{option})" if option else ""


def _pair(text: str) -> tuple[str, str]:
    column, mark, value = text.rpartition("=")
    if not mark or not column:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not COLUMN=VALUE")
    return column, value
