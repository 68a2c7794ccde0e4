"""Plain values become dataclasses again, and what does not belong is named by its place."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pytest

from rome.errors import SettingError, StoreError
from rome.serialize.codec import ABSENT_IS_DEFAULT, from_plain, to_plain
from rome.serialize.csv_json import to_json


@dataclass(frozen=True)
class _Leaf:
    value: float
    kind: Literal["low", "high"] = "low"
    later: int | None = field(default=None, metadata=ABSENT_IS_DEFAULT)


@dataclass(frozen=True)
class _Tree:
    leaves: tuple[_Leaf, ...]
    named: Mapping[str, tuple[_Leaf, ...]]
    best: float | Literal["none"]

    def __post_init__(self) -> None:
        if not self.leaves:
            raise SettingError("A tree needs a leaf.")


TREE = _Tree((_Leaf(1.5), _Leaf(math.nan, "high", 3)), {"a": (_Leaf(0.0),)}, "none")


def plain() -> dict:
    return json.loads(to_json(to_plain(TREE)))


def test_what_was_written_comes_back_and_null_is_nan():
    assert repr(from_plain(_Tree, plain())) == repr(TREE)


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (("leaves", 1, "value"), "1", "\"tree.leaves[1].value\" holds '1', which does not belong there."),
        (("leaves", 0), [], '"tree.leaves[0]" holds [], which'),
        (("leaves",), "text", "\"tree.leaves\" holds 'text', which"),
        (("leaves",), {"a": 1}, "\"tree.leaves\" holds {'a': 1}, which"),
        (("leaves", 0, "later"), True, '"tree.leaves[0].later" holds True, which'),
        (("named", "a", 0, "kind"), "odd", "\"tree.named.a[0].kind\" holds 'odd', which"),
        (("named",), [], '"tree.named" holds [], which'),
        (("best",), "some", "\"tree.best\" holds 'some', which"),
        (("leaves", 0, "kind"), ..., '"tree.leaves[0]" has no "kind"; the file is damaged or too old.'),
        (("named",), ..., '"tree" has no "named"; the file is damaged or too old.'),
    ],
)
def test_what_does_not_belong_is_named_by_its_place(place, value, message):
    document = inner = plain()
    for key in place[:-1]:
        inner = inner[key]
    if value is ...:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    with pytest.raises(StoreError) as refused:
        from_plain(_Tree, document, "tree")
    assert str(refused.value).startswith(message)


def test_a_document_without_a_name_is_named_by_its_class():
    with pytest.raises(StoreError, match='"_Leaf" has no "value"'):
        from_plain(_Leaf, {"kind": "low"})


def test_a_field_that_came_later_may_be_absent():
    assert from_plain(_Leaf, {"value": 1, "kind": "low"}) == _Leaf(1.0)


def test_an_error_of_the_class_itself_passes_as_it_is():
    with pytest.raises(SettingError, match="A tree needs a leaf"):
        from_plain(_Tree, plain() | {"leaves": []}, "tree")
