"""Workbooks made to take all memory or time are refused, and honest ones with odd sheets are read."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from rome.errors import TableError
from rome.table import read_table

_SHEET = "xl/worksheets/sheet1.xml"
_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_ROWS = "".join(
    f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}"><v>{row % 7}</v></c></row>'
    for row in range(2, 40)
)
_NAMES = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>b</t></is></c></row>'
)


def workbook(rows: str, change=lambda content: content) -> bytes:
    """A workbook of one sheet with these rows of XML; ``change`` may alter every member's text."""
    made = io.BytesIO()
    openpyxl.Workbook().save(made)
    written = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            content = old.read(member)
            if member == _SHEET:
                content = (
                    f'<worksheet xmlns="{_NAMESPACE}"><sheetData>{rows}</sheetData></worksheet>'.encode()
                )
            new.writestr(member, change(content))
    return written.getvalue()


@pytest.mark.parametrize(
    "far",
    [
        '<row r="1048576">' + "<c/>" * 16_383 + "<c><v>1</v></c></row>",
        '<row r="1048576"><c r = "XFD1048576"><v>1</v></c></row>',
        '<row r="1048576"><c r="xfd1048576"><v>1</v></c></row>',
        '<row r="1000000"><c r="CV1000000"><v>1</v></c></row>',
        '<row r="99999"><c r="ZZ99999"><v>1</v></c></row>',
    ],
    ids=[
        "cells without a place",
        "spaces around the sign",
        "small letters",
        "few cells far out",
        "few cells not so far out",
    ],
)
def test_a_cell_far_from_the_table_is_refused_before_it_takes_memory(far):
    with pytest.raises(TableError, match=r"spans [\d,]{6,9} rows and [\d,]+ columns, too many"):
        read_table(workbook(_NAMES + _ROWS + far), "far.xlsx")


def test_a_last_row_without_values_is_no_row():
    table = read_table(workbook(_NAMES + _ROWS + '<row r="1048576"><c r="XFD1048576"/></row>'), "odd.xlsx")
    assert table.frame.shape == (38, 2)


def test_an_error_is_the_text_of_its_own_cell_and_of_no_other():
    wrong = '<row r="40"><c r="A40" t="e"/><c r="B40" t="e"><v>#DIV/0!</v></c></row>'
    table = read_table(workbook(_NAMES + _ROWS + wrong), "wrong.xlsx")
    said = " ".join(finding.what for finding in table.findings)
    assert "#DIV/0!" in said
    assert table.frame["a"].isna().sum() == 1


def test_many_cells_that_never_end_take_no_time():
    table = read_table(
        workbook(_NAMES + _ROWS + '<row r="40">' + '<c t="e"/>' * 50_000 + "</row>"), "many.xlsx"
    )
    assert table.frame.shape == (38, 2)


def test_a_workbook_in_the_strict_form_is_read():
    def strict(content: bytes) -> bytes:
        return content.replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )

    assert read_table(workbook(_NAMES + _ROWS, strict), "strict.xlsx").frame.shape == (38, 2)


def test_a_byte_that_changed_is_damage():
    whole = workbook(_NAMES + _ROWS)
    start = whole.index(_SHEET.encode()) + len(_SHEET) + 40
    for place in range(start, start + 60, 7):
        broken = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
        with pytest.raises(TableError, match="damaged"):
            read_table(broken, "broken.xlsx")
