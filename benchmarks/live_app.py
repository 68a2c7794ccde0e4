"""The dashboard as people meet it: a real server on this computer's own address, and a real browser."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_STARTS_WITHIN = 60.0
_ENDS_WITHIN = 10.0
#: Chromium as root, in a container, without a GPU and with a small /dev/shm.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--force-color-profile=srgb",
]


@contextlib.contextmanager
def live_app(studies: Path, log: Path, script: Path | None = None) -> Iterator[str]:
    """Run ``streamlit run dashboard/app.py`` on a free port; yield its address; end it by its process.

    Parameters
    ----------
    studies : Path
        Where finished studies are kept.
    log : Path
        File for what the server says.
    script : Path, optional
        Another app to run in place of the dashboard.

    Raises
    ------
    RuntimeError
        The server ended, or did not answer within a minute.
    """
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    with log.open("w") as output:
        server = subprocess.Popen(
            _command(port, script),
            cwd=_ROOT,
            env=os.environ | {"ROME_STUDIES": str(studies)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(server, address, log)
            yield address
        finally:
            _end(server)


def _command(port: int, script: Path | None) -> list[str]:
    options = [f"--server.port={port}", "--server.address=127.0.0.1", "--server.fileWatcherType=none"]
    return [sys.executable, "-m", "streamlit", "run", str(script or "dashboard/app.py"), *options]


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"The server ended with status {server.returncode}:\n{log.read_text()}")
        if _answers(f"{address}/_stcore/health"):
            return
        time.sleep(0.1)
    raise RuntimeError(f"The server did not answer within {_STARTS_WITHIN:g} s:\n{log.read_text()}")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(_ENDS_WITHIN)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
