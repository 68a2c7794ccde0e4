"""Real tables that are no part of the project, read from a folder that the user names.

Each table is a file and a JSON file of the same name beside it that says which column is the ``outcome`` and
lists the ``sensitive`` columns and the ``features``. Nothing of the rows is kept here or written anywhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from rome.errors import TableError, nearest
from rome.runtime.random import stream
from rome.table import Roles, Table, read_table


@dataclass(frozen=True)
class Source:
    """Where a table lies, and the columns whose numbers are codes, which are taken as texts."""

    file: str
    codes: tuple[str, ...] = ()


SOURCES: Mapping[str, Source] = {
    "law_school": Source("law_school.csv"),
    "insurance": Source("insurance.csv"),
    "student": Source("student_mat.csv"),
    "wages": Source("slid_wages.csv"),
    "acs_mobility": Source(
        "acs_mobility_income.csv",
        ("RAC1P", "SEX", "NATIVITY", "DIS", "COW", "MAR", "CIT", "ESR", "RELP"),
    ),
    "communities": Source("communities_crime_norm.csv"),
    "communities_raw": Source("communities_crime_unnorm.csv"),
    "islp_wages": Source("wage_islp.csv"),
    "law_school_zfya": Source("law_school_zfya.csv"),
    "demo": Source("rome_demo_train.csv"),
    "adult": Source("adult.csv"),
    "german_credit": Source("german_credit.csv"),
}


@dataclass(frozen=True)
class RealTable:
    """A table with its roles, which keeps only columns with a role, of at most the rows asked for.

    Its fingerprint is that of the whole file.
    """

    name: str
    table: Table
    roles: Roles
    rows_with_outcome: int

    @property
    def frame(self) -> pd.DataFrame:
        """The rows."""
        return self.table.frame


def real_table(folder: Path, name: str, rows: int, seed: int = 0) -> RealTable:
    """Read a table of ``SOURCES``; of more than ``rows`` rows with an outcome, a random draw in file order.

    Raises
    ------
    TableError
        There is no such table, or a file of it is not in the folder.
    """
    if name not in SOURCES:
        raise TableError(
            f'There is no table "{name}"; there are {", ".join(SOURCES)}.{nearest(name, list(SOURCES))}'
        )
    source = SOURCES[name]
    path = folder / source.file
    for part in (path, path.with_suffix(".json")):
        if not part.is_file():
            raise TableError(f'"{part}" is not there. Name the folder that holds it, or leave out "{name}".')
    said = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    roles = Roles(outcome=said["outcome"], features=said["features"], sensitive=said["sensitive"])
    table = read_table(path)
    used = table.frame[[roles.outcome, *roles.features, *roles.sensitive]].dropna(subset=[roles.outcome])
    frame = _as_text(_drawn(used, rows, seed), source.codes)
    return RealTable(name, replace(table, frame=frame), roles, len(used))


@cache
def fingerprint_of(folder: Path, name: str) -> str:
    """Return what tells a table of ``SOURCES`` from any other: of its file's content, and its roles."""
    real = real_table(folder, name, rows=1)
    return f"{real.table.fingerprint} {real.roles!r}"


def _drawn(frame: pd.DataFrame, rows: int, seed: int) -> pd.DataFrame:
    if len(frame) > rows:
        kept = stream(seed, "rows of a real table").choice(len(frame), rows, replace=False)
        frame = frame.iloc[np.sort(kept)]
    return frame.reset_index(drop=True)


def _as_text(frame: pd.DataFrame, codes: tuple[str, ...]) -> pd.DataFrame:
    """Write codes as texts, so that 3 is another level than 2 and not more of it."""
    texts = {name: frame[name].map(lambda code: f"{code:g}", na_action="ignore") for name in codes}
    return frame.assign(**{name: text.astype("str") for name, text in texts.items()})
