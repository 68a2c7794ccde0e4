"""Where the network runs, and with how many threads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from rome.errors import SettingError


def choose_device(name: str) -> torch.device:
    """Return the device for ``name``; "auto" is a CUDA device where there is one, and the CPU elsewhere.

    Raises
    ------
    SettingError
        There is no such device here.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError, TypeError) as error:
        raise SettingError(
            f"device is {name!r}, which torch can't use here ({str(error).splitlines()[0]}). "
            'Use "auto" or "cpu".'
        ) from error
    return device


@contextmanager
def torch_threads(work: float) -> Iterator[None]:
    """Give torch one thread inside, where an operation of ``work`` multiplications is too small to share.

    The number that was set before is set again at the end.
    """
    before = torch.get_num_threads()
    if work < SHARED_WORK:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


#: Multiplications in a batch's largest product below which a second thread costs more than it gives: on a
#: machine with other work, threads that wait for each other at every operation cost many times the work.
SHARED_WORK = 1e8
