"""Laws of reading and of the design that hold for any table."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rome.errors import ColumnError, TableError
from rome.table import Design, Roles, fingerprint, guess_roles, read_table

ROLES = Roles("y", ("number", "level"), ("who", "score"), allowed=("score",))
_ANY_NUMBER = st.one_of(
    st.none(), st.floats(allow_nan=True, allow_infinity=True), st.integers(-3, 3).map(float)
)
_ANY_LEVEL = st.one_of(st.none(), st.sampled_from(["a", "b", "c"]), st.text(max_size=3))
#: Text that a cell can hold as itself: nothing that is a number, a missing mark, yes, no, or stripped.
_WORD = st.text(st.characters(codec="utf-8", categories=["Ll", "Lo"]), min_size=3, max_size=8).map(
    lambda text: f"w{text}"
)
_SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def _frames(draw, least: int = 1) -> pd.DataFrame:
    rows = draw(st.integers(least, 40))
    numbers, texts = (st.lists(kind, min_size=rows, max_size=rows) for kind in (_ANY_NUMBER, _ANY_LEVEL))
    return pd.DataFrame(
        {
            "y": np.arange(rows, dtype=float),
            "number": pd.Series(draw(numbers), dtype="float64"),
            "level": pd.Series(draw(texts), dtype="str"),
            "who": pd.Series(draw(texts), dtype="str"),
            "score": pd.Series(draw(numbers), dtype="float64"),
        }
    )


def _fit(frame: pd.DataFrame) -> Design | None:
    """A design with low thresholds, so that small tables have terms; None where nothing varies."""
    try:
        return Design.fit(frame, ROLES, rare_level_rows=2, max_levels=3)
    except ColumnError:
        return None


@_SLOW
@given(_frames(), _frames())
def test_the_design_of_any_table_is_finite_on_any_other(train, new):
    design = _fit(train)
    if design is None:
        return
    for frame in (train, new):
        matrix = design.transform(frame)
        assert matrix.shape == (len(frame), len(design.terms))
        assert np.isfinite(matrix).all()
        assert np.isfinite(matrix.T @ matrix).all()


@_SLOW
@given(_frames(), st.randoms(use_true_random=False))
def test_permuting_rows_permutes_the_design(frame, random):
    design = _fit(frame)
    if design is None:
        return
    order = list(range(len(frame)))
    random.shuffle(order)
    shuffled = frame.iloc[order].reset_index(drop=True)
    assert _fit(shuffled) == design
    np.testing.assert_array_equal(design.transform(shuffled), design.transform(frame)[order])


@_SLOW
@given(_frames())
def test_training_terms_are_centred_or_zero_one(frame):
    design = _fit(frame)
    if design is None:
        return
    for place, term in enumerate(design.terms):
        values = design.transform(frame)[:, place]
        if term.kind == "numeric":
            assert abs(values.mean()) < 1e-6
        else:
            assert set(values) <= {0.0, 1.0}


@_SLOW
@given(_frames(), st.data())
def test_one_changed_cell_changes_the_fingerprint(frame, data):
    row = data.draw(st.integers(0, len(frame) - 1))
    column = data.draw(st.sampled_from(list(frame.columns)))
    changed = frame.copy()
    old = frame[column].iloc[row]
    if frame[column].dtype == "str":
        new = "~~~~" if pd.isna(old) else f"{old}~"
    else:
        new = 1.5 if pd.isna(old) else (np.nan if np.isinf(old) else np.nextafter(old, np.inf))
    changed.loc[row, column] = new
    assert fingerprint(changed) != fingerprint(frame)
    assert fingerprint(frame.copy()) == fingerprint(frame)


@_SLOW
@given(
    st.lists(st.tuples(st.floats(-1e6, 1e6).map(lambda v: round(v, 4)), _WORD), min_size=3, max_size=20),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from([".", ","]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_is_written_is_read_back(rows, separator, encoding, decimal, end):
    frame = pd.DataFrame(rows, columns=["number", "word"]).assign(whole=range(len(rows)))
    decimal = "." if separator == "," else decimal
    text = frame.to_csv(index=False, sep=separator, decimal=decimal, lineterminator=end)
    table = read_table(text.encode(encoding), separator=separator, decimal=decimal)
    np.testing.assert_array_equal(table.frame["number"], frame["number"])
    assert table.frame["word"].tolist() == frame["word"].str.strip().tolist()
    assert table.frame["whole"].tolist() == frame["whole"].tolist()


@_SLOW
@given(
    st.lists(
        st.tuples(st.integers(-999, 999), st.sampled_from(["north", "south", "east"])),
        min_size=4,
        max_size=30,
    ),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from([".", ","]),
)
def test_separator_and_decimal_mark_are_found_without_help(rows, separator, decimal):
    decimal = "." if separator == "," else decimal
    frame = pd.DataFrame(rows, columns=["number", "place"])
    frame["number"] = frame["number"] + 0.25
    text = frame.to_csv(index=False, sep=separator, decimal=decimal)
    table = read_table(text.encode())
    assert (table.reading.separator, table.reading.decimal) == (separator, decimal)
    pd.testing.assert_frame_equal(table.frame, frame, check_dtype=False)


_MARKS = [",", ";", "\t", "|", '"', '""', "\n", "\r", "\r\n", "\n\n", "\x00", "sep=;", "<", "'"]
_VALUES = ["a", "1", "-2.5", "1e400", "$3", "4%", "1.234,5", "?", "é", "名", "\u200b", " ", "0", "yes", "No"]
_FRAGMENTS = st.sampled_from(_MARKS + _VALUES)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(_FRAGMENTS, max_size=60).map("".join),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "shift_jis"]),
)
def test_any_text_is_read_or_refused_never_broken(text, encoding):
    _read_or_refuse(text.encode(encoding, "replace"))


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([b"", b"PK\x03\x04", b"PAR1", b"\x1f\x8b", b"\xff\xfe", b"a,b\n"]),
    st.binary(max_size=200),
)
def test_any_bytes_are_read_or_refused_never_broken(beginning, rest):
    _read_or_refuse(beginning + rest)


def _read_or_refuse(data: bytes) -> None:
    try:
        table = read_table(data)
    except TableError:
        return
    frame = table.frame
    assert len(frame) >= 2
    assert frame.columns.is_unique
    assert set(guess_roles(frame)) == set(frame.columns)
    for column in frame.select_dtypes("number"):
        assert not np.isinf(frame[column]).any()
