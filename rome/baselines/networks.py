"""One network for everybody, and the ordinary mixture of experts: what neural models do without ROME."""

from __future__ import annotations

import numpy as np

from rome.baselines.base import Baseline


class NeuralPooled(Baseline):
    """One multilayer perceptron for all rows; a ``RomeMoE`` of one group is nothing else, and trains it.

    Parameters
    ----------
    outcome : {"numeric", "binary"}
        Squared error, or log loss.
    sees : {"a", "as"}, default="as"
        Whether the network sees the sensitive columns.
    gate_features, expert_features : sequence of str or int, or None
        As in ``RomeMoE``.
    hidden_sizes, epochs, batch_size, learning_rate, weight_decay, validation_fraction, patience, n_init :
        As in ``RomeMoE``.
    random_state : int, RandomState or None
    """

    def __init__(
        self,
        outcome="numeric",
        *,
        sees="as",
        gate_features=None,
        expert_features=None,
        hidden_sizes=(64,),
        epochs=200,
        batch_size=64,
        learning_rate=3e-3,
        weight_decay=1e-3,
        validation_fraction=0.15,
        patience=25,
        n_init=1,
        random_state=None,
    ):
        self.outcome = outcome
        self.sees = sees
        self.gate_features = gate_features
        self.expert_features = expert_features
        self.hidden_sizes = hidden_sizes
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.n_init = n_init
        self.random_state = random_state

    def _learn(self, X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> None:
        from rome.moe import RomeMoE

        objective = "likelihood" if self.outcome == "binary" else "squared"
        self._network = RomeMoE(
            1,
            outcome=self.outcome,
            objective=objective,
            device="cpu",
            **_training(self),
            random_state=self.random_state,
        ).fit(X, y, sample_weight=weights)

    def _answer(self, X: np.ndarray) -> np.ndarray:
        return self._network.predict(X)


class VanillaMoE(Baseline):
    """The ordinary mixture of experts: experts and gate see every column, squared error, no robustness.

    Parameters
    ----------
    n_groups : int, default=4
    outcome : {"numeric", "binary"}
        Squared error of the mixture's mean; the Brier score for a binary outcome.
    sees : {"a", "as"}, default="as"
        Whether experts and gate see the sensitive columns.
    gate_hidden_sizes and the others : as in ``RomeMoE``
    random_state : int, RandomState or None
    """

    def __init__(
        self,
        n_groups=4,
        *,
        outcome="numeric",
        sees="as",
        gate_features=None,
        expert_features=None,
        hidden_sizes=(64,),
        gate_hidden_sizes=(32,),
        epochs=200,
        batch_size=64,
        learning_rate=3e-3,
        weight_decay=1e-3,
        validation_fraction=0.15,
        patience=25,
        n_init=3,
        random_state=None,
    ):
        self.n_groups = n_groups
        self.outcome = outcome
        self.sees = sees
        self.gate_features = gate_features
        self.expert_features = expert_features
        self.hidden_sizes = hidden_sizes
        self.gate_hidden_sizes = gate_hidden_sizes
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.n_init = n_init
        self.random_state = random_state

    def _learn(self, X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> None:
        from rome.moe import RomeMoE

        self._network = RomeMoE(
            self.n_groups,
            outcome=self.outcome,
            gate="as",
            objective="squared",
            dro_strength=0.0,
            device="cpu",
            gate_hidden_sizes=self.gate_hidden_sizes,
            **_training(self),
            random_state=self.random_state,
        ).fit(X, y, sample_weight=weights)

    def _answer(self, X: np.ndarray) -> np.ndarray:
        return self._network.predict(X)


def _training(model) -> dict[str, object]:
    """Return the parameters that say how to train; they go to ``RomeMoE`` as they are."""
    names = (
        "hidden_sizes",
        "epochs",
        "batch_size",
        "learning_rate",
        "weight_decay",
        "validation_fraction",
        "patience",
        "n_init",
    )
    return {name: getattr(model, name) for name in names}
