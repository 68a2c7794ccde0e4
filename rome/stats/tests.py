"""What differences over repeated splits can bear: a t-test that knows that the splits share rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t

from rome.errors import SettingError


@dataclass(frozen=True)
class CorrectedTest:
    """A mean difference over splits with its interval and two-sided p-value."""

    mean: float
    low: float
    high: float
    p_value: float
    degrees_of_freedom: int


def corrected_t_test(
    differences: Sequence[float] | np.ndarray, n_train: int, n_test: int, confidence: float = 0.95
) -> CorrectedTest:
    """Return the corrected resampled t-test of "no difference".

    Splits of one table share rows, so that their differences are correlated and the ordinary t-test finds
    differences everywhere. With J splits, mean d̄ and sample variance s², the variance of d̄ is taken as
    (1/J + n_test/n_train) s², with J − 1 degrees of freedom.

    Parameters
    ----------
    differences : array-like of shape (J,)
        One difference of losses a split.
    n_train, n_test : int
        Rows in the two parts of a split.
    confidence : float

    Raises
    ------
    SettingError
        Fewer than two differences, or one that is not finite.

    References
    ----------
    Nadeau & Bengio (2003), Machine Learning 52, 239-281.
    """
    values = np.asarray(differences, dtype=float)
    if len(values) < 2 or not np.isfinite(values).all():
        raise SettingError(
            f"A test over splits needs at least two finite differences; {int(np.isfinite(values).sum())} of "
            f"{len(values)} are. Use more splits."
        )
    free = len(values) - 1
    mean = float(values.mean())
    error = float(np.sqrt((1 / len(values) + n_test / n_train) * values.var(ddof=1)))
    if error == 0:
        return CorrectedTest(mean, mean, mean, 1.0 if mean == 0 else 0.0, free)
    reach = float(t.ppf((1 + confidence) / 2, free)) * error
    return CorrectedTest(mean, mean - reach, mean + reach, float(2 * t.sf(abs(mean) / error, free)), free)


def holm(p_values: Sequence[float] | np.ndarray) -> np.ndarray:
    """Return p-values (m,) adjusted for m questions (Holm 1979); NaN stays, and isn't counted."""
    values = np.asarray(p_values, dtype=float)
    adjusted = np.full(len(values), np.nan)
    asked = np.flatnonzero(np.isfinite(values))
    order = asked[np.argsort(values[asked], kind="stable")]
    steps = values[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted
