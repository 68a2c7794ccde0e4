"""A table with the predictions of a model that exists: boosted trees trained on one half predict the other.

    python -m benchmarks.audited_table TABLE.csv --out scored.csv [--outcome C] [--features C,…] [--seed 1]

``TABLE.json`` beside the table names outcome and features where the options don't. The half that the trees
were trained on is not written, so that every ``score`` is of a row that they had not seen: a probability of
the level that counts as 1, or a value in the outcome's units. Then, for example:

    rome run scored.csv --outcome income-per-year --prediction score --sensitive sex,race,age --out audit
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd

from rome.baselines import BoostedTrees
from rome.serialize.csv_json import to_csv
from rome.table import Roles, read_table
from rome.table.design import Design
from rome.table.outcome import outcome_values

NAME = "score"


def scored_half(frame: pd.DataFrame, roles: Roles, seed: int = 1) -> pd.DataFrame:
    """Return one half of a table with the predictions of boosted trees that the other half trained.

    The trees see the features alone.
    """
    outcome = outcome_values(frame, roles)
    known = np.random.default_rng(seed).permutation(np.flatnonzero(~np.isnan(outcome.values)))
    train, rest = np.sort(known[: len(known) // 2]), np.sort(known[len(known) // 2 :])
    design = Design.fit(frame.iloc[train], roles)
    X = design.transform(frame)[:, design.expert_index]
    trees = BoostedTrees(outcome.kind, random_state=seed).fit(X[train], outcome.values[train])
    return frame.iloc[rest].assign(**{NAME: trees.predict(X[rest])})


def main() -> None:
    """Write the scored half of a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("table", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--outcome")
    parser.add_argument("--features", type=lambda text: tuple(text.split(",")))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    beside = options.table.with_suffix(".json")
    known = json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else {}
    frame = read_table(options.table).frame
    outcome, features = options.outcome or known["outcome"], options.features or tuple(known["features"])
    # The design wants a sensitive column, which the trees then don't see.
    sensitive = next(name for name in frame.columns if name not in (outcome, *features))
    scored = scored_half(frame, Roles(outcome, features, (sensitive,)), options.seed)
    options.out.write_bytes(to_csv(scored))
    print(f"{len(scored):,} of {len(frame):,} rows with a {NAME} are in {options.out}.")


if __name__ == "__main__":
    main()
