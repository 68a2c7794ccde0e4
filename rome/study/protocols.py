"""What a study asks of fitted groups, whether they predict by lines or by networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np

from rome.em.standard_errors import StandardErrors
from rome.results import Coefficient
from rome.results.study import TrainingRecord
from rome.robust import RobustPath

#: Called with (iteration or epoch, value) as the groups are fitted; each start counts from 1.
Curve = Callable[[int, float], None]
#: Called with (share done in [0, 1], what is being done); may raise ``Cancelled`` to stop the work.
Progress = Callable[[float, str], None]


class Groups(Protocol):
    """Fitted groups; X is the design's matrix (n, p)."""

    sigma_: np.ndarray

    def membership(self, X) -> np.ndarray: ...

    def responsibilities(self, X, y) -> np.ndarray: ...

    def group_predictions(self, X) -> np.ndarray: ...

    def log_likelihood_of_rows(self, X, y) -> np.ndarray: ...


class OneGroup(Protocol):
    """The same kind of model with a single group, whose likelihood the groups are held against."""

    def log_likelihood_of_rows(self, X, y) -> np.ndarray: ...


class FoldFit(Protocol):
    """What one fold of the validation fits."""

    mixture: Groups
    single: OneGroup
    path: RobustPath

    def predict_pooled(self, X: np.ndarray) -> np.ndarray: ...


class Tables(Protocol):
    """Coefficients that people can read; empty where a family has none."""

    def of_pooled(self) -> tuple[Coefficient, ...]: ...

    def of_expert(self, k: int) -> tuple[Coefficient, ...]: ...

    def of_gate(self, k: int) -> tuple[Coefficient, ...]: ...


class Fitted(FoldFit, Protocol):
    """The fitted objects of a study; the result itself needs none of them.

    ``errors`` are None, and ``training`` is a record, where groups are networks. ``n_iter`` counts the
    iterations or epochs of the run that was kept, ``history`` and ``starts`` hold log-likelihoods.
    ``stored`` gives the groups and the pooled model as ``StudyModel`` keeps them.
    """

    errors: StandardErrors | None
    training: TrainingRecord | None
    n_iter: int
    converged: bool
    history: tuple[float, ...]
    starts: tuple[float, ...]

    def predict_pooled_with_sensitive(self, X: np.ndarray) -> np.ndarray: ...

    def stored(self) -> tuple[Groups, Groups]: ...

    def tables(self) -> Tables: ...
