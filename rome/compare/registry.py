"""The models that can be compared, by plain name, with what tuning may vary.

Adding one takes an entry here: how to build it from the columns and the drawn parameters, and its space.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np

from rome.baselines import (
    AdversarialReweighting,
    BoostedTrees,
    BoundedGroupLoss,
    ChiSquareDRO,
    CVaRDRO,
    GroupDRO,
    Interactions,
    NeuralPooled,
    Pooled,
    VanillaMoE,
)
from rome.em import RomeEM
from rome.errors import SettingError, nearest
from rome.settings.study import Outcome


@dataclass(frozen=True)
class Choice:
    """One of several values, each as likely."""

    values: tuple[object, ...]

    def draw(self, rng: np.random.Generator) -> object:
        """Return one value."""
        return self.values[int(rng.integers(len(self.values)))]


@dataclass(frozen=True)
class Between:
    """A number from ``low`` to ``high``, even on its scale, or on the scale of its logarithm."""

    low: float
    high: float
    log: bool = False

    def draw(self, rng: np.random.Generator) -> float:
        """Return one number."""
        if self.log:
            return float(np.exp(rng.uniform(np.log(self.low), np.log(self.high))))
        return float(rng.uniform(self.low, self.high))


Space = Choice | Between


class Model(Protocol):
    """What a comparison asks of an estimator."""

    def fit(self, X, y, sample_weight=None): ...

    def predict(self, X) -> np.ndarray: ...


@dataclass(frozen=True)
class Columns:
    """Positions of the columns in the design, the outcome's kind, and the seed of one fit."""

    experts: tuple[int, ...]
    gate: tuple[int, ...]
    outcome: Outcome
    seed: int


Build = Callable[[Columns, Mapping[str, object]], Model]


@dataclass(frozen=True)
class ModelSpec:
    """A model that can be compared, with its name for people and a sentence ``about`` it.

    ``sees`` says what its prediction uses: "a" the features, "as" the sensitive columns too, "routed" the
    features, with the sensitive columns as a gate. ``knows_groups``: it is told the observed groups of its
    training rows. ``package``: an optional package that it needs.
    """

    name: str
    title: str
    sees: Literal["a", "as", "routed"]
    build: Build
    space: Mapping[str, Space] = field(default_factory=dict)
    knows_groups: bool = False
    package: str | None = None
    about: str = ""


def _made(kind, **fixed) -> Build:
    """Return how to build a baseline, with some parameters fixed."""

    def build(columns: Columns, drawn: Mapping[str, object]) -> Model:
        return kind(
            outcome=columns.outcome,
            gate_features=list(columns.gate),
            expert_features=list(columns.experts),
            **fixed,
            **drawn,
        )

    return build


def _seeded(kind, **fixed) -> Build:
    """Return how to build a baseline that takes a seed."""
    build = _made(kind, **fixed)
    return lambda columns, drawn: build(columns, {**drawn, "random_state": columns.seed})


def _rome_em(columns: Columns, drawn: Mapping[str, object]) -> Model:
    return RomeEM(
        outcome=columns.outcome,
        gate_features=list(columns.gate),
        expert_features=list(columns.experts),
        random_state=columns.seed,
        **drawn,
    )


def _rome_moe(columns: Columns, drawn: Mapping[str, object]) -> Model:
    from rome.moe import RomeMoE

    rest = {name: value for name, value in drawn.items() if name != "warm_start"}
    shared = {"gate_features": list(columns.gate), "expert_features": list(columns.experts)}
    source = None
    if drawn.get("warm_start", False):
        groups = int(rest.get("n_groups", 2))
        source = RomeEM(groups, outcome=columns.outcome, **shared, n_init=5, random_state=columns.seed)
    return RomeMoE(
        outcome=columns.outcome,
        warm_start_from=source,
        device="cpu",
        random_state=columns.seed,
        **shared,
        **rest,
    )


_NETWORK: dict[str, Space] = {
    "hidden_sizes": Choice(((32,), (64,), (64, 64))),
    "learning_rate": Between(1e-3, 1e-2, log=True),
    "weight_decay": Between(1e-4, 1e-1, log=True),
    "batch_size": Choice((32, 64, 128)),
}
_MIXTURE: dict[str, Space] = {**_NETWORK, "n_groups": Choice((2, 3, 4, 6))}
#: The criterion stays "regret": "risk" at a high strength may cost everybody much for a group that is merely
#: noisy, which validation rows of one split can't tell from a gain.
_DIAL: dict[str, Space] = {"dro_strength": Choice((0.0, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0))}
_TREES: dict[str, Space] = {
    "learning_rate": Between(0.02, 0.3, log=True),
    "max_leaf_nodes": Choice((4, 8, 16, 31)),
    "min_samples_leaf": Choice((5, 10, 20, 40)),
    "l2_regularization": Between(1e-3, 10, log=True),
    "early_stopping": Choice((True, False)),
}

_ALL = (
    ModelSpec(
        "pooled",
        "One model for everybody",
        "a",
        _made(Pooled, sees="a"),
        about="Least squares, or a logistic curve for a yes or no, on the ordinary columns only.",
    ),
    ModelSpec(
        "pooled_with_s",
        "One model, sensitive columns too",
        "as",
        _made(Pooled),
        about="The same, and it may use the sensitive columns like any other.",
    ),
    ModelSpec(
        "interactions",
        "Separate slopes by sensitive column",
        "as",
        _seeded(Interactions),
        about="A linear model in which every ordinary column counts differently by every sensitive one.",
    ),
    ModelSpec(
        "boosted_trees",
        "Boosted trees",
        "as",
        _seeded(BoostedTrees),
        _TREES,
        about="Many small decision trees on all columns: often the least error on average.",
    ),
    ModelSpec(
        "mlp",
        "Neural network",
        "a",
        _seeded(NeuralPooled, sees="a"),
        _NETWORK,
        about="One network on the ordinary columns.",
    ),
    ModelSpec(
        "mlp_with_s",
        "Neural network, sensitive columns too",
        "as",
        _seeded(NeuralPooled),
        _NETWORK,
        about="One network on all columns.",
    ),
    ModelSpec(
        "vanilla_moe",
        "Mixture of experts",
        "as",
        _seeded(VanillaMoE),
        _MIXTURE,
        about="Several networks and a gate on all columns, trained for the average and nothing else.",
    ),
    ModelSpec(
        "group_dro",
        "Group DRO",
        "as",
        _seeded(GroupDRO),
        {**_NETWORK, "step": Between(1e-3, 1e-1, log=True), "adjustment": Choice((0.0, 1.0, 2.0))},
        knows_groups=True,
        about="A network that is told the observed groups, and trained for the worst of them.",
    ),
    ModelSpec(
        "bounded_loss",
        "Bounded group loss",
        "as",
        _made(BoundedGroupLoss),
        {"bound": Between(0.6, 1.0)},
        knows_groups=True,
        package="fairlearn",
        about="Is told the observed groups, and keeps the loss of each of them below a limit.",
    ),
    ModelSpec(
        "adversarial",
        "Adversarial reweighting",
        "as",
        _seeded(AdversarialReweighting),
        {**_NETWORK, "adversary_rate": Between(1e-3, 1e-1, log=True)},
        about="A network against an opponent who gives more weight to rows that it predicts badly.",
    ),
    ModelSpec(
        "cvar_dro",
        "Worst share of the rows (CVaR DRO)",
        "as",
        _seeded(CVaRDRO),
        {**_NETWORK, "worst_share": Between(0.1, 1.0)},
        about="A network trained for the share of the rows that it predicts worst, whoever they are.",
    ),
    ModelSpec(
        "chi_square_dro",
        "Worst reweighting of the rows (χ² DRO)",
        "as",
        _seeded(ChiSquareDRO),
        {**_NETWORK, "radius": Between(0.02, 5.0, log=True)},
        about="A network trained for the worst mixture of rows within a distance from the data.",
    ),
    ModelSpec(
        "rome_em",
        "ROME",
        "routed",
        _rome_em,
        {"n_groups": Choice((2, 3, 4)), "gate": Choice(("linear", "flexible")), **_DIAL},
        about="A linear model for each latent group; the sensitive columns only decide who belongs where.",
    ),
    ModelSpec(
        "rome_moe",
        "ROME with neural experts",
        "routed",
        _rome_moe,
        {**_MIXTURE, **_DIAL, "warm_start": Choice((False, True))},
        about="A network for each latent group; the sensitive columns only decide who belongs where.",
    ),
)
MODEL_SPECS: Mapping[str, ModelSpec] = {spec.name: spec for spec in _ALL}


def default_models() -> tuple[str, ...]:
    """Return the names of all models whose packages are installed, the reference first."""
    return tuple(spec.name for spec in _ALL if _installed(spec))


def is_installed(name: str) -> bool:
    """Return whether the packages that a model needs are here."""
    return _installed(MODEL_SPECS[name])


def chosen_specs(names: tuple[str, ...]) -> tuple[ModelSpec, ...]:
    """Return the models of ``names``.

    Raises
    ------
    SettingError
        There is no such model, or it needs a package that is not installed.
    """
    for name in names:
        if name not in MODEL_SPECS:
            raise SettingError(
                f'There is no model "{name}"; there are {", ".join(MODEL_SPECS)}.{nearest(name, MODEL_SPECS)}'
            )
        if not _installed(MODEL_SPECS[name]):
            raise SettingError(
                f'Model "{name}" needs the package {MODEL_SPECS[name].package}, which is not installed. '
                'Install it with: pip install "rome-studio[baselines]", or leave the model out.'
            )
    return tuple(MODEL_SPECS[name] for name in names)


def _installed(spec: ModelSpec) -> bool:
    from importlib.util import find_spec

    return spec.package is None or find_spec(spec.package) is not None
