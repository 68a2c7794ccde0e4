"""Which family fits the groups of a study: lines (ROME-EM) or networks (ROME-MoE)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rome.errors import SettingError
from rome.settings.study import Settings
from rome.study.lines import fit_lines, fit_lines_fold, require_enough
from rome.study.networks import fit_networks, fit_networks_fold
from rome.study.prepare import Prepared
from rome.study.protocols import Curve, Fitted, FoldFit, Progress

FITTING = "Fitting the groups"


def check_family(settings: Settings, scheduler: str | None) -> None:
    """Raise ``SettingError`` where the workers of a scheduler are to train networks."""
    if settings.family == "moe" and scheduler is not None:
        raise SettingError(
            'A scheduler fits groups of lines; networks (family "moe") are trained here. Leave the '
            'scheduler out, or choose family "em".'
        )


def fit_groups(
    data: Prepared, settings: Settings, progress: Progress, curve: Curve | None, scheduler: str | None = None
) -> Fitted:
    """Fit the groups, and what they are compared with, to the training rows.

    Parameters
    ----------
    data : Prepared
    settings : Settings
        With the number of groups decided.
    progress : callable
        Called with (share of this work, what is being done); an exception it raises ends the work.
    curve : callable or None
        Called with (iteration, penalised log-likelihood), or (epoch, objective on held-back rows).
    scheduler : str or None
        As in ``rome.study.run``.
    """
    require_enough(data, settings, data.weights[data.train])
    if settings.family == "moe":
        return fit_networks(data, settings, progress, curve)

    def each(iteration: int, objective: float) -> None:
        progress(_BEGUN, FITTING)
        if curve is not None:
            curve(iteration, objective)

    return fit_lines(data, settings, each, scheduler)


#: How many iterations a fit of lines takes isn't known before its end.
_BEGUN = 0.15


def fit_fold(
    data: Prepared, settings: Settings, rows: np.ndarray, progress: Callable[[float], None]
) -> FoldFit:
    """Fit the groups and the pooled model to the rows of one fold of the validation."""
    if settings.family == "moe":
        return fit_networks_fold(data, settings, rows, progress)
    return fit_lines_fold(data, settings, rows)
