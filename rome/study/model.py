"""A fitted study as plain arrays: enough to score new rows, nothing that executes when it is read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
from scipy.special import logsumexp

from rome.em import gate
from rome.em.experts import experts_for
from rome.em.flexible import Expansion
from rome.em.sufficient_statistics import Parameters
from rome.errors import RomeError, StoreError
from rome.robust import RobustPath
from rome.serialize.csv_json import to_json
from rome.settings.study import Outcome, Predictor, check_choice
from rome.table.design import Design

MODEL_SCHEMA = "rome.model/2"
#: The layout of ``rome.study.network_model``.
NETWORKS_SCHEMA = "rome.networks/1"
_ARRAYS = (
    "coef",
    "intercept",
    "gate_coef",
    "gate_intercept",
    "shares",
    "strengths",
    "priors",
    "pooled_coef",
    "pooled_intercept",
    "scale",
    "df",
)


@dataclass(frozen=True)
class Answers:
    """What a model says of rows before any outcome is seen: P(group | s) and each expert's prediction, both
    (n, K), and the pooled prediction (n,)."""

    membership: np.ndarray
    group_predictions: np.ndarray
    pooled: np.ndarray


@dataclass(frozen=True)
class StoredModel:
    """Gate, experts, robust path and pooled model in the design's units.

    ``coef`` (K, p), ``intercept`` (K,), ``gate_coef`` (K, d), ``gate_intercept`` (K,), ``priors`` (S, K),
    ``pooled_coef`` (p,) and ``pooled_intercept`` (1,). ``scale`` and ``df`` (K,) are the spread of each
    group's residuals and their degrees of freedom: infinite for normal ones, NaN for a binary outcome.
    """

    design: Design
    outcome: Outcome
    predictor: Predictor
    arrays: dict[str, np.ndarray]
    gate_expansion: Expansion | None = None

    @classmethod
    def from_fit(cls, design: Design, outcome: Outcome, mixture, pooled, path: RobustPath) -> StoredModel:
        """Take what a study fitted."""
        arrays = {
            "coef": mixture.coef_,
            "intercept": mixture.intercept_,
            "gate_coef": mixture.gate_coef_,
            "gate_intercept": mixture.gate_intercept_,
            "shares": path.shares,
            "strengths": np.array(path.strengths),
            "priors": path.priors,
            "pooled_coef": pooled.coef_,
            "pooled_intercept": np.array([pooled.intercept_]),
            "scale": mixture.scale_,
            "df": mixture.df_,
        }
        plain = {name: np.ascontiguousarray(values, dtype=float) for name, values in arrays.items()}
        return cls(design, outcome, path.predictor, plain, mixture.gate_expansion)

    @property
    def n_groups(self) -> int:
        """Number of latent groups, K."""
        return len(self.arrays["intercept"])

    def answers(self, X: np.ndarray) -> Answers:
        """Return what the model says of rows whose design is X (n, p)."""
        seen = X[:, self.design.expert_index]
        pooled = seen @ self.arrays["pooled_coef"] + self.arrays["pooled_intercept"][0]
        mean = experts_for(self.outcome).mean
        return Answers(self._membership(X), mean(self._eta(X)), mean(pooled))

    def _membership(self, X: np.ndarray) -> np.ndarray:
        expansion = self.gate_expansion
        terms = X[:, self.design.gate_index] if expansion is None else expansion.transform(X)
        columns = np.column_stack([np.ones(len(X)), terms])
        gamma = np.column_stack([self.arrays["gate_intercept"], self.arrays["gate_coef"]])
        return np.exp(gate.log_membership(columns, gamma)).T

    def _eta(self, X: np.ndarray) -> np.ndarray:
        return X[:, self.design.expert_index] @ self.arrays["coef"].T + self.arrays["intercept"]

    def responsibilities(self, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return P(group | x, s, y), (n, K), for rows whose design is X (n, p) and outcomes y (n,)."""
        scale, df = self.arrays["scale"], self.arrays["df"]
        noise = "t" if np.isfinite(df).all() else "normal"
        # The gate's part is added below, so that no coefficients of it are needed here.
        spread = Parameters(np.empty((0, 0)), scale**2, np.empty((0, 0)), df)
        joint = experts_for(self.outcome, noise).log_density(y, self._eta(X).T, spread)
        with np.errstate(divide="ignore"):
            joint = joint + np.log(self._membership(X)).T
        return np.exp(joint - logsumexp(joint, axis=0)).T

    def membership(self, frame: pd.DataFrame) -> np.ndarray:
        """Return P(group | s), (n, K)."""
        return self._membership(self.design.transform(frame))

    def group_predictions(self, frame: pd.DataFrame) -> np.ndarray:
        """Return each expert's prediction, (n, K)."""
        return self.answers(self.design.transform(frame)).group_predictions

    def predict_pooled(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the pooled model's prediction, (n,)."""
        return self.answers(self.design.transform(frame)).pooled

    def predict(self, frame: pd.DataFrame, strength: float) -> np.ndarray:
        """Return the robust prediction (n,) at a stored strength."""
        return self.robust(self.answers(self.design.transform(frame)), strength)

    def robust(self, answers: Answers, strength: float) -> np.ndarray:
        """Return the robust prediction (n,) at a stored strength from what the model says of rows."""
        strengths = self.arrays["strengths"]
        place = int(np.argmin(np.abs(strengths - strength)))
        if abs(strengths[place] - strength) > 1e-9:
            raise StoreError(
                f"The model holds no DRO strength {strength:g}; nearest is {strengths[place]:g}."
            )
        path = RobustPath((strength,), self.arrays["priors"][[place]], self.arrays["shares"], self.predictor)
        return path.predict(answers.group_predictions, answers.membership)[:, 0]

    def save(self, folder: Path) -> None:
        """Write ``model.json`` and ``model.safetensors`` into ``folder``."""
        from safetensors.numpy import save

        folder.mkdir(parents=True, exist_ok=True)
        description = {
            "schema": MODEL_SCHEMA,
            "outcome": self.outcome,
            "predictor": self.predictor,
            "design": self.design.as_dict(),
            "gate_expansion": None if self.gate_expansion is None else self.gate_expansion.as_dict(),
        }
        (folder / "model.json").write_bytes(to_json(description))
        (folder / "model.safetensors").write_bytes(save(self.arrays))

    @classmethod
    def load(cls, folder: Path) -> StoredModel:
        """Read what ``save`` wrote; a ``StoredNetworks`` where the groups are networks.

        Raises
        ------
        StoreError
            A file is missing, or holds something else.
        """
        description, arrays = read_model_files(folder)
        found = description.get("schema") if isinstance(description, dict) else None
        if found == NETWORKS_SCHEMA:
            from rome.study.network_model import StoredNetworks

            return StoredNetworks.load(folder)
        if found != MODEL_SCHEMA or set(arrays) != set(_ARRAYS):
            raise StoreError(
                f'"{folder}" holds a model of layout {found!r:.40}, not {MODEL_SCHEMA!r}; make it again.'
            )
        try:
            check_choice("outcome", description["outcome"], get_args(Outcome))
            check_choice("predictor", description["predictor"], get_args(Predictor))
            model = cls(
                Design.from_dict(description["design"]),
                description["outcome"],
                description["predictor"],
                arrays,
                _expansion(description["gate_expansion"]),
            )
            model._require_consistent()
        except (RomeError, LookupError, TypeError, ValueError) as error:
            raise StoreError(
                f'The model in "{folder}" is damaged ({error}); make the study again.'
            ) from error
        return model

    def _require_consistent(self) -> None:
        """Raise unless every array has the shape that the design and the other arrays ask for."""
        groups, strengths = len(self.arrays["intercept"]), len(self.arrays["strengths"])
        p, d = len(self.design.expert_index), len(self.design.gate_index)
        if self.gate_expansion is not None:
            if not np.array_equal(self.gate_expansion.index, self.design.gate_index):
                raise StoreError("the gate's bends belong to other columns")
            d += len(self.gate_expansion.parts)
        expected = {
            "coef": (groups, p),
            "intercept": (groups,),
            "gate_coef": (groups, d),
            "gate_intercept": (groups,),
            "shares": (groups,),
            "strengths": (strengths,),
            "priors": (strengths, groups),
            "pooled_coef": (p,),
            "pooled_intercept": (1,),
            "scale": (groups,),
            "df": (groups,),
        }
        for name, shape in expected.items():
            if self.arrays[name].shape != shape:
                raise StoreError(f'"{name}" has the shape {self.arrays[name].shape}, not {shape}')


def _expansion(values: dict | None) -> Expansion | None:
    return None if values is None else Expansion.from_dict(values)


def read_model_files(folder: Path) -> tuple[object, dict[str, np.ndarray]]:
    """Return what ``model.json`` and ``model.safetensors`` in ``folder`` hold, whatever the layout.

    Raises
    ------
    StoreError
        One of them is missing, or is no such file.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        description = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        return description, load_file(folder / "model.safetensors")
    except (OSError, ValueError, SafetensorError) as error:
        raise StoreError(f'No model can be read from "{folder}": {error}. Make the study again.') from error
