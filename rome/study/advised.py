"""The advised model as a study keeps it, and its files: nothing in them executes when they are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from rome.baselines import BoostedTrees, Curve, Pooled
from rome.em.flexible import Expansion
from rome.errors import StoreError
from rome.robust import RobustPath
from rome.serialize.atomic import write_whole
from rome.serialize.document import Document, damage_to
from rome.settings.study import Outcome
from rome.study.candidates import Part
from rome.study.recalibration import Corrected, Recalibration

_REMEDY = "make the study again."
_NUMBERS = Document("rome.advised/1", "advised model", _REMEDY, has_arrays=True)
_GIVEN = Document("rome.recalibration/1", "recalibrated model", _REMEDY, Recalibration)
#: What is trusted in a file of trees, once its nodes have been checked.
_TRUSTED = ["sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"]
_TREES, _GROUPS, _FILE, _LINE = "advised.skops", "advised", "advised.json", "recalibration.json"
_CORRECTION = "correction"


@dataclass(frozen=True)
class Numbers:
    """One line or one curve as plain numbers: log-odds, where the outcome is binary, or units of y.

    ``columns`` are positions in the design's matrix; ``expansion`` bends them, and ``coefficients`` (terms,)
    are per unit of the terms.
    """

    columns: np.ndarray
    expansion: Expansion | None
    coefficients: np.ndarray
    intercept: float
    outcome: Outcome

    @classmethod
    def of(cls, part: Part, outcome: Outcome) -> Numbers:
        """Take the numbers of a fitted ``Pooled`` or ``Curve``."""
        model = part.model
        if isinstance(model, Curve):
            return cls(part.columns, *model.plain(), outcome)
        return cls(part.columns, None, np.asarray(model.coef_), float(model.intercept_), outcome)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return the prediction (n,), a probability for a binary outcome."""
        seen = X[:, self.columns]
        terms = seen if self.expansion is None else self.expansion.transform(seen)
        eta = terms @ self.coefficients + self.intercept
        return 1 / (1 + np.exp(-np.clip(eta, -700, 700))) if self.outcome == "binary" else eta


class StoredGroups(Protocol):
    """A mixture as a study keeps it."""

    path: RobustPath

    def predictions(self, X: np.ndarray): ...

    def robust(self, predictions, strength: float) -> np.ndarray: ...

    def save(self, folder: Path) -> None: ...


@dataclass(frozen=True)
class Groups:
    """Another mixture than the study's own, at one DRO strength."""

    model: StoredGroups

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return the robust prediction (n,)."""
        return self.model.robust(self.model.predictions(X), self.model.path.strengths[0])


Advised = Numbers | Part | Groups | Recalibration | Corrected


def stored(part: Part, outcome: Outcome) -> Numbers | Part:
    """Return a fitted single model as the study keeps it."""
    return Numbers.of(part, outcome) if isinstance(part.model, (Pooled, Curve)) else part


def save(advised: Advised | None, folder: Path) -> None:
    """Write the advised model into ``folder``; nothing where it is the study's own mixture."""
    if isinstance(advised, Numbers):
        bends = advised.expansion
        body = {"outcome": advised.outcome, "expansion": None if bends is None else bends.as_dict()}
        arrays = {
            "columns": advised.columns.astype(float),
            "coefficients": advised.coefficients,
            "intercept": np.array([advised.intercept]),
        }
        _NUMBERS.write(folder / _FILE, body, arrays)
    elif isinstance(advised, Recalibration):
        _GIVEN.write(folder / _LINE, advised)
    elif isinstance(advised, Corrected):
        advised.model.model.save(folder / _CORRECTION)
    elif isinstance(advised, Part):
        from skops.io import dumps

        content = {
            "trees": advised.model._trees,
            "columns": advised.columns,
            "outcome": advised.model.outcome,
        }
        write_whole(folder / _TREES, dumps(content))
    elif advised is not None:
        advised.model.save(folder / _GROUPS)


def load(folder: Path, n_columns: int, groups: Callable[[Path], StoredGroups]) -> Advised | None:
    """Read what ``save`` wrote, for a design of ``n_columns``; None where it wrote nothing.

    ``groups`` reads a mixture from its folder.

    Raises
    ------
    StoreError
        A file holds something else.
    """
    if (folder / _FILE).exists():
        return _numbers(folder / _FILE, n_columns)
    if (folder / _LINE).exists():
        return _GIVEN.read(folder / _LINE)
    if (folder / _CORRECTION).exists():
        return Corrected(Groups(groups(folder / _CORRECTION)))
    if (folder / _TREES).exists():
        with damage_to(f'The advised model in "{folder}"', _REMEDY):
            return _trees((folder / _TREES).read_bytes(), n_columns)
    if (folder / _GROUPS).exists():
        return Groups(groups(folder / _GROUPS))
    return None


def _numbers(path: Path, n_columns: int) -> Numbers:
    plain, arrays = _NUMBERS.load(path)
    with _NUMBERS.damage(path):
        expansion = None if plain["expansion"] is None else Expansion.from_dict(plain["expansion"])
        columns = _checked(arrays["columns"].astype(int), n_columns)
        terms = len(columns) if expansion is None else len(columns) + len(expansion.parts)
        if arrays["coefficients"].shape != (terms,):
            raise StoreError(f"{arrays['coefficients'].shape} coefficients do not fit {terms} terms")
        if plain["outcome"] not in ("numeric", "binary"):
            raise StoreError(f"there is no outcome {plain['outcome']!r:.40}")
        return Numbers(
            columns, expansion, arrays["coefficients"], float(arrays["intercept"][0]), plain["outcome"]
        )


def _trees(content: bytes, n_columns: int) -> Part:
    from skops.io import loads
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        held = loads(content, trusted=_TRUSTED)
    except UntrustedTypesFoundException as error:
        raise StoreError("it holds other things than trees") from error
    columns, trees = _checked(np.asarray(held["columns"]), n_columns), held["trees"]
    _check_nodes(trees, len(columns))
    model = BoostedTrees(held["outcome"])
    model._trees, model._seen, model.n_features_in_ = trees, np.arange(len(columns)), len(columns)
    model.n_iter_ = trees.n_iter_
    return Part(model, columns)


def _check_nodes(trees: object, n_columns: int) -> None:
    """Raise unless every node leads to later nodes of its tree and asks about a column that there is.

    scikit-learn follows the numbers in a node without a check, so that a forged file could crash the process.
    """
    for stage in trees._predictors:
        for tree in stage:
            nodes = tree.nodes
            inner = np.flatnonzero(nodes["is_leaf"] == 0)
            for side in ("left", "right"):
                if not ((nodes[side][inner] > inner) & (nodes[side][inner] < len(nodes))).all():
                    raise StoreError("a tree's nodes lead nowhere")
            places = nodes["feature_idx"][inner]
            if nodes["is_categorical"].any() or not ((places >= 0) & (places < n_columns)).all():
                raise StoreError("a tree asks about a column that there is not")


def _checked(columns: np.ndarray, n_columns: int) -> np.ndarray:
    if not ((columns >= 0) & (columns < n_columns)).all():
        raise StoreError("the model reads columns that the design has not")
    return columns
