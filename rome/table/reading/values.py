"""A column of text to a column of numbers or levels, and what was taken for what."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rome.table.columns import FALSE_WORDS, LARGEST_SQUARABLE, TRUE_WORDS, levels
from rome.table.finding import Finding, Fix, counted, leave_out, some
from rome.table.reading.options import ReadingOptions

if TYPE_CHECKING:
    import pyarrow as pa

#: A text column is numeric when at least this share of its values, missing ones aside, are numbers.
NUMERIC_SHARE = 0.7
_MOST_SPELLINGS = 100
_EXACT_INTEGERS = 2.0**53
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_USUAL = ReadingOptions()

_CURRENCY = "[$€£¥₹]"
_PLAIN = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
_PLAIN_COMMA = r"^[+-]?(?:[0-9]+,?[0-9]*|,[0-9]+)(?:[eE][+-]?[0-9]+)?$"
_THOUSANDS = r"^[+-]?[0-9]{1,3}(?:[, '\x{a0}\x{202f}’][0-9]{3})+(?:\.[0-9]+)?$"
_THOUSANDS_COMMA = r"^[+-]?[0-9]{1,3}(?:[. '\x{a0}\x{202f}’][0-9]{3})+(?:,[0-9]+)?$"
_INFINITY = r"(?i)^[+-]?(?:inf|infinity|∞)$"


@dataclass(frozen=True)
class Converted:
    """A column's ``values`` (float64 or ``str``), its findings, and how often each doubtful mark
    ("?", "-", …) was taken as missing."""

    values: pd.Series
    findings: tuple[Finding, ...] = ()
    marks: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class _Numerals:
    """Numbers read from m texts: ``values`` (m,) is NaN where ``is_number`` is False; infinities stay."""

    values: np.ndarray
    is_number: np.ndarray
    currency: np.ndarray
    percent: np.ndarray
    thousands: np.ndarray


def convert(name: str, texts: pa.ChunkedArray, decimal: str, options: ReadingOptions = _USUAL) -> Converted:
    """Return a column of text as numbers when it holds numbers, else as levels.

    A column that ``options`` call categories stays as it is written; a value that they call missing counts
    as missing, as a number too ("99" is also 99.0).
    """
    import pyarrow.compute as pc

    own = options.values_missing_in(name)
    if name in options.categories:
        return _convert_distinct(name, texts, decimal, {}, options)
    values = _read_plain(texts, decimal) if not own else None
    marks: tuple[tuple[str, int], ...] = ()
    if values is None:
        absent = pc.is_in(texts, value_set=_strings((*options.absent, *own), texts.type))
        if pc.any(absent).as_py():
            marks = _doubtful_marks(texts.filter(absent), options)
            texts = pc.if_else(absent, None, texts)
        values = _read_plain(texts, decimal)
    if values is None:
        return _without_numbers(_convert_distinct(name, texts, decimal, dict(marks), options), own)
    return _without_numbers(Converted(*_finite(name, values), marks), own)


def convert_numbers(name: str, values: np.ndarray, options: ReadingOptions = _USUAL) -> Converted:
    """Return a column that was stored as numbers."""
    column = Converted(*_finite(name, np.asarray(values, dtype=np.float64)))
    column = _without_numbers(column, options.values_missing_in(name))
    if name not in options.categories:
        return column
    return Converted(levels(column.values))


def _without_numbers(column: Converted, values: tuple[str, ...]) -> Converted:
    """Return a numeric column in which some numbers count as missing; any other as it is."""
    chosen = [float(value) for value in values if _NUMBER.fullmatch(value)]
    if not chosen or column.values.dtype != np.float64:
        return column
    return replace(column, values=column.values.mask(column.values.isin(chosen)))


def text_series(name: str, texts: pa.ChunkedArray) -> pd.Series:
    """Return Arrow text as a pandas column of dtype ``str``."""
    import pyarrow as pa

    return pd.Series(pd.array(texts.cast(pa.large_string()), dtype="str"), name=name)


def _convert_distinct(
    name: str, texts: pa.ChunkedArray, decimal: str, marks: dict[str, int], options: ReadingOptions
) -> Converted:
    """Convert each distinct value once: for columns that are not plain numbers throughout."""
    import pyarrow as pa
    import pyarrow.compute as pc

    coded = pc.dictionary_encode(texts).unify_dictionaries().combine_chunks()
    coded = coded.chunk(0) if isinstance(coded, pa.ChunkedArray) else coded
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    counts = np.bincount(codes[codes >= 0], minlength=len(coded.dictionary))
    distinct = pc.utf8_trim_whitespace(coded.dictionary)
    absent_texts = (*options.absent, *options.values_missing_in(name))
    absent = pc.is_in(distinct, value_set=_strings(absent_texts, distinct.type))
    for place in np.flatnonzero(absent.to_numpy(zero_copy_only=False)):
        mark = distinct[int(place)].as_py()
        if mark in options.doubtful:
            marks[mark] = marks.get(mark, 0) + int(counts[place])
    distinct = pc.if_else(absent, pa.scalar(None, distinct.type), distinct)
    told = tuple(marks.items())
    if name in options.categories:
        return Converted(text_series(name, _spread(distinct, codes)), (), told)
    spelled = _as_booleans(name, distinct)
    if spelled is not None:
        return Converted(text_series(name, _spread(spelled[0], codes)), spelled[1], told)
    numbers = _as_numbers(name, distinct, counts, decimal)
    if numbers is None:
        return Converted(text_series(name, _spread(distinct, codes)), (), told)
    values, findings = _finite(name, np.append(numbers[0], np.nan)[codes])
    return Converted(values, (*numbers[1], *findings), told)


def _spread(distinct: pa.Array, codes: np.ndarray) -> pa.ChunkedArray:
    import pyarrow as pa

    return pa.chunked_array([distinct.take(pa.array(codes, mask=codes < 0))])


def _as_booleans(name: str, distinct: pa.Array) -> tuple[pa.Array, tuple[Finding, ...]] | None:
    """One spelling of yes and no, where a column mixes several; None for any other column."""
    import pyarrow as pa

    if len(distinct) > _MOST_SPELLINGS:
        return None
    spelled = {text for text in distinct.unique().to_pylist() if text is not None}
    folded = {text.lower() for text in spelled}
    mixes = len(spelled) > 2 and folded <= TRUE_WORDS | FALSE_WORDS
    if not mixes or not folded & TRUE_WORDS or not folded & FALSE_WORDS:
        return None
    words = [_boolean_word(text) for text in distinct.to_pylist()]
    ways = f"{len(spelled)} ways ({some(sorted(spelled), 6)})"
    what = f'Yes and no are spelled in {ways}; they were read as "true" and "false".'
    finding = Finding("note", name, what, "Nothing, if these are yes and no; else make the values distinct.")
    return pa.array(words, distinct.type), (finding,)


def _boolean_word(text: str | None) -> str | None:
    if text is None:
        return None
    return "true" if text.lower() in TRUE_WORDS else "false"


def _as_numbers(
    name: str, distinct: pa.Array, counts: np.ndarray, decimal: str
) -> tuple[np.ndarray, list[Finding]] | None:
    present = distinct.is_valid().to_numpy(zero_copy_only=False)
    read = _read_numerals(distinct, decimal)
    total, numeric = int(counts[present].sum()), int(counts[read.is_number].sum())
    if not numeric or numeric < NUMERIC_SHARE * total:
        return None
    findings = []
    odd = np.flatnonzero(present & ~read.is_number)
    if len(odd):
        examples = some(
            [distinct[int(place)].as_py() for place in odd[np.argsort(-counts[odd], kind="stable")]]
        )
        strange = total - numeric
        what = f"{counted(strange, 'value')} of {total:,} {_is_are(strange)} no number ({examples})"
        remedy = "Correct these values in the file, or read the column as categories if it holds words."
        told = f"{what} and {_was_were(strange)} taken as missing."
        findings.append(Finding("warning", name, told, remedy, Fix("as_categories", name)))
    findings += _decoration_findings(name, distinct, counts, read)
    return read.values, findings


def _decoration_findings(name: str, distinct: pa.Array, counts: np.ndarray, read: _Numerals) -> list[Finding]:
    kinds = (
        (
            read.currency,
            "a currency sign",
            "the sign was left out; amounts in different currencies would be mixed",
        ),
        (read.percent, "a percent sign", "45% was read as the number 45"),
        (read.thousands, "thousands marks", "the marks were left out"),
    )
    findings = []
    for mask, what, effect in kinds:
        count = int(counts[mask].sum())
        if count:
            example = distinct[int(np.flatnonzero(mask)[0])].as_py()
            written = f"{counted(count, 'number')} {_is_are(count)} written with {what}"
            told = f'{written} (like "{example}"): {effect}.'
            remedy = "Check that the numbers are right; else write plain numbers in the file."
            findings.append(Finding("warning", name, told, remedy))
    return findings


def _finite(name: str, values: np.ndarray) -> tuple[pd.Series, tuple[Finding, ...]]:
    """Numbers without infinities, with what is too large to be exact or to be squared told."""
    values = values.copy()
    infinite = np.isinf(values)
    findings = []
    if infinite.any():
        count = int(infinite.sum())
        what = f"{counted(count, 'value')} {_is_are(count)} infinite and {_was_were(count)} taken as missing."
        findings.append(
            Finding("warning", name, what, "Find out what the infinite values stand for in the file.")
        )
        values[infinite] = np.nan
    largest = float(np.nanmax(np.abs(values), initial=0.0))
    if largest > LARGEST_SQUARABLE:
        what = f"Values reach {largest:.3g}, too large to be squared."
        findings.append(Finding("warning", name, what, "Rescale the column, or ignore it.", leave_out(name)))
    elif largest > _EXACT_INTEGERS and _all_whole(values):
        what = f"Whole numbers reach {largest:.3g}; beyond 9,007,199,254,740,992 their last digits are lost."
        remedy = "Ignore the column if these are identifiers, else rescale."
        findings.append(Finding("warning", name, what, remedy, leave_out(name)))
    return pd.Series(values, name=name), tuple(findings)


def _all_whole(values: np.ndarray) -> bool:
    known = values[~np.isnan(values)]
    return bool((known == np.trunc(known)).all())


def _doubtful_marks(absent: pa.ChunkedArray, options: ReadingOptions) -> tuple[tuple[str, int], ...]:
    import pyarrow.compute as pc

    counts = {entry["values"]: entry["counts"] for entry in pc.value_counts(absent).to_pylist()}
    return tuple((mark, counts[mark]) for mark in options.doubtful if mark in counts)


def _strings(texts: tuple[str, ...], kind: pa.DataType) -> pa.Array:
    import pyarrow as pa

    return pa.array(texts, kind)


def _is_are(count: int) -> str:
    return "is" if count == 1 else "are"


def _was_were(count: int) -> str:
    return "was" if count == 1 else "were"


def _read_plain(texts: pa.ChunkedArray, decimal: str) -> np.ndarray | None:
    """Return float64 values when every text is a plain number or null, else None; the fast way."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if decimal == ",":
        if pc.any(pc.match_substring(texts, ".")).as_py():
            return None
        texts = pc.replace_substring(texts, ",", ".")
    try:
        return pc.cast(texts, pa.float64()).to_numpy()
    except pa.ArrowInvalid:
        return None


