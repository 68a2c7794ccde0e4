"""A scored table as rows of a CSV file, and its summary as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from rome.score.result import ScoredTable
from rome.serialize.atomic import replacing
from rome.serialize.codec import to_plain
from rome.serialize.csv_json import to_csv
from rome.serialize.document import disk_refuses
from rome.store.sentences import of_evaluation

SCORE_SCHEMA = "rome.score/1"
_BLOCK_ROWS = 50_000


def scored_table(
    scored: ScoredTable,
    rows: np.ndarray | slice | None = None,
    frame: pd.DataFrame | None = None,
    columns: Sequence[str] = (),
) -> pd.DataFrame:
    """Return one line a row, in the table's order.

    Parameters
    ----------
    scored : ScoredTable
    rows : ndarray or slice of positions, or None for all rows
    frame : DataFrame or None
        The table that was scored, where ``columns`` of it (identifiers, say) are to stand beside.
    columns : sequence of str
    """
    chosen = slice(None) if rows is None else rows
    part = scored.rows
    names = np.array(scored.group_names)
    lines: dict[str, object] = {"row": part.row[chosen]}
    for name in columns:
        if frame is not None and name in frame.columns:
            lines[name if name not in _TAKEN else f"{name} (table)"] = frame[name].iloc[chosen].to_numpy()
    lines |= {
        "most_likely_group": names[part.predicted_group[chosen]],
        "doubt": part.doubt[chosen],
        "rome_prediction": part.rome[chosen],
        "pooled_prediction": part.pooled[chosen],
        **({} if part.advised is None else {"advised_prediction": part.advised[chosen]}),
        "unlike_anything_seen": np.where(part.flagged[chosen], "yes", "no"),
        "reason": part.reason[chosen],
        "filled_in": part.filled[chosen],
    }
    lines |= {f"membership_{k + 1}": part.membership[chosen, k] for k in range(len(names))}
    lines |= {f"group_prediction_{k + 1}": part.group_predictions[chosen, k] for k in range(len(names))}
    if np.isfinite(part.outcome).any():
        lines["outcome"] = part.outcome[chosen]
        lines |= {f"responsibility_{k + 1}": part.responsibilities[chosen, k] for k in range(len(names))}
    return pd.DataFrame(lines)


_TAKEN = frozenset(
    (
        "row",
        "most_likely_group",
        "doubt",
        "rome_prediction",
        "pooled_prediction",
        "advised_prediction",
        "unlike_anything_seen",
        "reason",
        "filled_in",
        "outcome",
    )
)


def csv_blocks(
    scored: ScoredTable, frame: pd.DataFrame | None = None, columns: Sequence[str] = ()
) -> Iterator[bytes]:
    """Yield the lines of a scored table as CSV, block by block, the header once."""
    count = len(scored.rows.row)
    header = to_csv(scored_table(scored, slice(0, 0), frame, columns))
    yield header
    for start in range(0, count, _BLOCK_ROWS):
        block = to_csv(scored_table(scored, slice(start, min(start + _BLOCK_ROWS, count)), frame, columns))
        yield block[len(header) :]


def csv_file(scored: ScoredTable, frame: pd.DataFrame | None = None, columns: Sequence[str] = ()) -> bytes:
    """Return the lines of a scored table as the content of a CSV file."""
    return b"".join(csv_blocks(scored, frame, columns))


def rows_shown(scored: ScoredTable, which: Literal["all", "flagged", "filled"]) -> np.ndarray:
    """Return the positions of all rows, of those that are flagged, or of those that were filled in."""
    if which == "all":
        return np.arange(len(scored.rows.row))
    return np.flatnonzero(scored.rows.flagged if which == "flagged" else scored.rows.filled != "")


def write_csv(
    scored: ScoredTable, path: str | Path, frame: pd.DataFrame | None = None, columns: Sequence[str] = ()
) -> Path:
    """Write the lines of a scored table, whole or not at all, and return where they are.

    Raises
    ------
    StoreError
        The file can't be written.
    """
    path = Path(path)
    with disk_refuses(f'"{path}" can\'t be written', "Choose another place."):
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as draft, draft.open("wb") as file:
            file.writelines(csv_blocks(scored, frame, columns))
    return path


def summary_document(scored: ScoredTable) -> dict[str, object]:
    """Return everything but the rows as plain values, ready for JSON; layout ``rome.score/1``."""
    document: dict[str, object] = {"schema": SCORE_SCHEMA}
    for field in fields(ScoredTable):
        if field.name != "rows":
            document[field.name] = to_plain(getattr(scored, field.name))
    evaluation = scored.errors.evaluation
    if evaluation is not None:
        document["errors"]["evaluation"] = of_evaluation(evaluation)
    document["n_rows"] = len(scored.rows.row)
    return document
