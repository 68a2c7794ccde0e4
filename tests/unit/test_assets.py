"""The project's own marks and settings: local, complete, of the sizes that are asked for."""

from __future__ import annotations

import re
import struct
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

from rome.figures.theme import DARK, LIGHT, group_style

_ROOT = Path(__file__).resolve().parents[2]
_CONFIG = tomllib.loads((_ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "side"), [("icon.png", 256), ("icon_32.png", 32)])
def test_icons_are_square_png_with_transparent_corners(name, side):
    content = (_ROOT / "assets" / name).read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, _, colour_type = struct.unpack(">IIBB", content[16:26])
    assert (width, height) == (side, side)
    assert colour_type == 6


@pytest.mark.parametrize("name", ["icon.svg", "logo.svg", "logo_dark.svg"])
def test_drawings_are_named_and_refer_to_nothing_outside(name):
    text = (_ROOT / "assets" / name).read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    assert root.attrib["aria-label"] == "ROME Studio"
    assert not re.search(r"href|url\(|<image|<script|<text|font", text)
    assert set(re.findall(r"https?://[^\"' ]+", text)) == {"http://www.w3.org/2000/svg"}


def test_the_dashboard_listens_locally_and_tells_nobody():
    assert _CONFIG["server"]["address"] == "127.0.0.1"
    assert _CONFIG["server"]["maxUploadSize"] == 500
    assert _CONFIG["browser"]["gatherUsageStats"] is False


def test_no_redraw_waits_for_a_full_collection_of_garbage():
    assert _CONFIG["runner"]["postScriptGC"] is False


@pytest.mark.parametrize(("name", "palette"), [("light", LIGHT), ("dark", DARK)])
def test_the_dashboards_theme_is_that_of_the_figures(name, palette):
    theme = _CONFIG["theme"][name]
    assert theme["backgroundColor"] == palette.background
    assert theme["secondaryBackgroundColor"] == palette.surface
    assert theme["textColor"] == palette.text
    assert theme["chartCategoricalColors"] == [group_style(index).colour for index in range(6)]


def test_no_font_is_fetched():
    text = (_ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    assert "http" not in text
    assert "fontFaces" not in text


def test_streamlit_knows_every_setting():
    from streamlit import config

    known = set(config.get_config_options())
    for section, values in _CONFIG.items():
        for key, value in values.items():
            names = [f"{section}.{key}.{inner}" for inner in value] if isinstance(value, dict) else []
            for name in names or [f"{section}.{key}"]:
                assert any(option == name or option.startswith(f"{name}.") for option in known), name
