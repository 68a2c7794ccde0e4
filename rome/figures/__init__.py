"""Figures of a study: a result in, a plotly figure out, and a table with the same content beside each."""

from rome.figures.against_others import against_others, against_others_table
from rome.figures.average_and_worst import average_and_worst
from rome.figures.candidates import candidates_table
from rome.figures.canvas import alt_text, caption, is_empty
from rome.figures.coefficients import coefficients, coefficients_table, membership_table
from rome.figures.cohorts import cohort_errors, cohort_errors_table, rows_errors_table
from rome.figures.decisions import (
    Decided,
    calibrated_model,
    calibration_curves,
    calibration_table,
    decided,
    deciding_models,
    decision_rates,
    decision_rates_table,
    gaps_table,
)
from rome.figures.error_by_group import error_by_group, error_by_group_table
from rome.figures.evidence import (
    beside_verdict,
    null_models,
    null_models_table,
    selection,
    selection_curves,
    selection_of,
    selection_table,
    why_fewer,
)
from rome.figures.failed import failed, failed_table
from rome.figures.fit_curve import fit_curve, fit_curve_table, live_curve
from rome.figures.group_map import group_map, group_map_table, selected_rows
from rome.figures.outcome_overview import outcome_by_attribute, outcome_overview_table, outcome_spread
from rome.figures.overlap import overlap, overlap_measures, overlap_sentence, overlap_table
from rome.figures.paint import Paint, column_paint, error_paint
from rome.figures.partial_effects import partial_effects, partial_effects_table
from rome.figures.path import path, path_table
from rome.figures.profile import profile, profile_of_rows, profile_table, profile_table_of
from rome.figures.scored import (
    column_shifts_table,
    prediction_decimals,
    rounded_predictions,
    score_errors,
    score_errors_table,
    score_shares,
    score_shares_table,
)
from rome.figures.sizes import sizes, sizes_table
from rome.figures.theme import ACCENT, CONFIG, DARK, GREY, LIGHT, dress, group_style, themed
from rome.figures.what_if import what_if_membership, what_if_predictions, what_if_table
from rome.figures.why import contributions_chart, contributions_table
from rome.figures.worst_group import worst_group, worst_group_table

__all__ = [
    "ACCENT",
    "CONFIG",
    "DARK",
    "GREY",
    "LIGHT",
    "Decided",
    "Paint",
    "against_others",
    "against_others_table",
    "alt_text",
    "average_and_worst",
    "beside_verdict",
    "calibrated_model",
    "calibration_curves",
    "calibration_table",
    "candidates_table",
    "caption",
    "coefficients",
    "coefficients_table",
    "cohort_errors",
    "cohort_errors_table",
    "column_paint",
    "column_shifts_table",
    "contributions_chart",
    "contributions_table",
    "decided",
    "deciding_models",
    "decision_rates",
    "decision_rates_table",
    "dress",
    "error_by_group",
    "error_by_group_table",
    "error_paint",
    "failed",
    "failed_table",
    "fit_curve",
    "fit_curve_table",
    "gaps_table",
    "group_map",
    "group_map_table",
    "group_style",
    "is_empty",
    "live_curve",
    "membership_table",
    "null_models",
    "null_models_table",
    "outcome_by_attribute",
    "outcome_overview_table",
    "outcome_spread",
    "overlap",
    "overlap_measures",
    "overlap_sentence",
    "overlap_table",
    "partial_effects",
    "partial_effects_table",
    "path",
    "path_table",
    "prediction_decimals",
    "profile",
    "profile_of_rows",
    "profile_table",
    "profile_table_of",
    "rounded_predictions",
    "rows_errors_table",
    "score_errors",
    "score_errors_table",
    "score_shares",
    "score_shares_table",
    "selected_rows",
    "selection",
    "selection_curves",
    "selection_of",
    "selection_table",
    "sizes",
    "sizes_table",
    "themed",
    "what_if_membership",
    "what_if_predictions",
    "what_if_table",
    "why_fewer",
    "worst_group",
    "worst_group_table",
]