def _read_numerals(texts: pa.Array, decimal: str) -> _Numerals:
    """Read trimmed texts as numbers, as far as they are numbers.

    "$1.20" is 1.2, "1,234.50" is 1234.5 (with a decimal comma: "1.234,50"), "45%" is 45.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    bare = pc.replace_substring(texts, "−", "-")
    currency = _matches(bare, rf"^[+-]?\s*{_CURRENCY}|{_CURRENCY}$")
    bare = pc.replace_substring_regex(bare, rf"^([+-]?)\s*{_CURRENCY}\s*|\s*{_CURRENCY}$", r"\1")
    percent = _matches(bare, r"%$")
    bare = pc.replace_substring_regex(bare, r"\s*%$", "")
    thousands = _matches(bare, _THOUSANDS if decimal == "." else _THOUSANDS_COMMA)
    bare = pc.if_else(pa.array(thousands), _without_thousands(bare, decimal), bare)
    plain = _matches(bare, _PLAIN if decimal == "." else _PLAIN_COMMA)
    infinite = _matches(bare, _INFINITY)
    is_number = plain | infinite
    spelled = pc.replace_substring(bare, "∞", "inf")
    spelled = spelled if decimal == "." else pc.replace_substring(spelled, ",", ".")
    kept = pc.if_else(pa.array(is_number), spelled, pa.scalar(None, spelled.type))
    values = np.asarray(pc.cast(kept, pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
    return _Numerals(values, is_number, currency & is_number, percent & is_number, thousands & is_number)


def _matches(texts: pa.Array, pattern: str) -> np.ndarray:
    import pyarrow.compute as pc

    found = pc.fill_null(pc.match_substring_regex(texts, pattern), False)
    return found.to_numpy(zero_copy_only=False)


def _without_thousands(texts: pa.Array, decimal: str) -> pa.Array:
    import pyarrow.compute as pc

    separator = "," if decimal == "." else r"\."
    return pc.replace_substring_regex(texts, rf"[{separator} '\x{{a0}}\x{{202f}}’]", "")
