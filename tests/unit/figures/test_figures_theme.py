"""One look: fixed group colours, readable on light and dark, and nothing fetched."""

from __future__ import annotations

import plotly.io as pio
import pytest
from results_factory import make_result

from rome import figures
from rome.figures import ACCENT, CONFIG, DARK, GREY, LIGHT, group_style, themed


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(first: str, second: str) -> float:
    dark, light = sorted((_luminance(first), _luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def test_the_first_groups_have_okabe_and_itos_colours_in_the_agreed_order():
    colours = [group_style(index).colour for index in range(6)]
    assert colours == ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"]


def test_twelve_groups_differ_in_symbol_and_glyph():
    styles = [group_style(index) for index in range(12)]
    assert len({style.symbol for style in styles}) == 12
    assert len({style.glyph for style in styles}) == 12
    assert styles[6].colour == styles[0].colour


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_text_has_aa_contrast(palette):
    for background in (palette.background, palette.surface):
        assert _contrast(palette.text, background) >= 4.5
        assert _contrast(palette.muted, background) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("colour", [ACCENT, GREY])
def test_markers_have_graphic_contrast(palette, colour):
    assert _contrast(colour, palette.background) >= 3


def test_every_group_is_outlined_or_filled_with_enough_contrast():
    for index in range(6):
        style = group_style(index)
        for palette in (LIGHT, DARK):
            assert max(_contrast(part, palette.background) for part in (style.colour, style.edge)) >= 3


def test_both_templates_are_registered_and_the_default_is_left_alone():
    assert {"rome", "rome_dark"} <= set(pio.templates)
    assert pio.templates.default != "rome"


def test_a_theme_changes_the_template_and_not_the_data():
    figure = figures.path(make_result())
    dark = themed(figure, dark=True)
    assert dark.layout.template.layout.font.color == DARK.text
    assert figure.layout.template.layout.font.color == LIGHT.text
    assert dark.data == figure.data


def test_a_figure_is_dressed_in_the_dark_theme_itself_and_left_light_without_a_copy():
    figure = figures.path(make_result())
    figures.dress(figure)
    assert figure.layout.template.layout.font.color == LIGHT.text
    figures.dress(figure, dark=True)
    assert figure.layout.template.layout.font.color == DARK.text
    assert themed(figure).layout.template.layout.font.color == LIGHT.text


def test_a_legend_lies_clear_of_the_toolbar():
    figure = figures.error_by_group(make_result(), "latent", 0.3)
    assert figure.layout.showlegend is not False
    # The toolbar takes 30 pixels, one line of legend 20.
    assert figure.layout.margin.t >= 50


def test_plotly_is_told_to_upload_nothing_and_typeset_nothing():
    assert CONFIG["plotlyServerURL"] == ""
    assert CONFIG["showSendToCloud"] is False
    assert CONFIG["displaylogo"] is False
    assert CONFIG["typesetMath"] is False
