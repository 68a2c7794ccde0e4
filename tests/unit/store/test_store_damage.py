"""A folder that was cut, changed or mixed up is refused in words."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from rome import store
from rome.errors import StoreError
from rome.results import RowArrays
from rome.study.model import StudyModel


@pytest.mark.parametrize("name", ["study.json", "evaluations.json", "rows.npz"])
@pytest.mark.parametrize("how", ["missing", "empty", "cut", "garbage", "list"])
def test_a_missing_or_damaged_file_is_refused_in_words(copied, name, how):
    path = copied / name
    content = path.read_bytes()
    path.unlink()
    if how != "missing":
        damaged = {
            "empty": b"",
            "cut": content[: len(content) // 2],
            "garbage": b"\x80\x04\xff",
            "list": b"[1]",
        }
        path.write_bytes(damaged[how])
    with pytest.raises(StoreError, match="copy"):
        store.read_folder(copied)


def changed(folder: Path, *place: str | int, value: object) -> None:
    """Change one entry of study.json; ``...`` deletes it."""
    document = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    inner = document
    for key in place[:-1]:
        inner = inner[key]
    if value is ...:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    (folder / "study.json").write_text(json.dumps(document), encoding="utf-8")


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("data",), ...),
        (("data", "rows"), "many"),
        (("data", "rows"), True),
        (("data", "used"), 5),
        (("data",), []),
        (("groups",), {"a": 1}),
        (("groups", 0), ...),
        (("groups", 0, "share"), "0.5"),
        (("groups", 0, "coefficients", 0), 3),
        (("roles", "outcome"), ...),
        (("roles", "features"), "x"),
        (("roles",), None),
        (("settings", "n_groups"), 99),
        (("settings", "colour"), "red"),
        (("settings",), [1]),
        (("versions",), 3),
        (("dro", "recommended"), "perhaps"),
        (("dro", "strength"), 0.123),
        (("fit", "history"), "abc"),
        (("findings", 0, "severity"), "catastrophe"),
        (("path",), None),
    ],
)
def test_an_entry_that_does_not_belong_is_refused_in_words(copied, place, value):
    changed(copied, *place, value=value)
    with pytest.raises(StoreError, match="damaged"):
        store.read_folder(copied)


@pytest.mark.parametrize("schema", ["rome.study/2", None, {"a": 1}])
def test_a_study_of_another_layout_is_refused_by_name(copied, schema):
    changed(copied, "schema", value=schema)
    with pytest.raises(StoreError, match=r"not 'rome.study/1'; make it again"):
        store.read_folder(copied)


def test_arrays_of_another_study_are_refused(copied, finished):
    rows = finished.result.rows
    arrays = {
        field.name: getattr(rows, field.name)[:-1]
        for field in fields(RowArrays)
        if field.name not in ("advised", "audited")
    }
    np.savez(copied / "rows.npz", **arrays)
    with pytest.raises(StoreError, match="shape"):
        store.read_folder(copied)


def test_a_pickle_in_place_of_the_arrays_is_not_opened(copied, finished):
    rows = finished.result.rows
    arrays = {field.name: getattr(rows, field.name) for field in fields(RowArrays) if field.name != "advised"}
    np.savez(copied / "rows.npz", **{**arrays, "outcome": arrays["outcome"].astype(object)})
    with pytest.raises(StoreError, match="damaged"):
        store.read_folder(copied)


@pytest.mark.parametrize("name", ["model.json", "model.safetensors"])
@pytest.mark.parametrize(
    "content", [None, b"", b"[1]", b'{"schema": "other"}', b'{"schema": "rome.model/1"}']
)
def test_a_damaged_model_is_refused_in_words(copied, name, content):
    path = copied / "model" / name
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StoreError, match="again"):
        StudyModel.load(copied / "model")


def test_arrays_of_another_model_are_refused(copied):
    model = StudyModel.load(copied / "model")
    odd = replace(model, path=replace(model.path, priors=model.path.priors[:, :1]))
    odd.save(copied / "model")
    with pytest.raises(StoreError, match="shape"):
        StudyModel.load(copied / "model")
