"""The reference of a study, learnt once with it and kept beside its model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pandas as pd

from rome.errors import StoreError
from rome.groups.cells import ColumnCells
from rome.reference.columns import ColumnReference, reference_column
from rome.reference.novelty import Novelty, fit_novelty
from rome.serialize.codec import from_plain
from rome.serialize.document import Document
from rome.table.columns import levels
from rome.table.design import Design

REFERENCE_SCHEMA = "rome.reference/1"
#: Rows from which distances, and from which their limits, are learnt at most, spread evenly over the table.
_MOST_ROWS = 100_000
_ARRAYS = ("centre", "precision")
_DOCUMENT = Document(REFERENCE_SCHEMA, "reference", "make the study again.", has_arrays=True)


@dataclass(frozen=True)
class Reference:
    """What new rows are held against.

    Attributes
    ----------
    columns : tuple of ColumnReference
        Features, then sensitive columns, those that the model doesn't use included.
    cells : tuple of ColumnCells
        The columns that are crossed into observed groups.
    outcome_levels : tuple of str
        The levels of a binary outcome that count as 0 and as 1; empty for a quantity.
    novelty : Novelty
    """

    columns: tuple[ColumnReference, ...]
    cells: tuple[ColumnCells, ...]
    outcome_levels: tuple[str, ...]
    novelty: Novelty

    def column(self, name: str) -> ColumnReference:
        """Return the reference of the column ``name``."""
        return next(column for column in self.columns if column.column == name)

    def observed(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the observed group of every row, (n,) of str."""
        labels: np.ndarray | None = None
        for cells in self.cells:
            level = cells.label(frame[cells.column])
            labels = level if labels is None else np.char.add(np.char.add(labels, " · "), level)
        return np.full(len(frame), "everybody") if labels is None else labels

    def save(self, folder: Path) -> None:
        """Write ``reference.json`` and ``reference.safetensors`` into ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        novelty = {each.name: getattr(self.novelty, each.name) for each in fields(Novelty)}
        arrays = {name: novelty.pop(name) for name in _ARRAYS}
        names = ("columns", "cells", "outcome_levels")
        body = {name: getattr(self, name) for name in names} | {"novelty": novelty}
        _DOCUMENT.write(folder / "reference.json", body, arrays)

    @classmethod
    def load(cls, folder: Path) -> Reference:
        """Read what ``save`` wrote.

        Raises
        ------
        StoreError
            The study has no reference, because an older version made it, or a damaged one.
        """
        if not (folder / "reference.json").is_file():
            raise StoreError(
                "This study was made by a version that kept nothing of its training rows to hold new rows "
                "against. Its results can be read as before; make the study again to score rows with it."
            )
        with _DOCUMENT.damage(folder / "reference.json"):
            plain, arrays = _DOCUMENT.load(folder / "reference.json")
            columns = from_plain(tuple[ColumnReference, ...], plain["columns"], "columns")
            for column in columns:
                _require_consistent(column)
            return cls(
                columns,
                from_plain(tuple[ColumnCells, ...], plain["cells"], "cells"),
                from_plain(tuple[str, ...], plain["outcome_levels"], "outcome_levels"),
                _novelty(plain["novelty"], arrays),
            )


def _require_consistent(column: ColumnReference) -> None:
    """Raise unless a column's counts are of its rows and its knots rise, each with both of its shares."""
    counted = sum(column.counts.values()) if column.kind == "levels" else column.known
    if not 0 <= column.missing <= column.rows or counted != column.known:
        raise StoreError(f'the counts of "{column.column}" don\'t add up to its {column.rows} rows')
    if column.kind == "levels":
        return
    lengths = {len(column.knots), len(column.below), len(column.upto)}
    if len(lengths) > 1 or bool(column.knots) != bool(column.known) or (np.diff(column.knots) <= 0).any():
        raise StoreError(f'the knots of "{column.column}" are damaged')


def _novelty(values: dict, arrays: dict[str, np.ndarray]) -> Novelty:
    q = len(arrays["centre"])
    if arrays["precision"].shape != (q, q):
        raise StoreError(f'"precision" has the shape {arrays["precision"].shape}, not {(q, q)}')
    kinds = {"rate": float, "held_out": int, "range_limit": float, "far_limit": float}
    plain = {name: from_plain(kind, values[name], name) for name, kind in kinds.items()}
    watched = from_plain(tuple[str, ...], values["watched"], "watched")
    return Novelty(**plain, watched=watched, **{name: arrays[name] for name in _ARRAYS})


def reference_of(
    frame: pd.DataFrame,
    design: Design,
    X: np.ndarray,
    index: np.ndarray,
    train: np.ndarray,
    test: np.ndarray,
    *,
    outcome: str,
    positive: str | None,
    observed_columns: Sequence[str],
) -> Reference:
    """Learn the reference of a study.

    Parameters
    ----------
    frame : DataFrame
        The whole table.
    design : Design
    X : ndarray of shape (n, p)
        The design of the used rows, whose positions in ``frame`` are ``index`` (n,).
    train, test : ndarray of int
        Positions among the used rows.
    outcome : str
        The outcome column.
    positive : str or None
        The level of a binary outcome that counts as 1.
    observed_columns : sequence of str
    """
    training = index[train]
    columns = tuple(
        reference_column(frame[coding.column].iloc[training], coding.kind) for coding in design.codings
    )
    parts = []
    for rows in (train, test):
        some = rows[np.linspace(0, len(rows) - 1, min(len(rows), _MOST_ROWS)).astype(int)]
        parts.append((frame.iloc[index[some]], X[some]))
    cells = tuple(ColumnCells.fit(name, frame[name].iloc[training]) for name in observed_columns)
    return Reference(
        columns,
        cells,
        _outcome_levels(frame[outcome].iloc[index], positive),
        fit_novelty(columns, design, *parts),
    )


def _outcome_levels(series: pd.Series, positive: str | None) -> tuple[str, ...]:
    if positive is None:
        return ()
    known = levels(series).dropna().unique()
    return (next(str(level) for level in known if level != positive), positive)
