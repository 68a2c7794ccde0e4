"""What an import costs: ``import rome`` and a look at the command line stay light."""

from __future__ import annotations

import subprocess
import sys

import pytest

_HEAVY = ("torch", "umap", "streamlit", "plotly", "numba")


@pytest.mark.parametrize("module", ["rome", "rome.cli.main", "rome.study", "rome.em", "rome.store"])
def test_import_loads_nothing_heavy(module):
    code = f"import sys, {module}; print([name for name in {_HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
