"""From columns to the matrix that models see: fitted on training rows, applied to any rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import pandas as pd

from rome.errors import ColumnError, TooFewRowsError
from rome.table.coding import Coding, code_levels, code_numbers
from rome.table.columns import is_numeric, require_column
from rome.table.roles import Roles


@dataclass(frozen=True)
class Term:
    """One column of the design.

    ``kind`` is "numeric" (standardised by ``mean`` and ``scale``, the training mean and SD), "level" (0/1,
    ``level`` None for the pooled other levels) or "missing" (0/1); 0/1 terms have mean 0 and scale 1.
    ``sensitive`` marks a sensitive column's term, ``expert`` one that the outcome model sees, ``gate``
    one that moves membership.
    """

    name: str
    column: str
    kind: Literal["numeric", "level", "missing"]
    level: str | None
    mean: float
    scale: float
    sensitive: bool
    expert: bool
    gate: bool


@dataclass(frozen=True)
class Design:
    """Plain data that turns a table into the models' matrix; fitted once, on the training rows.

    Numbers are standardised, a missing number takes the mean and, when at least ``rare_level_rows``
    training rows miss it, has a 0/1 term that says so. Text is one 0/1 term a level, the most frequent
    level being the reference without a term; levels with fewer than ``rare_level_rows`` training rows, or
    beyond the ``max_levels`` most frequent, are pooled into "other levels". Pools with too few rows have
    no term: their rows count as the reference. A level that training never held goes where the pooled
    levels go, and ``unseen`` counts it. Constant columns give no term and are listed in ``dropped``.
    Exactly collinear terms are kept.
    """

    terms: tuple[Term, ...]
    codings: tuple[Coding, ...]

    @classmethod
    def fit(
        cls, frame: pd.DataFrame, roles: Roles, *, rare_level_rows: int = 10, max_levels: int = 20
    ) -> Design:
        """Learn the design of ``frame``, which must hold the training rows only.

        Raises
        ------
        ColumnError
            A column of the roles is not in the table, or no column gives a term where one is needed.
        TooFewRowsError
            There is no row.
        """
        roles.validate(frame.columns)
        if not len(frame):
            raise TooFewRowsError("There is no training row to learn from. Add rows to the table.")
        codings = tuple(
            code_numbers(frame[name], rare_level_rows)
            if is_numeric(frame[name])
            else code_levels(frame[name], rare_level_rows, max_levels)
            for name in (*roles.features, *roles.sensitive)
        )
        design = cls(_with_unique_names(_terms(codings, roles)), codings)
        design._require_both_sides()
        return design

    def transform(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the terms of any rows, float64 of shape (n, p), all finite.

        Raises
        ------
        ColumnError
            A column that the design was fitted on is not in the table.
        """
        blocks = [coding.encode(require_column(frame, coding.column)) for coding in self.codings]
        return np.ascontiguousarray(np.column_stack(blocks))

    def unseen(self, frame: pd.DataFrame) -> dict[str, dict[str, int]]:
        """Count, by column and level, the rows with a level that training never held.

        For a numeric column: the texts that are no number, which are taken as missing.
        """
        counts = {c.column: c.unseen(require_column(frame, c.column)) for c in self.codings}
        return {column: levels for column, levels in counts.items() if levels}

    @property
    def expert_index(self) -> np.ndarray:
        """Positions of the terms that the outcome model sees."""
        return np.array([place for place, term in enumerate(self.terms) if term.expert], dtype=np.intp)

    @property
    def gate_index(self) -> np.ndarray:
        """Positions of the terms that move membership."""
        return np.array([place for place, term in enumerate(self.terms) if term.gate], dtype=np.intp)

    @property
    def references(self) -> dict[str, str]:
        """The level without a term, by column."""
        return {
            coding.column: coding.reference or "other levels"
            for coding in self.codings
            if coding.kind == "levels" and coding.reason is None
        }

    @property
    def dropped(self) -> dict[str, str]:
        """Why a column gives no term, by column."""
        return {coding.column: coding.reason for coding in self.codings if coding.reason is not None}

    def as_dict(self) -> dict[str, object]:
        """Return the design as plain values, ready for JSON."""
        return {
            "terms": [asdict(term) for term in self.terms],
            "codings": [asdict(coding) for coding in self.codings],
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, list[Mapping[str, object]]]) -> Design:
        """Return the design from what ``as_dict`` gave, also by way of JSON."""
        codings = [
            Coding(**{**coding, "kept": tuple(coding["kept"]), "pooled": tuple(coding["pooled"])})
            for coding in values["codings"]
        ]
        return cls(tuple(Term(**term) for term in values["terms"]), tuple(codings))

    def _require_both_sides(self) -> None:
        dropped = "; ".join(f'"{column}": {reason}' for column, reason in self.dropped.items())
        for index, what in ((self.expert_index, "feature"), (self.gate_index, "sensitive column")):
            if not len(index):
                raise ColumnError(
                    f"No {what} varies in the training rows ({dropped}). "
                    f"Choose at least one {what} that does."
                )


def _terms(codings: tuple[Coding, ...], roles: Roles) -> list[Term]:
    terms: list[Term] = []
    for coding in codings:
        column = coding.column
        sensitive = column in roles.sensitive
        part = (sensitive, column in roles.expert_columns, column in roles.gate_columns)
        if coding.reason is not None:
            continue
        if coding.kind == "numeric":
            terms.append(Term(column, column, "numeric", None, coding.mean, coding.scale, *part))
        for level in coding.term_levels:
            terms.append(Term(f"{column} = {level}", column, "level", level, 0.0, 1.0, *part))
        if coding.has_other_term:
            terms.append(Term(f"{column}: other levels", column, "level", None, 0.0, 1.0, *part))
        if coding.missing:
            terms.append(Term(f"{column} is missing", column, "missing", None, 0.0, 1.0, *part))
    return terms


def _with_unique_names(terms: list[Term]) -> tuple[Term, ...]:
    """Tell apart terms whose names collide ("a" = "b = c" and "a = b" = "c")."""
    taken: set[str] = set()
    unique: list[Term] = []
    for term in terms:
        name, number = term.name, 2
        while name in taken:
            name, number = f"{term.name} ({number})", number + 1
        taken.add(name)
        unique.append(Term(**{**asdict(term), "name": name}))
    return tuple(unique)
