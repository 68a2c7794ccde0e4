"""From an information matrix to variances, with what the rows leave undetermined marked as such."""

from __future__ import annotations

import numpy as np

#: Eigenvalues of the information, scaled to a unit diagonal, that count as zero.
_SINGULAR = 1e-9
#: Share of an undetermined direction above which a parameter counts as undetermined.
_LOADING = 1e-6


def covariance(information: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the inverse (P, P) of a symmetric information matrix and which parameters (P,) it determines.

    Directions in which the information is not positive say nothing. A parameter with a part in one of them is
    not determined; the others keep their variance.
    """
    diagonal = np.diag(information)
    scale = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    values, vectors = np.linalg.eigh(information / np.outer(scale, scale))
    sound = values > _SINGULAR
    inverse = (vectors[:, sound] / values[sound]) @ vectors[:, sound].T / np.outer(scale, scale)
    return inverse, (vectors[:, ~sound] ** 2).sum(axis=1) <= _LOADING


def inverse_diagonal(information: np.ndarray) -> np.ndarray:
    """Return the variances (P,) that an information matrix gives, NaN where it determines none."""
    inverse, determined = covariance(information)
    return np.where(determined, np.maximum(np.diag(inverse), 0), np.nan)
