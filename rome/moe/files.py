"""A trained ``RomeMoE`` as two files: JSON for what it is, safetensors for its numbers. Nothing executes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from numbers import Integral
from pathlib import Path
from typing import get_args

import numpy as np

from rome.errors import StoreError
from rome.moe.layout import Shape
from rome.moe.mixture import Mixture
from rome.moe.scaling import Scaling
from rome.moe.training import Epoch
from rome.robust import RobustPath
from rome.serialize.document import Document
from rome.settings.spec import check_choice
from rome.settings.study import Predictor

SCHEMA = "rome.moe/1"
_DOCUMENT = Document(SCHEMA, "model", "save it again.", has_arrays=True)
_SCALING = ("expert_index", "expert_mean", "expert_scale", "gate_index", "gate_mean", "gate_scale")
_POSITIONS = ("expert_index", "gate_index", "validation_rows")
_ARRAYS = (*_SCALING, "y_units", "flat", "strengths", "priors", "shares", "validation_rows")


@dataclass(frozen=True)
class Stored:
    """Everything that a saved model holds; ``columns`` are the names that it was fitted with, or ``None``."""

    parameters: dict[str, object]
    columns: tuple[str, ...] | None
    n_features: int
    mixture: Mixture
    path: RobustPath
    validation_rows: np.ndarray
    history: tuple[Epoch, ...]
    best_epoch: int
    log_likelihood: float
    start_objectives: tuple[float, ...]


def plain_parameters(parameters: dict[str, object]) -> dict[str, object]:
    """Return an estimator's parameters as JSON can hold them: no other estimator, and no generator."""
    kept = {name: value for name, value in parameters.items() if name != "warm_start_from"}
    if not isinstance(kept["random_state"], Integral):
        kept["random_state"] = None
    for name in ("gate_features", "expert_features"):
        if kept[name] is not None:
            kept[name] = [int(item) if isinstance(item, Integral) else str(item) for item in kept[name]]
    return kept


def write(folder: Path, stored: Stored) -> None:
    """Write ``moe.json`` and ``moe.safetensors`` into ``folder``, which is made where it is missing."""
    mixture, path = stored.mixture, stored.path
    description = {
        "parameters": stored.parameters,
        "columns": None if stored.columns is None else list(stored.columns),
        "n_features": stored.n_features,
        "shape": asdict(mixture.shape),
        "binary": mixture.binary,
        "predictor": path.predictor,
        "history": [asdict(epoch) for epoch in stored.history],
        "best_epoch": stored.best_epoch,
        "log_likelihood": stored.log_likelihood,
        "start_objectives": list(stored.start_objectives),
    }
    arrays = {name: getattr(mixture.scaling, name) for name in _SCALING}
    arrays["y_units"] = np.array([mixture.scaling.y_mean, mixture.scaling.y_scale])
    arrays |= {
        "flat": mixture.flat,
        "strengths": np.array(path.strengths),
        "priors": path.priors,
        "shares": path.shares,
        "validation_rows": stored.validation_rows,
    }
    folder.mkdir(parents=True, exist_ok=True)
    _DOCUMENT.write(folder / "moe.json", description, arrays)


def read(folder: Path) -> Stored:
    """Read what ``write`` wrote.

    Raises
    ------
    StoreError
        A file is missing, or holds something else.
    """
    path = folder / "moe.json"
    description, arrays = _DOCUMENT.load(path)
    with _DOCUMENT.damage(path):
        if set(arrays) != set(_ARRAYS):
            raise StoreError(f"its arrays are {', '.join(sorted(arrays))}")
        return _checked(description, arrays)


def _checked(description, arrays: dict[str, np.ndarray]) -> Stored:
    """Return what the files hold, once every size agrees with the others."""
    sizes = description["shape"]
    hidden = {name: tuple(int(width) for width in sizes[name]) for name in ("expert_hidden", "gate_hidden")}
    shape = Shape(**{**sizes, **hidden})
    strengths, n_features = tuple(arrays["strengths"].tolist()), int(description["n_features"])
    _require_consistent(arrays, shape, n_features)
    check_choice("predictor", description["predictor"], get_args(Predictor))
    scaling = Scaling(*(arrays[name] for name in _SCALING), *arrays["y_units"].tolist())
    mixture = Mixture(shape, arrays["flat"], scaling, bool(description["binary"]))
    path = RobustPath(strengths, arrays["priors"], arrays["shares"], description["predictor"])
    columns = description["columns"]
    parameters = {**description["parameters"]}
    for name in ("hidden_sizes", "gate_hidden_sizes"):
        parameters[name] = tuple(parameters[name])
    return Stored(
        parameters,
        None if columns is None else tuple(columns),
        n_features,
        mixture,
        path,
        arrays["validation_rows"],
        tuple(_epoch(values) for values in description["history"]),
        int(description["best_epoch"]),
        float(description["log_likelihood"]),
        tuple(float(value) for value in description["start_objectives"]),
    )


def _require_consistent(arrays: dict[str, np.ndarray], shape: Shape, n_features: int) -> None:
    """Raise unless every array has the size that the network asks for, and numbers of its kind."""
    n_strengths = len(arrays["strengths"])
    p, d, K = shape.n_expert_columns, shape.n_gate_columns, shape.n_groups
    expected = {"expert": (p,), "gate": (d,), "y": (2,), "flat": (shape.n_parameters(),)}
    expected["validation"] = (len(arrays["validation_rows"]),)
    expected |= {"strengths": (n_strengths,), "priors": (n_strengths, K), "shares": (K,)}
    for name, values in arrays.items():
        wanted = expected.get(name, expected.get(name.split("_")[0]))
        if values.shape != wanted:
            raise StoreError(f'"{name}" has the shape {values.shape}, not {wanted}')
    for name in ("expert_index", "gate_index"):
        if len(arrays[name]) and not 0 <= arrays[name].min() <= arrays[name].max() < n_features:
            raise StoreError(f'"{name}" points beyond the {n_features} columns of X')
    for name, values in arrays.items():
        if values.dtype.kind != ("i" if name in _POSITIONS else "f") or not np.isfinite(values).all():
            raise StoreError(f'"{name}" holds other numbers than it should')


def _epoch(values: dict[str, object]) -> Epoch:
    """Return one epoch; a number that JSON can't hold was stored as null."""
    plain = {name: np.nan if value is None else value for name, value in values.items()}
    losses = tuple(np.nan if loss is None else loss for loss in plain["group_losses"])
    return Epoch(**{**plain, "group_losses": losses})
