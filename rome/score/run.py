"""A table and a study go in, a ``ScoredTable`` comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy.stats import betabinom

from rome.errors import TooFewRowsError
from rome.score.columns import fitting_columns, known_outcome
from rome.score.result import Novel, ScoredTable
from rome.score.rows import score_rows
from rome.score.scorer import Scorer
from rome.score.scores import group_scores
from rome.score.shifts import column_shifts, share_shifts
from rome.stats.estimate import Estimate
from rome.stats.shares import wilson
from rome.table.finding import Finding, by_severity, some
from rome.table.reading.read import Table

#: Called with (share done in [0, 1], what is being done).
Progress = Callable[[float, str], None]
_ROWS_SHARE = 0.7


def score(table: Table, scorer: Scorer, progress: Progress | None = None) -> ScoredTable:
    """Hold a table against a stored study.

    Every row is scored, in the table's order: rows with missing values are filled as in training, and named.
    Rows without a positive weight, where the study has weights, count in no share and no error.

    Parameters
    ----------
    table : Table
        As ``rome.table.read_table`` gives it.
    scorer : Scorer
        As ``load_scorer`` gives it.
    progress : callable or None

    Raises
    ------
    ColumnError
        Columns that the model needs are missing, or hold another kind of values than in the study.
    TooFewRowsError
        The table has no row.
    """
    report = progress or (lambda share, what: None)
    if not len(table.frame):
        raise TooFewRowsError(f'"{table.name}" has no row to score. Choose a file with rows.')
    study = scorer.study
    fitting = fitting_columns(table.frame, scorer)
    known = known_outcome(table.frame, scorer)
    rows, reasons = score_rows(
        fitting.frame, scorer, known, lambda share: report(_ROWS_SHARE * share, "Scoring the rows")
    )
    report(_ROWS_SHARE, "Comparing the columns with the training rows")
    shifts = column_shifts(fitting.frame, scorer)
    report(0.8, "Scoring the groups")
    same = table.fingerprint == study.data.fingerprint
    # Observed groups may be crossed from columns that the model doesn't read, and that may be absent.
    crossed = [cells.column for cells in scorer.reference.cells]
    errors = group_scores(table.frame.reindex(columns=crossed), rows, known, scorer)
    report(1.0, "Done")
    return ScoredTable(
        study_id=study.study_id,
        study_name=study.data.name,
        name=table.name,
        fingerprint=table.fingerprint,
        group_names=scorer.group_names,
        strength=study.dro.strength,
        confidence=study.settings.confidence,
        min_group_size=study.settings.min_group_size,
        metric=study.metric,
        same_table=same,
        novel=_novel(rows.flagged, reasons, scorer),
        shares=share_shifts(rows, scorer) if (rows.weight > 0).any() else (),
        columns=shifts,
        errors=errors,
        findings=by_severity(
            (
                *_on_table(same, scorer),
                *_not_crossed(table, crossed),
                *table.findings,
                *fitting.findings,
                *known.findings,
            )
        ),
        rows=rows,
    )


def _on_table(same: bool, scorer: Scorer) -> tuple[Finding, ...]:
    if not same:
        return ()
    what = "This is the very table that the study was made of, and most of its rows are training rows."
    remedy = "Errors on them flatter: the Compare page has those on held-out rows only."
    return (Finding("warning", None, what, remedy),)


def _not_crossed(table: Table, crossed: Sequence[str]) -> tuple[Finding, ...]:
    """Say which columns of the observed groups the table lacks."""
    absent = [name for name in crossed if name not in table.frame.columns]
    if not absent:
        return ()
    what = f"Observed groups are crossed from {some(absent)}, not in the table: every row counts as missing."
    return (Finding("warning", None, what, "Add the column, if errors by observed group matter."),)


def _novel(flagged: np.ndarray, reasons: Mapping[str, int], scorer: Scorer) -> Novel:
    """Count the flagged rows, and say whether they are more than the study's own limits let through.

    A limit that is the k-th largest of m held-out scores lets a share through that is Beta(k, m + 1 - k)
    distributed, with mean k/(m + 1): it is known to be ``rate`` on average only. So the count among n rows is
    beta-binomial; a binomial one would call large tables strange for the luck of the limits.
    """
    count, rate = int(flagged.sum()), scorer.reference.novelty.rate
    confidence = scorer.study.settings.confidence
    share = count / len(flagged)
    by_chance = many_flagged(count, len(flagged), rate, scorer.reference.novelty.held_out)
    return Novel(
        count,
        Estimate(share, *wilson(share, len(flagged), confidence)),
        dict(reasons),
        rate,
        by_chance < 1 - confidence,
    )


def many_flagged(count: int, rows: int, rate: float, held_out: int) -> float:
    """Return the p-value of ``count`` flags or more among ``rows`` rows like the study's.

    ``rate`` is the share that is flagged on average, with limits taken on ``held_out`` rows.
    """
    if rate >= 1:
        return 1.0
    scores = held_out + 1
    return float(betabinom.sf(count - 1, rows, rate * scores, (1 - rate) * scores))
