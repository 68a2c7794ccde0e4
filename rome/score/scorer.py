"""A stored study that can score: its results, its model, and the reference of its training rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rome.errors import StoreError
from rome.reference import Reference
from rome.results import StudyResult
from rome.store import read_folder
from rome.study.model import Predictions, StudyModel


@dataclass(frozen=True)
class Scorer:
    """Everything that is needed to score rows; nothing of it is fitted again."""

    study: StudyResult
    model: StudyModel
    reference: Reference

    @property
    def group_names(self) -> tuple[str, ...]:
        """Names of the latent groups, in the order of the columns of a membership."""
        return tuple(group.name for group in self.study.groups)

    def robust(self, predictions: Predictions) -> np.ndarray:
        """Return the robust prediction (n,) at the study's strength."""
        return self.model.robust(predictions, self.study.dro.strength)


def load_scorer(folder: str | Path, study: StudyResult | None = None) -> Scorer:
    """Read a study's folder, or only its model where the study itself is at hand.

    Raises
    ------
    StoreError
        The folder holds no study, a damaged one, or one that was made before studies could score.
    """
    folder = Path(folder)
    result = read_folder(folder) if study is None else study
    reference, model = Reference.load(folder / "model"), StudyModel.load(folder / "model")
    columns = [column.column for column in reference.columns]
    if columns != [coding.column for coding in model.design.codings]:
        raise StoreError(f'Model and reference in "{folder}" are of other columns; make the study again.')
    return Scorer(result, model, reference)
