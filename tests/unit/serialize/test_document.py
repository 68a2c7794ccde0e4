"""Files of our own: whole or as they were, and damage is said with its place."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from rome.errors import StoreError
from rome.serialize.atomic import remove_left, write_whole
from rome.serialize.document import (
    Document,
    content_hash,
    damage_to,
    disk_refuses,
    read_npz,
    read_safetensors,
    write_npz,
)


@dataclass(frozen=True)
class _Body:
    name: str
    values: tuple[float, ...]


PLAIN = Document("rome.test/1", "list of tests", "make it again.", _Body)
WITH_ARRAYS = Document("rome.test/1", "list of tests", "make it again.", _Body, has_arrays=True)
BODY = _Body("é", (1.5, 2.0))


def test_a_document_comes_back_with_its_arrays(tmp_path):
    path, arrays = tmp_path / "test.json", {"a": np.arange(3.0), "b": np.eye(2)[:, ::-1]}
    WITH_ARRAYS.write(path, BODY, arrays)
    assert WITH_ARRAYS.read(path) == BODY
    plain, back = WITH_ARRAYS.load(path)
    assert plain == {"schema": "rome.test/1", "name": "é", "values": [1.5, 2.0]}
    assert all(np.array_equal(back[name], arrays[name]) for name in arrays)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, 'No list of tests can be read from "{path}": .*No such file.* Make it again.'),
        ("{", 'No list of tests can be read from "{path}": .* Make it again.'),
        ("[]", "\"{path}\" holds a list of tests of layout None, not 'rome.test/1'; make it again."),
        (
            '{"schema": "rome.test/2"}',
            "\"{path}\" holds a list of tests of layout 'rome.test/2', not 'rome.test/1'; make it again.",
        ),
        (
            '{"schema": "rome.test/1", "name": "x", "values": ["y"]}',
            r"The list of tests in \"{path}\" is damaged \(\"values\[0\]\" holds 'y', .*\); make it again.",
        ),
    ],
)
def test_damage_is_said_with_the_place_and_what_to_do(tmp_path, content, message):
    path = tmp_path / "test.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(StoreError, match=message.format(path=path)):
        PLAIN.read(path)


@pytest.mark.parametrize("content", [None, b"", b"\x80\x04garbage that is no header"])
def test_arrays_that_are_gone_or_damaged_are_said_with_the_folder_of_both(tmp_path, content):
    WITH_ARRAYS.write(tmp_path / "test.json", BODY, {"a": np.arange(3.0)})
    (tmp_path / "test.safetensors").unlink()
    if content is not None:
        (tmp_path / "test.safetensors").write_bytes(content)
    with pytest.raises(StoreError, match=f'No list of tests can be read from "{tmp_path}"'):
        WITH_ARRAYS.load(tmp_path / "test.json")
    with pytest.raises((OSError, ValueError)):
        read_safetensors(tmp_path / "test.safetensors")


@pytest.mark.skipif(os.name != "posix", reason="processes are ended by a signal")
def test_a_process_that_is_ended_before_the_draft_takes_its_place_leaves_the_old_file_whole(tmp_path):
    path = tmp_path / "test.json"
    PLAIN.write(path, BODY)
    lines = (
        "import os, signal, sys",
        "from pathlib import Path",
        "from rome.serialize.atomic import write_whole",
        "Path.replace = lambda *places: os.kill(os.getpid(), signal.SIGKILL)",
        "write_whole(Path(sys.argv[1]), b'new')",
    )
    ended = subprocess.run([sys.executable, "-c", "\n".join(lines), str(path)], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert PLAIN.read(path) == BODY
    [draft] = tmp_path.glob("*.draft")
    assert draft.read_bytes() == b"new"
    remove_left(tmp_path)
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_leaves_the_old_file_and_no_draft(tmp_path, monkeypatch):
    path = tmp_path / "test.json"
    PLAIN.write(path, BODY)

    def refuse(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with (
        pytest.raises(StoreError, match=r"^It can't be kept: No space left on device\. Make room\.$"),
        disk_refuses("It can't be kept", "Make room."),
    ):
        write_whole(path, b"new")
    assert PLAIN.read(path) == BODY
    assert list(tmp_path.iterdir()) == [path]


def test_arrays_of_numpy_come_back_and_a_pickle_is_not_opened(tmp_path):
    write_npz(tmp_path / "a.npz", a=np.arange(3))
    assert read_npz(tmp_path / "a.npz")["a"].tolist() == [0, 1, 2]
    np.savez(tmp_path / "b.npz", a=np.array([1, "x"], dtype=object))
    for content in (None, b"", b"PK no zip"):
        if content is not None:
            (tmp_path / "b.npz").write_bytes(content)
        with (
            pytest.raises(StoreError, match=r"^The map is damaged \(.*\); remove it\.$"),
            damage_to("The map", "remove it."),
        ):
            read_npz(tmp_path / "b.npz")


def test_a_hash_is_of_the_content_whatever_the_order_of_its_keys():
    first = content_hash("table", {"a": 1, "b": [2, None]})
    assert first == content_hash("table", {"b": [2, None], "a": 1}) != content_hash("table", {"a": 1})
    assert (len(first), len(content_hash("table", digits=32))) == (16, 32)
    # As version 0.2.0 made it, so that studies are found again.
    assert content_hash("x", {"b": 1, "a": None}) == "e879d6b964766958"
