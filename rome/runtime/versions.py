"""Which versions made a result."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import version

import rome

_LIBRARIES = ("numpy", "pandas", "scipy", "scikit-learn")


def versions() -> dict[str, str]:
    """Return the versions of ROME, Python and the libraries that decide the numbers."""
    own = {"rome": rome.__version__, "python": platform.python_version()}
    return own | {library: _installed(library) for library in _LIBRARIES}


@cache
def _installed(library: str) -> str:
    """Return the version of a library, read once: its metadata is a file, and pages ask at every turn."""
    return version(library)
