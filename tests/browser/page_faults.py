"""What a page must never do: raise, write an error to the console, or ask another host."""

from __future__ import annotations

from urllib.parse import urlsplit


def watch(page, faults: list[str]) -> None:
    """Note every error of a page, and everything that it asks of another host."""
    page.on("pageerror", lambda error: faults.append(f"page error: {error}"))
    page.on("console", lambda said: _note_error(said, faults))
    page.on("request", lambda request: _stay_here(request.url, faults))
    page.on("websocket", lambda socket: _stay_here(socket.url, faults))


def _note_error(said, faults: list[str]) -> None:
    # On an address with a page in it, Streamlit asks for its own endpoints below that page first.
    is_probe = "404" in said.text and "/_stcore/" in said.location.get("url", "")
    if said.type == "error" and not is_probe:
        faults.append(f"{said.text} {said.location.get('url', '')}")


def _stay_here(url: str, faults: list[str]) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
        faults.append(f"asked another host: {url[:200]}")
