"""A fitted study with neural groups on disk: networks, robust path and design; nothing in it executes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import numpy as np

from rome.errors import RomeError, StoreError
from rome.robust import RobustPath
from rome.serialize.csv_json import to_json
from rome.settings.study import Outcome, Predictor, check_choice
from rome.study.model import NETWORKS_SCHEMA, Answers, StoredModel, read_model_files
from rome.table.design import Design

if TYPE_CHECKING:
    from rome.moe import RomeMoE

_ARRAYS = ("shares", "strengths", "priors")
#: Folders inside the model's: the groups' networks, and the one network that is the pooled model.
_GROUPS, _ONE = "groups", "pooled"


@dataclass(frozen=True)
class StoredNetworks(StoredModel):
    """The networks of the groups, the one network for everybody, and the robust path.

    It answers as ``StoredModel`` does. ``arrays`` hold ``shares`` (K,), ``strengths`` (S,) and ``priors``
    (S, K).
    """

    groups: RomeMoE = field(kw_only=True)
    one: RomeMoE = field(kw_only=True)

    @classmethod
    def from_networks(
        cls, design: Design, outcome: Outcome, groups: RomeMoE, one: RomeMoE, path: RobustPath
    ) -> StoredNetworks:
        """Take what a study trained."""
        arrays = {"shares": path.shares, "strengths": np.array(path.strengths), "priors": path.priors}
        plain = {name: np.ascontiguousarray(values, dtype=float) for name, values in arrays.items()}
        return cls(design, outcome, path.predictor, plain, groups=groups, one=one)

    @property
    def n_groups(self) -> int:
        """Number of latent groups, K."""
        return len(self.arrays["shares"])

    def answers(self, X: np.ndarray) -> Answers:
        """Return what the model says of rows whose design is X (n, p)."""
        return Answers(self._membership(X), self.groups.group_predictions(X), self.one.predict(X))

    def _membership(self, X: np.ndarray) -> np.ndarray:
        return self.groups.membership(X)

    def responsibilities(self, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return P(group | x, s, y), (n, K), for rows whose design is X (n, p) and outcomes y (n,)."""
        return self.groups.responsibilities(X, y)

    def save(self, folder: Path) -> None:
        """Write ``model.json``, ``model.safetensors`` and the folders of the networks into ``folder``."""
        from safetensors.numpy import save

        folder.mkdir(parents=True, exist_ok=True)
        description = {
            "schema": NETWORKS_SCHEMA,
            "outcome": self.outcome,
            "predictor": self.predictor,
            "design": self.design.as_dict(),
        }
        (folder / "model.json").write_bytes(to_json(description))
        (folder / "model.safetensors").write_bytes(save(self.arrays))
        self.groups.save(folder / _GROUPS)
        self.one.save(folder / _ONE)

    @classmethod
    def load(cls, folder: Path) -> StoredNetworks:
        """Read what ``save`` wrote.

        Raises
        ------
        StoreError
            A file is missing, or holds something else.
        """
        from rome.moe import RomeMoE

        description, arrays = read_model_files(folder)
        groups, one = (RomeMoE.load(folder / name) for name in (_GROUPS, _ONE))
        try:
            check_choice("schema", description["schema"], (NETWORKS_SCHEMA,))
            check_choice("outcome", description["outcome"], get_args(Outcome))
            check_choice("predictor", description["predictor"], get_args(Predictor))
            design = Design.from_dict(description["design"])
            model = cls(
                design, description["outcome"], description["predictor"], arrays, groups=groups, one=one
            )
            model._require_consistent()
        except (RomeError, LookupError, TypeError, ValueError) as error:
            raise StoreError(
                f'The model in "{folder}" is damaged ({error}); make the study again.'
            ) from error
        return model

    def _require_consistent(self) -> None:
        """Raise unless networks, path and design speak of the same groups, strengths and columns."""
        if set(self.arrays) != set(_ARRAYS):
            raise StoreError(f"its arrays are {', '.join(sorted(self.arrays))}, not {', '.join(_ARRAYS)}")
        groups, strengths = len(self.arrays["shares"]), len(self.arrays["strengths"])
        if self.arrays["priors"].shape != (strengths, groups) or len(self.groups.shares_) != groups:
            raise StoreError(f"the networks hold {len(self.groups.shares_)} groups, the path {groups}")
        for model in (self.groups, self.one):
            if model.n_features_in_ != len(self.design.terms) or model.outcome != self.outcome:
                raise StoreError("the networks were trained on other columns than the design's")
