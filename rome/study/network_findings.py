"""What an analyst should know of a study with neural groups, beside its errors."""

from __future__ import annotations

import numpy as np

from rome.baselines import Pooled
from rome.robust.path import FEWEST_GUARDED_ROWS
from rome.settings.study import Settings
from rome.stats.estimate import Estimate
from rome.study.networks import FittedNetworks
from rome.study.prepare import Prepared, held_out_resampling
from rome.study.validation import group_names, mean_with_interval
from rome.table.finding import Finding

#: Training was cut off where its last part still gained so much, in the objective of standardised outcomes.
_LATE, _STILL_GAINED = 0.9, 0.01


def network_findings(data: Prepared, settings: Settings, fitted: FittedNetworks) -> tuple[Finding, ...]:
    """Say whether networks beat lines, whether training ended too early, and which groups are too small."""
    return (*_against_lines(data, settings, fitted), *_cut_off(fitted), *_unguarded(data, settings, fitted))


def _against_lines(data: Prepared, settings: Settings, fitted: FittedNetworks) -> tuple[Finding, ...]:
    """Compare one network with one line on held-out rows, without any groups: are bends worth it?"""
    index, kind = data.design.expert_index, data.outcome.kind
    line = Pooled(kind).fit(data.X[data.train][:, index], data.y[data.train], data.weights[data.train])
    X, y = data.X[data.test], data.y[data.test]
    straight, bent = line.predict(X[:, index]), fitted.predict_pooled(X)
    resampling = held_out_resampling(data, settings)
    change = mean_with_interval((y - bent) ** 2 - (y - straight) ** 2, data.weights[data.test], resampling)
    name = "one logistic curve" if kind == "binary" else "one straight line"
    return (_said(change, name),)


def _said(change: Estimate, line: str) -> Finding:
    if change.high < 0:
        what = f"One network predicts held-out rows better than {line} does: the outcome bends."
        return Finding("note", None, what, "Nothing to do; groups of lines (ROME-EM) would miss the bends.")
    remedy = "Run the same study with lines (ROME-EM) too: it is simpler, and its groups can be read."
    if change.low > 0:
        return Finding("warning", None, f"One network predicts held-out rows worse than {line} does.", remedy)
    what = f"One network predicts held-out rows about as well as {line} does: no bends show."
    return Finding("note", None, what, remedy)


def _cut_off(fitted: FittedNetworks) -> tuple[Finding, ...]:
    record = fitted.training
    last = round((1 - _LATE) * record.epoch_limit)
    # Without rows held back every value of ``validation`` is NaN.
    reached = record.validation if record.validation_rows else record.train
    earlier = reached[: len(reached) - last]
    if record.stopped_early or not earlier or not min(earlier) - min(reached) > _STILL_GAINED:
        return ()
    what = f"The networks still improved when training ended, after {record.epoch_limit} epochs."
    return (Finding("warning", None, what, "Allow more epochs, or a higher learning rate."),)


def _unguarded(data: Prepared, settings: Settings, fitted: FittedNetworks) -> tuple[Finding, ...]:
    """Name the groups that too few rows belong to for the DRO strength to move them."""
    rows = fitted.training.validation_rows or len(data.train)
    few = fitted.path.shares * rows < FEWEST_GUARDED_ROWS
    if settings.predictor != "gated" or settings.n_groups == 1 or not few.any():
        return ()
    named = " and ".join(np.array(group_names(settings.n_groups))[few])
    what = f"{named} holds under {FEWEST_GUARDED_ROWS} of the {rows} rows on which the DRO strength is set."
    remedy = "The DRO strength leaves its share as it is. Use fewer groups, or more rows."
    return (Finding("warning", None, what, remedy),)
