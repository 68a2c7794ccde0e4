"""One seed in, named and independent random streams out; the global generators are never touched."""

from __future__ import annotations

import zlib

import numpy as np


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the generator for one named use of ``seed``.

    Parameters
    ----------
    seed : int
        Any non-negative integer; the study's ``random_state``.
    name : str
        What the numbers are for ("split", "starts", "bootstrap"); streams of different names are
        independent, and adding a new one leaves the others as they were.
    """
    return np.random.default_rng(np.random.SeedSequence([int(seed), zlib.crc32(name.encode())]))


def stream_seed(seed: int, name: str) -> int:
    """Return an integer seed in [0, 2**31) for libraries that take only integers."""
    return int(stream(seed, name).integers(0, 2**31 - 1))
