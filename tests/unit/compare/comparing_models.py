"""What the tests of comparisons share: quick settings, and models that spy or break."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from rome.baselines import Pooled
from rome.compare import ModelSpec
from rome.compare.registry import Columns
from rome.datasets import SAMPLES
from rome.errors import RomeError

ROLES = SAMPLES["hiring"].roles
QUICK = {"n_splits": 2, "budget": 2, "criterion": "overall", "n_jobs": 1, "random_state": 4}
MODELS = ("pooled", "interactions", "rome_em")


class Spy(Pooled):
    """Least squares that remembers how many rows it was shown, and which outcomes."""

    shown: ClassVar[list[np.ndarray]] = []

    def fit(self, X, y, sample_weight=None):
        type(self).shown.append(np.asarray(y))
        return super().fit(X, y, sample_weight)


class Broken(Pooled):
    def fit(self, X, y, sample_weight=None):
        raise RomeError("it is broken")


def spec_of(kind, name: str = "spy", space=None) -> ModelSpec:
    def build(columns: Columns, drawn):
        return kind(columns.outcome)

    return ModelSpec(name, name, "as", build, space or {})
