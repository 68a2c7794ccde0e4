"""A stored study that can score: its results, its model, and the reference of its training rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from rome.errors import StoreError
from rome.reference import Reference
from rome.results import StudyResult
from rome.store import read_folder
from rome.study.model import Answers, StoredModel
from rome.table.design import Design


class Model(Protocol):
    """What scoring asks of a stored model, whatever its family; X is the design's matrix (n, p)."""

    design: Design

    def answers(self, X: np.ndarray) -> Answers: ...

    def robust(self, answers: Answers, strength: float) -> np.ndarray: ...

    def responsibilities(self, X: np.ndarray, y: np.ndarray) -> np.ndarray: ...


@dataclass(frozen=True)
class Scorer:
    """Everything that is needed to score rows; nothing of it is fitted again."""

    study: StudyResult
    model: Model
    reference: Reference

    @property
    def group_names(self) -> tuple[str, ...]:
        """Names of the latent groups, in the order of the columns of a membership."""
        return tuple(group.name for group in self.study.groups)

    def robust(self, answers: Answers) -> np.ndarray:
        """Return the robust prediction (n,) at the study's strength."""
        return self.model.robust(answers, self.study.dro.strength)


def load_scorer(folder: str | Path, study: StudyResult | None = None) -> Scorer:
    """Read a study's folder, or only its model where the study itself is at hand.

    Raises
    ------
    StoreError
        The folder holds no study, a damaged one, or one that was made before studies could score.
    """
    folder = Path(folder)
    result = read_folder(folder) if study is None else study
    reference, model = Reference.load(folder / "model"), StoredModel.load(folder / "model")
    columns = [column.column for column in reference.columns]
    if columns != [coding.column for coding in model.design.codings]:
        raise StoreError(f'Model and reference in "{folder}" are of other columns; make the study again.')
    return Scorer(result, model, reference)
