"""Drafts: what nobody may see half-written is written beside its place, and moved there when it is whole.

A process that is ended while it writes leaves its draft behind; ``remove_left`` removes such drafts.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import platform
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

_log = logging.getLogger("rome.serialize.atomic")
_NAME = re.compile(r".+?(?:\.(?P<host>[0-9a-f]{8}))?\.(?P<pid>[0-9]{1,9})\.draft")
#: Seconds after which nobody writes a draft any more, whoever began it.
_OLD = 24 * 3600.0
#: How often, and after how many seconds each, a file is tried again that somebody else has open.
_TRIES, _PAUSE = 6, 0.02
_Answer = TypeVar("_Answer")


def draft_of(path: Path) -> Path:
    """Return where this thread, and no other of any process on a shared folder, writes what will be ``path``.

    Two visitors of one server are two threads of one process.
    """
    return path.with_name(f"{path.name}.{threading.get_ident():x}.{_host()}.{os.getpid()}.draft")


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a draft to be written, which takes the place of the file ``path`` once it is whole.

    Where something goes wrong before, the file of before stays as it was, and the draft is removed.
    """
    draft = draft_of(path)
    try:
        yield draft
        patiently(lambda: draft.replace(path))
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it, whenever the process ends."""
    with replacing(path) as draft:
        draft.write_bytes(content)


def patiently(step: Callable[[], _Answer]) -> _Answer:
    """Take a step that Windows refuses while somebody else has the file open, which is soon over."""
    for _ in range(_TRIES - 1):
        try:
            return step()
        except PermissionError:
            time.sleep(_PAUSE)
    return step()


def _host() -> str:
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]


def remove_left(root: Path) -> None:
    """Remove drafts in ``root`` and in its folders whose process is gone, or that are a day old.

    What can't be removed stays, and is logged; another server may have removed it at the same time.
    """
    try:
        found = [*root.glob("*.draft"), *root.glob("*/*.draft")]
    except OSError:
        _log.info("The drafts in some folder can't be looked through.", exc_info=True)
        return
    for draft in found:
        with contextlib.suppress(FileNotFoundError):
            _remove_if_left(draft)


def _remove_if_left(draft: Path) -> None:
    try:
        if _is_left(draft):
            shutil.rmtree(draft) if draft.is_dir() else draft.unlink()
    except FileNotFoundError:
        raise
    except OSError:
        _log.warning("What an ended process left behind can't be removed.", exc_info=True)


def _is_left(draft: Path) -> bool:
    name = _NAME.fullmatch(draft.name)
    if name is None:
        return False
    if name["host"] == _host() and not process_exists(int(name["pid"])):
        return True
    return time.time() - draft.stat().st_mtime > _OLD


def process_exists(pid: int) -> bool:
    """Return whether this computer may have a process with this number."""
    if os.name != "posix":
        # Elsewhere signal 0 is no harmless question.
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
