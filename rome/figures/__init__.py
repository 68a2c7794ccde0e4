"""Figures of a study: a result in, a plotly figure out, and a table with the same content beside each."""

from rome.figures.canvas import alt_text, caption, empty, is_empty
from rome.figures.coefficients import coefficients, coefficients_table
from rome.figures.error_by_group import error_by_group, error_by_group_table
from rome.figures.evidence import (
    accounts,
    accounts_table,
    beside_verdict,
    selection,
    selection_of,
    selection_table,
    why_fewer,
)
from rome.figures.fit_curve import fit_curve, fit_curve_table
from rome.figures.group_map import group_map, group_map_table, selected_rows
from rome.figures.live_curve import live_curve
from rome.figures.movers import movers, movers_table
from rome.figures.path import path, path_table
from rome.figures.profile import profile, profile_table
from rome.figures.sizes import sizes, sizes_table
from rome.figures.theme import ACCENT, CONFIG, DARK, GREY, LIGHT, GroupStyle, group_style, themed
from rome.figures.worst_group import worst_group, worst_group_table

__all__ = [
    "ACCENT",
    "CONFIG",
    "DARK",
    "GREY",
    "LIGHT",
    "GroupStyle",
    "accounts",
    "accounts_table",
    "alt_text",
    "beside_verdict",
    "caption",
    "coefficients",
    "coefficients_table",
    "empty",
    "error_by_group",
    "error_by_group_table",
    "fit_curve",
    "fit_curve_table",
    "group_map",
    "group_map_table",
    "group_style",
    "is_empty",
    "live_curve",
    "movers",
    "movers_table",
    "path",
    "path_table",
    "profile",
    "profile_table",
    "selected_rows",
    "selection",
    "selection_of",
    "selection_table",
    "sizes",
    "sizes_table",
    "themed",
    "why_fewer",
    "worst_group",
    "worst_group_table",
]
