"""The tap on the line between browser and server: it passes everything on and times what it should."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from benchmarks.tap import tapped

_SLOW = 0.2


@pytest.fixture
def server():
    """A server that answers every message after a moment with the message, twice."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        connection, _ = listener.accept()
        with connection:
            while message := connection.recv(4096):
                time.sleep(_SLOW)
                connection.sendall(message * 2)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    listener.close()
    thread.join(5)


def _ask(line: socket.socket, message: bytes) -> bytes:
    line.sendall(message)
    got = b""
    while len(got) < 2 * len(message):
        got += line.recv(4096)
    return got


@pytest.mark.parametrize(
    ("hello", "is_timed"),
    [(b"GET /_stcore/stream HTTP/1.1\r\n\r\n", True), (b"GET /static/x.js\r\n\r\n", False)],
)
def test_it_passes_bytes_on_and_times_websockets_only(server, hello, is_timed):
    with tapped(server) as tap:
        port = int(tap.address.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as line:
            assert _ask(line, hello) == hello * 2
            tap.forget()
            message = b"a message of some length"
            assert _ask(line, message) == message * 2
            if is_timed:
                assert _SLOW <= tap.seconds() < _SLOW + 2
            else:
                with pytest.raises(IndexError):
                    tap.seconds()
