"""How page tests drive the app and read what it says."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

APP = Path(__file__).resolve().parents[2] / "dashboard" / "app.py"


def start(link: str | None = None) -> AppTest:
    """Open the app, by the link of a study if one is given."""
    at = AppTest.from_file(APP, default_timeout=240)
    if link is not None:
        at.query_params["study"] = link
    return healthy(at.run())


def go(at: AppTest, page: str) -> AppTest:
    """Go to a page as its link in the sidebar does."""
    at.switch_page(f"screens/{page}/page.py")
    return healthy(at.run())


def press(at: AppTest, key: str) -> AppTest:
    """Press a button."""
    return healthy(at.button(key=key).click().run())


def upload(at: AppTest, name: str, content: bytes) -> AppTest:
    """Drop a file on the Data page."""
    return healthy(at.file_uploader[0].set_value((name, content, "text/csv")).run())


def healthy(at: AppTest) -> AppTest:
    """Return the app, unless its last run raised."""
    assert not at.exception, [element.value for element in at.exception]
    return at


def address(at: AppTest) -> str | None:
    """Return the study that the page's address names."""
    named = at.query_params.get("study")
    return named[0] if isinstance(named, list) else named


def words(at: AppTest) -> str:
    """Return what the page says, with Markdown's escapes taken away."""
    said = [*at.title, *at.subheader, *at.markdown, *at.caption, *at.error, *at.info]
    return "\n".join(str(element.value).replace("\\", "") for element in said)


def charts(at: AppTest) -> int:
    """Return how many figures the page shows."""
    return len(at.get("plotly_chart"))


def primary(at: AppTest) -> list[str]:
    """Return the labels of the page's primary buttons, of both kinds."""
    buttons = [*at.button, *at.get("download_button")]
    return [button.proto.label for button in buttons if button.proto.type == "primary"]
