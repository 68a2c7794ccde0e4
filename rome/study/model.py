"""A fitted study that can score new rows, and its files: nothing in them executes when they are read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self, get_args

import numpy as np
import pandas as pd

from rome.em.flexible import Expansion, FlexibleColumns, straight_columns
from rome.em.mixture import Mixture
from rome.em.scaling import Columns, Scaling
from rome.em.sufficient_statistics import Parameters
from rome.errors import StoreError
from rome.results.advice import Advice
from rome.robust import RobustPath
from rome.serialize.atomic import write_whole
from rome.serialize.csv_json import to_json
from rome.serialize.document import damage_to, read_json, read_safetensors, write_safetensors
from rome.settings.spec import check_choice
from rome.settings.study import Outcome, Predictor
from rome.study import advised as advised_files
from rome.study.advised import Advised
from rome.study.protocols import Fitted
from rome.study.recalibration import OnPrediction
from rome.table.design import Design

if TYPE_CHECKING:
    from rome.moe import RomeMoE

#: Layouts of groups of lines and of networks.
LINES_SCHEMA, NETWORKS_SCHEMA = "rome.model/2", "rome.networks/1"
_PATH = ("shares", "strengths", "priors")
_GROUPS_OF_LINES = ("coef", "intercept", "gate_coef", "gate_intercept", "scale", "df")
_POOLED_LINE = ("pooled_coef", "pooled_intercept")
#: Folders inside the model's: the groups' networks, and the one network that is the pooled model.
_GROUPS, _POOLED = "groups", "pooled"


@dataclass(frozen=True)
class Predictions:
    """What a model says of rows before any outcome is seen: P(group | s) and each expert's prediction, both
    (n, K), and the pooled prediction (n,)."""

    membership: np.ndarray
    group_predictions: np.ndarray
    pooled: np.ndarray


@dataclass(frozen=True)
class StudyModel:
    """The groups, the pooled model, which is a mixture of one group, and the robust path.

    Lines are per unit of the design's columns. X is the design's matrix (n, p), y (n,) in the outcome's
    units.
    """

    design: Design
    outcome: Outcome
    path: RobustPath
    groups: Mixture | RomeMoE
    pooled: Mixture | RomeMoE
    advised: Advised | None = None

    @classmethod
    def from_fit(
        cls, design: Design, outcome: Outcome, fitted: Fitted, advised: Advised | None = None
    ) -> Self:
        """Take what a study fitted, with the model that it advises unless that is its own mixture."""
        return cls(design, outcome, fitted.path, *fitted.stored(), advised)

    @property
    def n_groups(self) -> int:
        """Number of latent groups, K."""
        return len(self.path.shares)

    def predictions(self, X: np.ndarray) -> Predictions:
        """Return what the model says of rows."""
        pooled = self.pooled.group_predictions(X)[:, 0]
        return Predictions(self.groups.membership(X), self.groups.group_predictions(X), pooled)

    def responsibilities(self, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return P(group | x, s, y), (n, K)."""
        return self.groups.responsibilities(X, y)

    def robust(self, predictions: Predictions, strength: float) -> np.ndarray:
        """Return the robust prediction (n,) at a stored DRO strength, from what the model says of rows."""
        strengths = np.array(self.path.strengths)
        place = int(np.argmin(np.abs(strengths - strength)))
        if abs(strengths[place] - strength) > 1e-9:
            raise StoreError(
                f"The model holds no DRO strength {strength:g}; nearest is {strengths[place]:g}."
            )
        path = RobustPath((strength,), self.path.priors[[place]], self.path.shares, self.path.predictor)
        return path.predict(predictions.group_predictions, predictions.membership)[:, 0]

    def predict_advised(
        self, X: np.ndarray, predictions: Predictions, advice: Advice, audited: np.ndarray | None = None
    ) -> np.ndarray:
        """Return the prediction (n,) of the advised model, from what the model says of rows X (n, p), and
        from the prediction ``audited`` (n,) of the audited model where ``advice.needs_prediction``."""
        if advice.model.kind == "network":
            return predictions.pooled
        if advice.own:
            return self.robust(predictions, advice.dro_strength)
        if self.advised is None:
            raise StoreError("The study's folder lacks the advised model. Make the study again.")
        if isinstance(self.advised, OnPrediction):
            return self.advised.correct(audited, X)
        return self.advised.predict(X)

    def membership(self, frame: pd.DataFrame) -> np.ndarray:
        """Return P(group | s), (n, K), of a table's rows."""
        return self.groups.membership(self.design.transform(frame))

    def group_predictions(self, frame: pd.DataFrame) -> np.ndarray:
        """Return each expert's prediction, (n, K), for a table's rows."""
        return self.groups.group_predictions(self.design.transform(frame))

    def predict_pooled(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the pooled model's prediction, (n,), for a table's rows."""
        return self.pooled.group_predictions(self.design.transform(frame))[:, 0]

    def predict(self, frame: pd.DataFrame, strength: float) -> np.ndarray:
        """Return the robust prediction (n,) for a table's rows at a stored DRO strength."""
        return self.robust(self.predictions(self.design.transform(frame)), strength)

    def save(self, folder: Path) -> None:
        """Write ``model.json``, ``model.safetensors`` and the folders of networks into ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        lines = isinstance(self.groups, Mixture)
        description = {
            "schema": LINES_SCHEMA if lines else NETWORKS_SCHEMA,
            "outcome": self.outcome,
            "predictor": self.path.predictor,
            "design": self.design.as_dict(),
        }
        arrays = {name: getattr(self.path, name) for name in _PATH}
        if lines:
            description |= _terms_of(self.groups)
            arrays |= _coefficients(self.groups, self.pooled)
        plain = {name: np.asarray(values, dtype=float) for name, values in arrays.items()}
        write_safetensors(folder / "model.safetensors", plain)
        write_whole(folder / "model.json", to_json(description))
        if not lines:
            self.groups.save(folder / _GROUPS)
            self.pooled.save(folder / _POOLED)
        advised_files.save(self.advised, folder)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what ``save`` wrote.

        Raises
        ------
        StoreError
            A file is missing, or holds something else.
        """
        description, arrays = _read(folder)
        with damage_to(f'The model in "{folder}"', "make the study again."):
            check_choice("outcome", description["outcome"], get_args(Outcome))
            check_choice("predictor", description["predictor"], get_args(Predictor))
            design, outcome = Design.from_dict(description["design"]), description["outcome"]
            n_groups, n_strengths = len(arrays["shares"]), len(arrays["strengths"])
            _require_shapes(arrays, {"shares": (n_groups,), "priors": (n_strengths, n_groups)})
            if description["schema"] == NETWORKS_SCHEMA:
                groups, pooled = _networks(folder, design, outcome, n_groups)
            else:
                groups, pooled = _lines(arrays, design, outcome, description)
            strengths = tuple(arrays["strengths"].tolist())
            path = RobustPath(strengths, arrays["priors"], arrays["shares"], description["predictor"])
        advised = advised_files.load(folder, len(design.terms), cls.load)
        return cls(design, outcome, path, groups, pooled, advised)


def _read(folder: Path) -> tuple[dict, dict[str, np.ndarray]]:
    """Return what ``model.json`` and ``model.safetensors`` in ``folder`` hold, once their layout is known."""
    try:
        description = read_json(folder / "model.json")
        arrays = read_safetensors(folder / "model.safetensors")
    except (OSError, ValueError) as error:
        raise StoreError(f'No model can be read from "{folder}": {error}. Make the study again.') from error
    found = description.get("schema") if isinstance(description, dict) else None
    expected = {LINES_SCHEMA: {*_PATH, *_GROUPS_OF_LINES, *_POOLED_LINE}, NETWORKS_SCHEMA: {*_PATH}}
    if not isinstance(found, str) or set(arrays) != expected.get(found):
        raise StoreError(
            f'"{folder}" holds a model of layout {found!r:.40}, not {LINES_SCHEMA!r}; make it again.'
        )
    return description, arrays


def _coefficients(groups: Mixture, pooled: Mixture) -> dict[str, np.ndarray]:
    """Return the arrays of lines, which are per unit of X and y."""
    (scale, df), own = groups.residual_scale(), groups.parameters
    return {
        "coef": own.beta[:, 1:],
        "intercept": own.beta[:, 0],
        "gate_coef": own.gamma[:, 1:],
        "gate_intercept": own.gamma[:, 0],
        "pooled_coef": pooled.parameters.beta[0, 1:],
        "pooled_intercept": pooled.parameters.beta[0, :1],
        "scale": scale,
        "df": df,
    }


def _terms_of(groups: Mixture) -> dict[str, object]:
    """Return which columns the gate sees, and the bends of gate and experts, ready for JSON."""
    bends = {"gate_expansion": groups.gate_expansion, "expert_expansion": groups.expert_expansion}
    plain = {name: None if each is None else each.as_dict() for name, each in bends.items()}
    return plain | {"gate_index": straight_columns(groups.scaling.gate).tolist()}


def _columns(index: np.ndarray, bends: dict | None, whose: str) -> Columns:
    """Return the columns at ``index``, with ``bends`` where they have any."""
    if bends is None:
        return Columns.unscaled(index)
    expansion = Expansion.from_dict(bends)
    if not np.array_equal(expansion.index, index):
        raise StoreError(f"the bends of the {whose} belong to other columns")
    return FlexibleColumns.unscaled(expansion)


def _lines(
    arrays: dict[str, np.ndarray], design: Design, outcome: Outcome, description: dict
) -> tuple[Mixture, Mixture]:
    """Return the groups and the pooled model from ``_coefficients`` and ``_terms_of``.

    Models that say nothing of it were written when every gate had the design's columns and no rule bent.
    """
    index = np.array(description.get("gate_index", design.gate_index), dtype=int)
    if not np.isin(index, np.arange(len(design.terms))).all():
        raise StoreError("the gate has columns that the design lacks")
    gate = _columns(index, description["gate_expansion"], "gate")
    experts = _columns(design.expert_index, description.get("expert_expansion"), "rules")
    n_groups, p = len(arrays["shares"]), len(design.expert_index)
    expected = dict.fromkeys(("intercept", "gate_intercept", "scale", "df"), (n_groups,))
    expected |= {"coef": (n_groups, len(experts.index)), "gate_coef": (n_groups, len(gate.index))}
    _require_shapes(arrays, expected | {"pooled_coef": (p,), "pooled_intercept": (1,)})
    tails = bool(np.isfinite(arrays["df"]).all())
    parameters = Parameters(
        np.column_stack([arrays["intercept"], arrays["coef"]]),
        arrays["scale"] ** 2,
        np.column_stack([arrays["gate_intercept"], arrays["gate_coef"]]),
        arrays["df"] if tails else None,
    )
    scaling = Scaling(experts, gate, 0.0, 1.0)
    pooled = Mixture.one_line(
        arrays["pooled_coef"], arrays["pooled_intercept"][0], design.expert_index, outcome
    )
    return Mixture(parameters, scaling, outcome, "t" if tails else "normal"), pooled


def _networks(folder: Path, design: Design, outcome: Outcome, n_groups: int) -> tuple[RomeMoE, RomeMoE]:
    """Return the groups' networks and the pooled one; raise where they are of another study."""
    from rome.moe import RomeMoE

    groups, pooled = (RomeMoE.load(folder / name) for name in (_GROUPS, _POOLED))
    if len(groups.shares_) != n_groups:
        raise StoreError(f"the networks hold {len(groups.shares_)} groups, the path {n_groups}")
    for model in (groups, pooled):
        if model.n_features_in_ != len(design.terms) or model.outcome != outcome:
            raise StoreError("the networks were trained on other columns than the design's")
    return groups, pooled


def _require_shapes(arrays: dict[str, np.ndarray], expected: dict[str, tuple[int, ...]]) -> None:
    for name, shape in expected.items():
        if arrays[name].shape != shape:
            raise StoreError(f'"{name}" has the shape {arrays[name].shape}, not {shape}')
