"""Which versions made a result."""

from __future__ import annotations

import platform
from importlib.metadata import version

import rome

_LIBRARIES = ("numpy", "pandas", "scipy", "scikit-learn")


def versions() -> dict[str, str]:
    """Return the versions of ROME, Python and the libraries that decide the numbers."""
    own = {"rome": rome.__version__, "python": platform.python_version()}
    return own | {library: version(library) for library in _LIBRARIES}
