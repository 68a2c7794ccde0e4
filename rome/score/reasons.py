"""Why rows are unlike anything seen, in words, column by column for many rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pandas as pd

from rome.reference import ColumnReference, Strangeness
from rome.score.scorer import Scorer
from rome.table.columns import number_text, numbers

_MOST_SAID = 3

#: Places among the rows that are told (m,), and what is said of each (m,) of str.
Said = tuple[np.ndarray, np.ndarray]


def reasons_of(
    frame: pd.DataFrame, scorer: Scorer, strange: Strangeness, flags: dict[str, np.ndarray]
) -> np.ndarray:
    """Say of every flagged row why it is unlike anything seen: its own values, and the columns concerned.

    Parameters
    ----------
    frame : DataFrame of n rows
        The columns that the model reads.
    scorer : Scorer
    strange : Strangeness
        Of these rows.
    flags : dict of ndarray of bool, shape (n,)
        As ``Novelty.flags`` gives them.

    Returns
    -------
    ndarray of object, shape (n,)
        Empty texts where a row is not flagged.
    """
    texts, counts = np.full(len(frame), "", dtype=object), np.zeros(len(frame), dtype=int)
    for places, said in _of_columns(frame, scorer, strange):
        first, later = counts[places] == 0, (counts[places] > 0) & (counts[places] < _MOST_SAID)
        texts[places[first]] = said[first]
        texts[places[later]] = texts[places[later]] + "; " + said[later]
        counts[places] += 1
    more = np.flatnonzero(counts > _MOST_SAID)
    texts[more] = [f"{texts[place]}; and {counts[place] - _MOST_SAID} more" for place in more]
    far = np.flatnonzero(flags["far"] & (counts == 0))
    texts[far] = _combinations(scorer, strange.parts[far])
    return texts


def _of_columns(frame: pd.DataFrame, scorer: Scorer, strange: Strangeness) -> Iterator[Said]:
    """Yield what single columns have to say: new levels first, then numbers out of range."""
    columns, novelty = scorer.reference.columns, scorer.reference.novelty
    watched = [column for column in columns if column.column in novelty.watched]
    ranged = [column for column in columns if column.kind == "numeric" and column.knots]
    for k, column in enumerate(watched):
        places = np.flatnonzero(strange.unseen[:, k])
        if len(places):
            yield places, _each(column.spell(frame[column.column].iloc[places]), _new_level(column))
    beyond = strange.overshoot > novelty.range_limit
    for k, column in enumerate(ranged):
        places = np.flatnonzero(beyond[:, k])
        if len(places):
            yield places, _each(numbers(frame[column.column].iloc[places]), _out_of_range(column))


def _each(values: Sequence[object], say: Callable[[object], str]) -> np.ndarray:
    """Return what is said of each value, (m,) of object; the same value is worded once."""
    codes, distinct = pd.factorize(np.asarray(values))
    said = np.empty(len(distinct), dtype=object)
    said[:] = [say(value) for value in distinct]
    return said[codes]


def _new_level(column: ColumnReference) -> Callable[[object], str]:
    """Return what words a level that no training row had.

    A known level that differs in its case or spaces only was most likely meant, and is named.
    """
    folded = {level.strip().casefold(): level for level in column.counts}

    def say(value: object) -> str:
        known = folded.get(str(value).strip().casefold())
        meant = "" if known is None else f' (written "{known}" there)'
        return f'{column.column} is "{value}", which no training row had{meant}'

    return say


def _out_of_range(column: ColumnReference) -> Callable[[float], str]:
    """Return what words a number outside the training range."""
    ends = {True: f"above all training rows ({_short(column.high)})"}
    ends[False] = f"below all training rows ({_short(column.low)})"
    return lambda value: f"{column.column} is {_short(value)}, {ends[bool(value > column.high)]}"


def _short(value: float) -> str:
    """Write a number to six digits, whole ones whole."""
    return number_text(float(f"{value:.6g}"))


def _combinations(scorer: Scorer, parts: np.ndarray) -> np.ndarray:
    """Name for far rows the columns that their D² comes from most, given its ``parts`` (m, C)."""
    columns, novelty = scorer.reference.columns, scorer.reference.novelty
    named = novelty.far_places(parts)
    distinct, codes = np.unique(named, axis=0, return_inverse=True)
    said = np.empty(len(distinct), dtype=object)
    said[:] = [_combination([columns[place].column for place in line if place >= 0]) for line in distinct]
    return said[codes.ravel()]


def _combination(named: Sequence[str]) -> str:
    return f"an unusual combination, most of all of {' and '.join(named)}"
