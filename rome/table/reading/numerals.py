"""Text to numbers, many values at once: thousands, currency, percent, decimal comma, missing marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

#: Values that mean "missing", apart from an empty cell. "none" in small letters is a level like any other.
MISSING_MARKS = ("NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "null", "NULL", "None", "?", "-", ".")
#: What Excel writes in a cell that it could not compute.
FAULTY_CELLS = ("#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!")
#: Marks that could have been meant as a value, so that taking them as missing is told.
DOUBTFUL_MARKS = ("?", "-", ".", "None", *FAULTY_CELLS)

_CURRENCY = "[$€£¥₹]"
_PLAIN = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
_PLAIN_COMMA = r"^[+-]?(?:[0-9]+,?[0-9]*|,[0-9]+)(?:[eE][+-]?[0-9]+)?$"
_THOUSANDS = r"^[+-]?[0-9]{1,3}(?:[, '\x{a0}\x{202f}’][0-9]{3})+(?:\.[0-9]+)?$"
_THOUSANDS_COMMA = r"^[+-]?[0-9]{1,3}(?:[. '\x{a0}\x{202f}’][0-9]{3})+(?:,[0-9]+)?$"
_INFINITY = r"(?i)^[+-]?(?:inf|infinity|∞)$"


@dataclass(frozen=True)
class Numerals:
    """Numbers read from m texts: ``values`` (m,) is NaN where ``is_number`` is False; infinities stay."""

    values: np.ndarray
    is_number: np.ndarray
    currency: np.ndarray
    percent: np.ndarray
    thousands: np.ndarray


def read_plain(texts: pa.ChunkedArray, decimal: str) -> np.ndarray | None:
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


def read_numerals(texts: pa.Array, decimal: str) -> Numerals:
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
    return Numerals(values, is_number, currency & is_number, percent & is_number, thousands & is_number)


def _matches(texts: pa.Array, pattern: str) -> np.ndarray:
    import pyarrow.compute as pc

    found = pc.fill_null(pc.match_substring_regex(texts, pattern), False)
    return found.to_numpy(zero_copy_only=False)


def _without_thousands(texts: pa.Array, decimal: str) -> pa.Array:
    import pyarrow.compute as pc

    separator = "," if decimal == "." else r"\."
    return pc.replace_substring_regex(texts, rf"[{separator} '\x{{a0}}\x{{202f}}’]", "")
