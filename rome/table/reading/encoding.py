"""Bytes to text: which encoding a text file is in."""

from __future__ import annotations

import codecs
import re

from rome.errors import TableError

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORDS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with byte-order mark",
    "utf-16": "UTF-16 with byte-order mark",
    "utf-16-le": "UTF-16 (little-endian)",
    "utf-16-be": "UTF-16 (big-endian)",
    "utf-32": "UTF-32",
    "cp1250": "Windows-1250 (Central European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1252": "Windows-1252 (Western European)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "shift_jis": "Shift JIS (Japanese)",
    "gb18030": "GB 18030 (Chinese)",
    "iso8859-1": "Latin-1 (Western European)",
}
#: Encodings that are looked for when a file is neither Unicode nor Western European.
_OTHERS = ["cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r", "shift_jis", "gb18030"]
_OTHERS += ["big5", "euc_jp", "euc_kr"]
_SAMPLE = 64 * 1024
_LONGEST_ACCENT_RUN = 1.6
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_CONTROL_SHARE = 0.002
_PAGE = re.compile(r"\s*(?:<!doctype\s+html|<html|<head|<body|<table)", re.IGNORECASE)


def encoding_words(encoding: str) -> str:
    """Return an encoding's name for people."""
    return _WORDS.get(encoding, encoding)


def to_utf8(data: bytes, name: str, encoding: str | None) -> tuple[bytes, str]:
    """Return a text file as UTF-8 bytes without byte-order mark, and the encoding that it was in.

    Raises
    ------
    TableError
        The bytes are no text, an HTML page or JSON, or not in the encoding that was asked for.
    """
    found = _known(encoding) if encoding else _detect(data, name)
    if found in ("utf-8", "utf-8-sig"):
        utf8 = data.removeprefix(codecs.BOM_UTF8)
        if encoding or found == "utf-8-sig":
            _require_decodable(utf8, name, "utf-8")
    else:
        utf8 = _require_decodable(data, name, found).removeprefix("\ufeff").encode("utf-8")
    _require_text(utf8[:_SAMPLE].decode("utf-8", errors="ignore"), name)
    return utf8, found


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError as error:
        raise TableError(
            f'There is no encoding "{encoding}". Name one like "utf-8" or "cp1252".', option="encoding"
        ) from error


def _detect(data: bytes, name: str) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding
    head = data[:_SAMPLE]
    zeros_even, zeros_odd = head[::2].count(0), head[1::2].count(0)
    if max(zeros_even, zeros_odd) > 0.3 * len(head) / 2 and min(zeros_even, zeros_odd) < 0.05 * len(head):
        return "utf-16-le" if zeros_odd > zeros_even else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _detect_single_byte(data, name)
    return "utf-8"


def _detect_single_byte(data: bytes, name: str) -> str:
    """Western European when accents stand alone, as they do there; else what charset-normalizer finds."""
    if _is_binary(data[:_SAMPLE].decode("latin-1")):
        raise TableError(_no_text(name))
    runs = re.findall(rb"[\x80-\xff]+", data[: 4 * 1024**2])
    if not runs or sum(map(len, runs)) / len(runs) <= _LONGEST_ACCENT_RUN:
        undefined = re.search(rb"[\x81\x8d\x8f\x90\x9d]", data)
        return "iso8859-1" if undefined else "cp1252"
    from charset_normalizer import from_bytes

    telling = b"\n".join(line for line in data[: 4 * 1024**2].splitlines() if not line.isascii())[:_SAMPLE]
    best = from_bytes(telling, cp_isolation=_OTHERS).best()
    if best is None:
        raise TableError(
            f'The encoding of "{name}" is unknown. Save the file as UTF-8, '
            'or name its encoding, like "cp1252".',
            option="encoding",
        )
    return best.encoding


def _require_decodable(data: bytes, name: str, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeError as error:
        raise TableError(
            f'"{name}" is not in the encoding {encoding} ({error}). Leave the encoding to ROME, '
            "or save the file as UTF-8.",
            option="encoding",
        ) from error


def _require_text(sample: str, name: str) -> None:
    if _PAGE.match(sample):
        raise TableError(
            f'"{name}" is a web page, not a table; a download may have failed. Download the file itself.'
        )
    if re.match(r"\s*(?:\{\s*\"|\[\s*[\[{])", sample):
        raise TableError(f'"{name}" is JSON, which ROME does not read. Save the table as CSV or Parquet.')
    if re.match(r"\s*<\?xml", sample):
        raise TableError(f'"{name}" is XML, which ROME does not read. Save the table as CSV or Parquet.')
    if _is_binary(sample):
        raise TableError(_no_text(name))


def _is_binary(sample: str) -> bool:
    return len(_CONTROL.findall(sample)) > _CONTROL_SHARE * len(sample)


def _no_text(name: str) -> str:
    return f'"{name}" is neither text, nor Excel, nor Parquet. Save the table as CSV, .xlsx or Parquet.'
