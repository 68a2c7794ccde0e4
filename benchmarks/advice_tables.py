"""Tables whose truth is known, for what a study advises: rows are drawn, and fresh rows of the same law.

Every kind has ordinary columns that are normal, uneven and of a few levels, and sensitive ones likewise, as
many as the seed says. What differs is the law of the outcome:

- ``line``, ``heavy tails``, ``uneven spread``: one line, the sensitive columns are silent on the mean;
- ``curve``: one curve; ``shift``: one line that the sensitive columns move up and down;
- ``two rules``, ``faint rules``, ``three rules``: groups with lines of their own, whose odds the sensitive
  columns move much or little;
- ``rules by a``: two groups whose odds an ordinary column moves as well.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from rome.table import Roles

#: One line for everybody is the truth.
ONE_LINE = ("line", "heavy tails", "uneven spread")
_LEVELS = np.array(["red", "green", "blue"])


def _columns(rng: np.random.Generator, n: int, names: str, count: int) -> pd.DataFrame:
    """Draw ``count`` columns by turns normal, exponential, of two values and of three levels."""
    draws: tuple[Callable[[], np.ndarray], ...] = (
        lambda: rng.normal(size=n),
        lambda: rng.exponential(size=n) - 1,
        lambda: rng.integers(0, 2, n).astype(float),
        lambda: _LEVELS[rng.choice(3, n, p=(0.5, 0.3, 0.2))],
    )
    return pd.DataFrame({f"{names}{number + 1}": draws[number % 4]() for number in range(count)})


def _numbers(frame: pd.DataFrame) -> np.ndarray:
    """Return the columns as numbers of about unit spread, (n, p); a level counts as red or not."""
    return np.column_stack(
        [
            frame[name]
            if pd.api.types.is_numeric_dtype(frame[name])
            else (frame[name] == "red").astype(float)
            for name in frame
        ]
    )


def _rules(rng: np.random.Generator, a: np.ndarray, odds: np.ndarray, apart: float) -> np.ndarray:
    """Draw each row's group by log-odds (n, K), and return what its group's line says."""
    shares = np.exp(odds - odds.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    group = (rng.random(len(a))[:, None] > shares.cumsum(axis=1)).sum(axis=1)
    slopes = rng.choice([-1.0, 1.0], (odds.shape[1], a.shape[1])) * rng.uniform(0.3, 1.0, a.shape[1])
    slopes = slopes.mean(axis=0) + apart * (slopes - slopes.mean(axis=0))
    levels = rng.normal(scale=0.5, size=odds.shape[1])
    return levels[group] + (a * slopes[group]).sum(axis=1)


def _odds(rng: np.random.Generator, s: np.ndarray, n_groups: int, size: float) -> np.ndarray:
    slopes = rng.normal(size=(s.shape[1], n_groups))
    odds = s @ slopes
    return size * (odds - odds.mean(axis=0)) / odds.std()


def drawn(kind: str, n: int, fresh: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame, Roles]:
    """Draw a table of ``n`` rows, ``fresh`` more rows of the same law, and the roles of its columns.

    Raises
    ------
    KeyError
        There is no such ``kind``; ``KINDS`` lists them.
    """
    rng = np.random.default_rng([seed, list(KINDS).index(kind)])
    n_ordinary, n_sensitive = int(rng.integers(2, 9)), int(rng.integers(2, 5))
    ordinary = _columns(rng, n + fresh, "a", n_ordinary)
    sensitive = _columns(rng, n + fresh, "s", n_sensitive)
    mean, noise = KINDS[kind](rng, _numbers(ordinary), _numbers(sensitive))
    frame = ordinary.join(sensitive).assign(y=mean + noise)
    roles = Roles(outcome="y", features=list(ordinary), sensitive=list(sensitive))
    return frame.iloc[:n].reset_index(drop=True), frame.iloc[n:].reset_index(drop=True), roles


Law = Callable[[np.random.Generator, np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def _line(rng: np.random.Generator, a: np.ndarray) -> np.ndarray:
    return a @ rng.normal(size=a.shape[1])


def _plain(rng: np.random.Generator, a: np.ndarray) -> np.ndarray:
    return rng.normal(size=len(a))


def _one_line(rng: np.random.Generator, a: np.ndarray, s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return _line(rng, a), _plain(rng, a)


def _heavy_tails(rng: np.random.Generator, a: np.ndarray, s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return _line(rng, a), rng.standard_t(3, len(a))


def _uneven_spread(rng: np.random.Generator, a: np.ndarray, s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return _line(rng, a), np.exp(0.5 * s[:, 0]) * _plain(rng, a)


def _curve(rng: np.random.Generator, a: np.ndarray, s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return _line(rng, a) + 0.7 * (a[:, 0] ** 2 - 1) + 0.7 * a[:, 0] * a[:, 1], _plain(rng, a)


def _shift(rng: np.random.Generator, a: np.ndarray, s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return _line(rng, a) + s @ rng.normal(size=s.shape[1]), _plain(rng, a)


def _grouped(n_groups: int, size: float, apart: float, by_ordinary: bool = False) -> Law:
    def law(rng: np.random.Generator, a: np.ndarray, s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        moving = np.column_stack([s, a[:, 0]]) if by_ordinary else s
        return _rules(rng, a, _odds(rng, moving, n_groups, size), apart), 0.7 * _plain(rng, a)

    return law


KINDS: dict[str, Law] = {
    "line": _one_line,
    "heavy tails": _heavy_tails,
    "uneven spread": _uneven_spread,
    "curve": _curve,
    "shift": _shift,
    "two rules": _grouped(2, 2.5, 2.0),
    "faint rules": _grouped(2, 1.0, 1.0),
    "three rules": _grouped(3, 2.5, 2.0),
    "rules by a": _grouped(2, 2.5, 2.0, by_ordinary=True),
}
