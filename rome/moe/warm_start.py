"""Start where another mixture stands: linear paths that copy it, and hidden layers that begin at nothing."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import torch

from rome.errors import SettingError
from rome.moe.layout import Shape, Views, initial, with_linear_paths
from rome.moe.scaling import Scaling
from rome.moe.training import VARIANCE_FLOOR

#: Membership and probabilities closer than this to 0 or 1 are rounded too much to read a slope off.
_NEARLY_CERTAIN = 1e-9


class FittedMixture(Protocol):
    """What a warm start asks of a fitted mixture, such as ``RomeEM``."""

    sigma_: np.ndarray

    def membership(self, X) -> np.ndarray: ...

    def group_predictions(self, X) -> np.ndarray: ...


def warm_start(
    shape: Shape,
    source: FittedMixture,
    seen,
    X: np.ndarray,
    scaling: Scaling,
    binary: bool,
    generator: torch.Generator,
) -> tuple[Shape, torch.Tensor]:
    """Return a shape with linear paths and the start that predicts as ``source`` does.

    The linear paths are the least-squares fit of the source's group predictions (log-odds, if binary) on the
    expert columns, and of its log-membership on the gate columns: exact where the source is linear in them,
    as ``RomeEM`` on the same columns is. The last hidden layers enter with weight zero.

    Parameters
    ----------
    seen : array-like of shape (n, p)
        Training rows as the source takes them (a DataFrame keeps its names).
    X : ndarray of shape (n, p)
        The same rows as plain numbers.

    Raises
    ------
    SettingError
        The source holds another number of groups, or models counts or amounts.
    """
    if getattr(source, "outcome", "numeric") not in ("numeric", "binary"):
        raise SettingError(
            f'warm_start_from models a "{source.outcome}" outcome, which networks don\'t. '
            "Leave it None, or give a mixture of a numeric or binary outcome."
        )
    membership, means = source.membership(seen), source.group_predictions(seen)
    if membership.shape[1] != shape.n_groups:
        raise SettingError(
            f"warm_start_from holds {membership.shape[1]} groups, but n_groups is {shape.n_groups}. "
            "Give both the same number."
        )
    shape = with_linear_paths(shape)
    flat = initial(shape, generator)
    views = shape.views(flat)
    for name in ("experts.out", "gate.out"):
        if name in views:
            views[name].zero_()
    _copy_experts(views, scaling, X, means, binary)
    _copy_gate(views, scaling, X, membership)
    if not binary:
        variance = np.maximum((np.asarray(source.sigma_) / scaling.y_scale) ** 2, VARIANCE_FLOOR)
        views["log_sigma"].copy_(torch.from_numpy(0.5 * np.log(variance))[:, None])
    return shape, flat


def _copy_experts(views: Views, scaling: Scaling, X: np.ndarray, means: np.ndarray, binary: bool) -> None:
    columns, known = scaling.expert_columns(X), np.ones_like(means, dtype=bool)
    if binary:
        known = (means > _NEARLY_CERTAIN) & (means < 1 - _NEARLY_CERTAIN)
        inside = np.where(known, means, 0.5)
        targets = np.log(inside) - np.log1p(-inside)
    else:
        targets = (means - scaling.y_mean) / scaling.y_scale
    _copy(views["experts.linear"], views["experts.bias"], columns, targets, known)


def _copy_gate(views: Views, scaling: Scaling, X: np.ndarray, membership: np.ndarray) -> None:
    # Differences to the last group are linear in the gate columns; the logs themselves are not.
    logs = np.log(np.maximum(membership, _NEARLY_CERTAIN))
    known = (membership > _NEARLY_CERTAIN) & (membership[:, -1:] > _NEARLY_CERTAIN)
    columns = scaling.gate_columns(X)
    _copy(views["gate.linear"], views["gate.bias"], columns, logs - logs[:, -1:], known)


def _copy(
    slopes: torch.Tensor,
    intercepts: torch.Tensor,
    columns: np.ndarray,
    targets: np.ndarray,
    known: np.ndarray,
) -> None:
    """Write the least-squares fit of targets (n, K), where known, on columns (n, p) into (K, p) and (K, 1).

    Where no target of a group is known, every one of them is certain, and all of them are used.
    """
    design = np.column_stack([columns, np.ones(len(columns))])
    for k in range(targets.shape[1]):
        rows = known[:, k] if known[:, k].any() else slice(None)
        found = np.linalg.lstsq(design[rows], targets[rows, k], rcond=None)[0]
        slopes[k].copy_(torch.from_numpy(found[:-1]))
        intercepts[k].copy_(torch.from_numpy(found[-1:]))
