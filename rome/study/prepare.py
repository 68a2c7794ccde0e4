"""From a checked table to matrices: usable rows, outcome, split, design, observed groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rome.errors import ColumnError, OutcomeError, RomeError, nearest
from rome.groups import observed
from rome.runtime.random import stream_seed
from rome.settings.study import Settings
from rome.stats.bootstrap import Resampling
from rome.table.checks import check_table
from rome.table.design import Design
from rome.table.finding import Finding
from rome.table.outcome import OutcomeValues, outcome_values
from rome.table.prediction import prediction_values
from rome.table.roles import Roles
from rome.table.split import split_rows, usable_rows

#: Training rows of each of two outcomes, so that every fold of the validation has some.
_FEWEST_OF_EACH = 10


@dataclass(frozen=True)
class Prepared:
    """Matrices of the used rows, in file order; ``train`` and ``test`` are positions among them.

    ``prediction`` (n,) is that of the audited model; None where none was given.
    """

    index: np.ndarray
    X: np.ndarray
    y: np.ndarray
    weights: np.ndarray
    train: np.ndarray
    test: np.ndarray
    design: Design
    outcome: OutcomeValues
    left_out: Mapping[str, int]
    observed_group: np.ndarray
    observed_columns: tuple[str, ...]
    findings: tuple[Finding, ...]
    prediction: np.ndarray | None = None

    @property
    def is_test(self) -> np.ndarray:
        """Mask of the held-out rows, (n,)."""
        mask = np.zeros(len(self.y), dtype=bool)
        mask[self.test] = True
        return mask


def prepare(frame: pd.DataFrame, roles: Roles, settings: Settings) -> Prepared:
    """Check the table against its roles and turn it into matrices.

    Raises
    ------
    RomeError
        A column is missing, the outcome can't be modelled, or a finding forbids the study.
    """
    roles.validate(frame.columns)
    outcome = outcome_values(frame, roles)
    rows = usable_rows(frame, roles)
    findings = check_table(frame, roles)
    for finding in findings:
        if finding.severity == "error":
            where = f'Column "{finding.column}": ' if finding.column else ""
            raise RomeError(f"{where}{finding.what} {finding.remedy}")
    used = frame.iloc[rows.index]
    y = outcome.values[rows.index]
    strata = y if outcome.kind == "binary" else None
    split = split_rows(len(rows.index), settings.test_size, settings.random_state, strata=strata)
    _require_both_outcomes(outcome, roles.outcome, y[split.train])
    design = Design.fit(used.iloc[split.train], roles)
    is_train = np.ones(len(y), dtype=bool)
    is_train[split.test] = False
    audited = None
    if roles.prediction is not None:
        audited = prediction_values(frame, roles.prediction, outcome, roles.outcome).values[rows.index]
    labels, crossed = _observed(used, roles, settings, is_train, rows.weight)
    notes = (
        *_notes_on_design(design, used.iloc[split.test]),
        *_notes_on_observed(roles, settings, crossed),
        *_notes_on_intervals(len(split.test), settings),
    )
    return Prepared(
        index=rows.index,
        X=design.transform(used),
        y=y,
        # Only their proportions count: population weights and weights that sum to 1 are the same table.
        weights=rows.weight / rows.weight.mean(),
        train=split.train,
        test=split.test,
        design=design,
        outcome=outcome,
        left_out=rows.left_out,
        observed_group=labels,
        observed_columns=crossed,
        findings=(*findings, *notes),
        prediction=audited,
    )


def _require_both_outcomes(outcome: OutcomeValues, name: str, y: np.ndarray) -> None:
    if outcome.kind != "binary":
        return
    positive = int((y == 1).sum())
    rarer = min(positive, len(y) - positive)
    if rarer < _FEWEST_OF_EACH:
        raise OutcomeError(
            f'The rarer value of outcome column "{name}" has {rarer} of {len(y):,} training rows; a study '
            f"needs at least {_FEWEST_OF_EACH}.",
            "Add rows with this value, or choose another outcome.",
        )


def _observed(
    used: pd.DataFrame, roles: Roles, settings: Settings, is_train: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, tuple[str, ...]]:
    names = settings.observed if settings.observed is not None else roles.sensitive
    for name in names:
        if name not in used.columns:
            raise ColumnError(
                f'Column "{name}" of the observed grouping is not in the table '
                f"({used.shape[1]} columns).{nearest(name, used.columns)}"
            )
    columns = {name: used[name] for name in names}
    fixed = settings.observed is not None
    return observed(columns, is_train, settings.min_group_size, fixed, weights)


def _notes_on_design(design: Design, test: pd.DataFrame) -> tuple[Finding, ...]:
    """Say which columns carry nothing in the training rows and which levels only held-out rows hold."""
    dropped = [
        Finding("note", column, f'"{column}" is not in the model: {reason}.', "Nothing to do.")
        for column, reason in design.dropped.items()
    ]
    unseen = [
        Finding(
            "note",
            column,
            f'{sum(levels.values()):,} held-out rows have a level of "{column}" that no training row has.',
            "They are treated as its pooled or most frequent level.",
        )
        for column, levels in design.unseen(test).items()
    ]
    return (*dropped, *unseen)


def _notes_on_observed(roles: Roles, settings: Settings, crossed: tuple[str, ...]) -> tuple[Finding, ...]:
    left = [] if settings.observed is not None else [name for name in roles.sensitive if name not in crossed]
    return tuple(
        Finding(
            "note",
            name,
            f'The observed groups are not split by "{name}": their cells would fall under '
            f"{settings.min_group_size} held-out rows.",
            f'Look at it alone by naming it as the observed column ("{name}").',
        )
        for name in left
    )


def _notes_on_intervals(n_test: int, settings: Settings) -> tuple[Finding, ...]:
    """Say so where so many rows are held out that they are drawn again fewer times than asked."""
    drawn = _resampling(n_test, settings).n_resamples
    if drawn == settings.n_bootstrap:
        return ()
    what = (
        f"With {n_test:,} held-out rows, intervals rest on {drawn:,} resamples, not {settings.n_bootstrap:,}."
    )
    remedy = "Nothing to do; limits may wobble in their third digit. Hold out fewer rows for more resamples."
    return (Finding("note", None, what, remedy),)


def held_out_resampling(data: Prepared, settings: Settings) -> Resampling:
    """Return the resampling of the held-out rows that every reported interval shares."""
    return _resampling(len(data.test), settings)


def _resampling(n_test: int, settings: Settings) -> Resampling:
    seed = stream_seed(settings.random_state, "bootstrap")
    return Resampling.within_budget(n_test, settings.n_bootstrap, seed, settings.confidence)
