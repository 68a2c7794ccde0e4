"""What a page's websocket carried, as the browser saw it: when a rerun was asked for, and when it ended."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Page
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

_BINARY = 2
_PATIENCE = 120.0
#: Seconds without a message after which a page is quiet.
_QUIET = 0.6


@dataclass(frozen=True)
class Rerun:
    """Seconds from the request to the server's word that the script has finished, and bytes received."""

    seconds: float
    received: int


@dataclass
class Wire:
    """Listens to a page through the browser's own clock, which waits for nobody."""

    page: Page
    asked: list[float] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)
    received: int = 0
    last: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        session = self.page.context.new_cdp_session(self.page)
        session.send("Network.enable")
        session.on("Network.webSocketFrameSent", self._sent)
        session.on("Network.webSocketFrameReceived", self._got)

    def _sent(self, event: dict) -> None:
        frame = event["response"]
        if frame["opcode"] != _BINARY:
            return
        message = BackMsg.FromString(base64.b64decode(frame["payloadData"]))
        if message.WhichOneof("type") == "rerun_script":
            self.asked.append(event["timestamp"])

    def _got(self, event: dict) -> None:
        self.last = time.monotonic()
        frame = event["response"]
        if frame["opcode"] != _BINARY:
            return
        data = base64.b64decode(frame["payloadData"])
        self.received += len(data)
        if ForwardMsg.FromString(data).WhichOneof("type") == "script_finished":
            self.ended.append(event["timestamp"])

    def rerun(self, act: Callable[[], object]) -> Rerun:
        """Do something on the page and return what the rerun that it asked for took.

        Raises
        ------
        TimeoutError
            Nothing was asked for, or no answer came, within two minutes.
        """
        self.wait_until_quiet()
        self.asked.clear()
        self.ended.clear()
        self.received = 0
        act()
        until = time.monotonic() + _PATIENCE
        while not (self.asked and any(end > self.asked[0] for end in self.ended)):
            if time.monotonic() > until:
                raise TimeoutError(f"No rerun within {_PATIENCE:g} s: {self.asked}, {self.ended}")
            self.page.wait_for_timeout(20)
        self.wait_until_quiet()
        return Rerun(max(self.ended) - self.asked[0], self.received)

    def wait_until_quiet(self) -> None:
        """Wait until nothing has come for a while."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() - self.last < _QUIET:
            if time.monotonic() > until:
                return
            self.page.wait_for_timeout(50)
