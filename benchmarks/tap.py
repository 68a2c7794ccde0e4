"""A tap on the line between browser and server: when a page asked for something, and when the answer ended.

A browser's own clock can't say that: it notes a message when it gets to it, which is after it has drawn the
messages before.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

_CHUNK = 1 << 16
#: How the request begins that becomes a page's websocket, and the most bytes of a sign of life on it.
_WEBSOCKET, _PING = b"GET /_stcore/stream", 16


class Tap:
    """Passes bytes on between browsers and a server, and notes when they passed on the pages' websockets."""

    def __init__(self, port: int) -> None:
        self._server = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._asked: list[float] = []
        self._answered: list[float] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def forget(self) -> None:
        """Forget what passed so far."""
        self._asked.clear()
        self._answered.clear()

    def seconds(self) -> float:
        """Return the seconds from the first request to the last byte of the answer since ``forget``."""
        return self._answered[-1] - self._asked[0]

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        # Ends with ``close``.
        with contextlib.suppress(OSError):
            while True:
                browser, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(browser,), daemon=True).start()

    def _serve(self, browser: socket.socket) -> None:
        with browser, contextlib.suppress(OSError), socket.create_connection(self._server) as server:
            first = browser.recv(_CHUNK)
            server.sendall(first)
            noted = first.startswith(_WEBSOCKET)
            back = (server, browser, self._answered if noted else [])
            threading.Thread(target=_pass_on, args=back, daemon=True).start()
            _pass_on(browser, server, self._asked if noted else [])


def _pass_on(source: socket.socket, target: socket.socket, times: list[float]) -> None:
    """Pass bytes on until either side ends, noting when."""
    with contextlib.suppress(OSError):
        while chunk := source.recv(_CHUNK):
            # Before it is passed on, which may have to wait for whoever takes it.
            if len(chunk) > _PING:
                times.append(time.monotonic())
            target.sendall(chunk)
    for each in (source, target):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def tapped(address: str) -> Iterator[Tap]:
    """Tap the line to the server at ``address``."""
    tap = Tap(int(address.rpartition(":")[2]))
    try:
        yield tap
    finally:
        tap.close()
