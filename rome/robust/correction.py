"""Γ without the part that is estimation error: two-fold cross-fitting of q'Γq's matrix.

Γ_kl = E[f_k f_l] over the target rows. Replacing f by an estimate f̂ = f + e adds E[e_k e_l], the
covariance of the estimates: the diagonal comes out too large, most for the smallest group, and ``reward``
shuns that group.

Wang, Bühlmann & Guo (arXiv:2309.02211) fit the experts on two halves A and B of the rows and subtract from
the plug-in, for each half, the other half's weighted mean of f̂_k (f̂_l − y) and of f̂_l (f̂_k − y). Where
experts are least squares that weighted mean of residuals is itself a difference of two fits: the normal
equations of half B give (Σ_B r x x')⁻¹ Σ_B r x (y − β_A'x) = β_B − β_A. The four terms of a pair then add
up to

    D_kl = mean over the target rows of (f̂_k^A − f̂_k^B)(f̂_l^A − f̂_l^B),    E[D] = 2 V_half = 4 V,

with V_half and V the estimates' covariance on half and on all of the rows. The plug-in's bias is V, so what
leaves no bias for least squares is a quarter of D, and that is what is subtracted here (the whole of D, right
for learners whose bias outweighs their variance, would leave −3V). To first order Γ̂ − D/4 is the
cross-product of the halves, mean of ½(f̂_k^A f̂_l^B + f̂_k^B f̂_l^A), in which errors are independent.

As in the paper the result is projected on the positive semi-definite matrices.
"""

from __future__ import annotations

import numpy as np

from rome.robust.aggregate import gram

#: Share of D that is the bias of the plug-in: halves have twice the variance, their difference four times.
ERROR_SHARE = 0.25


def corrected_gram(
    plain: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    weights: np.ndarray,
    error_share: float = ERROR_SHARE,
) -> np.ndarray:
    """Return Γ (K, K) with the error of estimation taken out, positive semi-definite.

    Parameters
    ----------
    plain : ndarray of shape (K, K)
        The plug-in, as ``gram`` gives it.
    first, second : ndarray of shape (n, K)
        Group predictions of the target rows by experts fitted on either half, in the same order of groups.
    weights : ndarray of shape (n,)
    error_share : float
        Share of D to subtract; 1 is the published correction.

    References
    ----------
    Wang, Bühlmann & Guo (2023), arXiv:2309.02211, the bias-corrected estimator of Γ; the share is ours.
    """
    return nearest_semidefinite(plain - error_share * gram(first - second, 0.0, weights))


def nearest_semidefinite(matrix: np.ndarray) -> np.ndarray:
    """Return the positive semi-definite matrix nearest to a symmetric one in Frobenius norm."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    return (vectors * np.maximum(values, 0.0)) @ vectors.T
