"""How a file is to be read, where that is not left to ROME: the corrections of a reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from rome.errors import ColumnError, TableError, nearest
from rome.table.finding import Fix, some

#: Values that mean "missing", apart from an empty cell. "none" in small letters is a level like any other.
MISSING_MARKS = ("NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "null", "NULL", "None", "?", "-", ".")
#: What Excel writes in a cell that it could not compute.
FAULTY_CELLS = ("#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!")
#: Marks that could have been meant as a value, so that taking them as missing is told.
DOUBTFUL_MARKS = ("?", "-", ".", "None", *FAULTY_CELLS)


@dataclass(frozen=True)
class ReadingOptions:
    """What a reader was told; None, and empty, leave it to what is found in the file.

    Parameters
    ----------
    separator, encoding, decimal : str or None
        For text files.
    header : bool or None
        Whether the first row of the table holds the names of the columns (text files and workbooks).
    missing : tuple of str or None
        The marks that mean "missing", apart from empty cells; None takes the usual ones (``MISSING_MARKS``).
    sheet : str or None
        The sheet of a workbook; None takes the first that holds anything.
    categories : tuple of str
        Columns whose values are words even where they look like numbers.
    missing_values : tuple of (column, value)
        Values that mean "missing" in one column only.
    """

    separator: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    header: bool | None = None
    missing: tuple[str, ...] | None = None
    sheet: str | None = None
    categories: tuple[str, ...] = ()
    missing_values: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        for name in ("missing", "categories"):
            given = getattr(self, name)
            if isinstance(given, str):
                raise TableError(f'{name} is the single word "{given}"; give a list, like ["{given}"].')
            if given is not None:
                object.__setattr__(self, name, tuple(dict.fromkeys(given)))
        pairs = tuple((str(column), str(value)) for column, value in self.missing_values)
        object.__setattr__(self, "missing_values", tuple(dict.fromkeys(pairs)))

    @property
    def given(self) -> dict[str, object]:
        """The options that were given, by name."""
        default = ReadingOptions()
        return {name: value for name, value in asdict(self).items() if value != getattr(default, name)}

    @property
    def absent(self) -> tuple[str, ...]:
        """Every text that means "missing" in any column."""
        return ("", *(MISSING_MARKS if self.missing is None else self.missing), *FAULTY_CELLS)

    @property
    def doubtful(self) -> tuple[str, ...]:
        """The marks whose being taken as missing is told; those that were named are no longer doubtful."""
        return DOUBTFUL_MARKS if self.missing is None else FAULTY_CELLS

    def require_columns(self, columns: Sequence[str]) -> None:
        """Raise ``ColumnError`` for a column that was named and is not among ``columns``."""
        for name in (*self.categories, *(column for column, _ in self.missing_values)):
            if name not in columns:
                raise ColumnError(
                    f'Column "{name}", of which something was said for reading, is not in the table '
                    f"({len(columns)} columns: {some(columns)}).{nearest(name, columns)}"
                )

    def values_missing_in(self, column: str) -> tuple[str, ...]:
        """Return the values that mean "missing" in one column."""
        return tuple(value for name, value in self.missing_values if name == column)

    def with_fix(self, fix: Fix) -> ReadingOptions:
        """Return the options after a step that answers a finding; one about roles changes nothing here."""
        column, value = fix.column, fix.value
        if fix.code == "as_categories":
            return replace(self, categories=(*self.categories, str(column)))
        if fix.code == "value_missing":
            return replace(self, missing_values=(*self.missing_values, (str(column), value)))
        if fix.code == "keep_mark":
            marks = MISSING_MARKS if self.missing is None else self.missing
            return replace(self, missing=tuple(mark for mark in marks if mark != value))
        if fix.code == "has_header":
            return replace(self, header=True)
        if fix.code in ("decimal", "separator", "encoding"):
            return replace(self, **{fix.code: value})
        return self

    def without_fix(self, fix: Fix) -> ReadingOptions:
        """Return the options as they were without that step."""
        if fix.code == "as_categories":
            return replace(self, categories=tuple(name for name in self.categories if name != fix.column))
        if fix.code == "value_missing":
            pair = (fix.column, fix.value)
            return replace(self, missing_values=tuple(each for each in self.missing_values if each != pair))
        if fix.code == "keep_mark":
            marks = (*(MISSING_MARKS if self.missing is None else self.missing), fix.value)
            usual = set(marks) == set(MISSING_MARKS)
            return replace(self, missing=None if usual else marks)
        if fix.code == "has_header":
            return replace(self, header=None)
        if fix.code in ("decimal", "separator", "encoding"):
            return replace(self, **{fix.code: None})
        return self


#: Names of the options, in their order.
OPTION_NAMES: tuple[str, ...] = tuple(field.name for field in fields(ReadingOptions))
#: A path, or a file's content.
Source = str | Path | bytes
