"""What neural models do without ROME's groups: one network for everybody, plain or with some training rows
counting more (group DRO, CVaR, χ² DRO, an adversary), and the ordinary mixture of experts."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import field

import numpy as np
from numpy.random import RandomState

from rome.baselines.base import Baseline, GroupBaseline, parameters
from rome.settings.spec import check_number

#: Parameters that say how to train; they go to ``RomeMoE`` as they are.
_TRAINING = (
    "hidden_sizes",
    "epochs",
    "batch_size",
    "learning_rate",
    "weight_decay",
    "validation_fraction",
    "patience",
)


@parameters()
class _Neural(Baseline):
    """A baseline of networks.

    Parameters
    ----------
    outcome : {"numeric", "binary"}
    sees : {"a", "as"}, default="as"
        Whether the networks see the sensitive columns.
    gate_features, expert_features : sequence of str or int, or None
    hidden_sizes, epochs, batch_size, learning_rate, weight_decay, validation_fraction, patience :
        As in ``RomeMoE``.
    random_state : int, RandomState or None
    """

    sees: str = "as"
    hidden_sizes: tuple[int, ...] = (64,)
    epochs: int = 200
    batch_size: int = 64
    learning_rate: float = 3e-3
    weight_decay: float = 1e-3
    validation_fraction: float = 0.15
    patience: int | None = 25
    random_state: int | RandomState | None = None

    def _moe(self, n_groups: int = 1, objective: str | None = None, **others: object):
        """Return an untrained ``RomeMoE`` with these parameters, for squared error or log loss by default."""
        from rome.moe import RomeMoE

        alone = "likelihood" if self.outcome == "binary" else "squared"
        training = {name: getattr(self, name) for name in _TRAINING}
        return RomeMoE(
            n_groups, outcome=self.outcome, objective=objective or alone, device="cpu", **training, **others
        )


@parameters()
class NeuralPooled(_Neural):
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

    n_init: int = 1

    def _learn(self, X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> None:
        network = self._moe(n_init=self.n_init, random_state=self.random_state)
        self._network = network.fit(X, y, sample_weight=weights)

    def _answer(self, X: np.ndarray) -> np.ndarray:
        return self._network.predict(X)


@parameters()
class VanillaMoE(_Neural):
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

    n_groups: int = field(default=4, kw_only=False)
    outcome: str = field(default="numeric", kw_only=True)
    gate_hidden_sizes: tuple[int, ...] = (32,)
    n_init: int = 3

    def _learn(self, X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> None:
        network = self._moe(
            self.n_groups,
            "squared",
            gate="as",
            dro_strength=0.0,
            gate_hidden_sizes=self.gate_hidden_sizes,
            n_init=self.n_init,
            random_state=self.random_state,
        )
        self._network = network.fit(X, y, sample_weight=weights)

    def _answer(self, X: np.ndarray) -> np.ndarray:
        return self._network.predict(X)


class _Reweighted(_Neural):
    """One network trained by a rule of emphasis; a kind of rule fills in ``_emphasis``."""

    def _learn(
        self, X: np.ndarray, y: np.ndarray, weights: np.ndarray, groups: np.ndarray | None = None
    ) -> None:
        from rome.moe.emphasised import Rows, fit_emphasised
        from rome.moe.requirements import check_rows, check_settings, plan_of

        self._check_rule()
        alike = self._moe()
        check_settings(alike)
        check_rows(alike, np.zeros(len(y)), np.ones(len(y)))
        side = np.zeros((len(y), 0)) if groups is None else _one_hot(groups)
        self._network = fit_emphasised(
            Rows(X, y, weights, side),
            tuple(int(width) for width in self.hidden_sizes),
            plan_of(alike),
            self._emphasis,
            float(self.validation_fraction),
            self._seed(),
        )

    def _answer(self, X: np.ndarray) -> np.ndarray:
        return self._network.group_predictions(X)[:, 0]

    @abstractmethod
    def _check_rule(self) -> None: ...

    @abstractmethod
    def _emphasis(self, data): ...


def _one_hot(labels: np.ndarray) -> np.ndarray:
    names, codes = np.unique(labels, return_inverse=True)
    return np.eye(len(names))[codes]


@parameters()
class GroupDRO(GroupBaseline, _Reweighted):
    """Group DRO for groups that are known while training (Sagawa et al. 2020).

    Parameters
    ----------
    outcome : {"numeric", "binary"}
    sees : {"a", "as"}, default="as"
    step : float, default=0.01
        Step of the exponentiated-gradient weights on the groups.
    adjustment : float, default=0
        C: a group of m rows counts as if its loss were C/√m higher.
    hidden_sizes and the others : as in ``RomeMoE``
    random_state : int, RandomState or None

    References
    ----------
    Sagawa, Koh, Hashimoto & Liang (2020), arXiv:1911.08731.
    """

    step: float = 0.01
    adjustment: float = 0.0

    def _check_rule(self) -> None:
        check_number("step", self.step, 0, 10)
        check_number("adjustment", self.adjustment, 0, 1000)

    def _emphasis(self, data):
        from rome.moe.emphasis import KnownGroups

        shares = data.weights @ data.Z / data.weights.sum()
        return KnownGroups(shares, data.Z.sum(0), float(self.step), float(self.adjustment))


@parameters()
class CVaRDRO(_Reweighted):
    """The mean loss of the worst rows, whoever they are: conditional value at risk, batch by batch.

    Parameters
    ----------
    outcome : {"numeric", "binary"}
    sees : {"a", "as"}, default="as"
    worst_share : float in (0, 1], default=0.5
        α, the share of each batch that counts; 1 is ordinary training.
    hidden_sizes and the others : as in ``RomeMoE``
    random_state : int, RandomState or None

    References
    ----------
    Rockafellar & Uryasev (2000), Journal of Risk 2; Duchi & Namkoong (2021), Annals of Statistics 49; Levy,
    Carmon, Duchi & Sidford (2020), arXiv:2010.05893.
    """

    worst_share: float = 0.5

    def _check_rule(self) -> None:
        check_number("worst_share", self.worst_share, 1e-3, 1)

    def _emphasis(self, data):
        from rome.moe.emphasis import WorstShare

        return WorstShare(float(self.worst_share))


@parameters()
class ChiSquareDRO(_Reweighted):
    """The worst mean loss over a χ² ball of weights on the rows, batch by batch.

    Parameters
    ----------
    outcome : {"numeric", "binary"}
    sees : {"a", "as"}, default="as"
    radius : float, default=0.5
        ρ of ½ Σ p (q/p − 1)² ≤ ρ; 0 is ordinary training.
    hidden_sizes and the others : as in ``RomeMoE``
    random_state : int, RandomState or None

    References
    ----------
    Namkoong & Duchi (2017), arXiv:1610.02581; Hashimoto, Srivastava, Namkoong & Liang (2018),
    arXiv:1806.08010.
    """

    radius: float = 0.5

    def _check_rule(self) -> None:
        check_number("radius", self.radius, 0, 1e6)

    def _emphasis(self, data):
        from rome.moe.emphasis import ChiSquareBall, WorstShare

        # A ball of radius 0 is the rows' own shares, which its closed form reaches only in the limit.
        return ChiSquareBall(float(self.radius)) if self.radius > 0 else WorstShare(1.0)


@parameters()
class AdversarialReweighting(_Reweighted):
    """Adversarially reweighted learning: an adversary looks for rows that fare badly (Lahoti et al. 2020).

    Parameters
    ----------
    outcome : {"numeric", "binary"}
    sees : {"a", "as"}, default="as"
        What the network sees; its adversary, which is linear, sees the same and the outcome.
    adversary_rate : float, default=0.01
        The adversary's learning rate.
    hidden_sizes and the others : as in ``RomeMoE``
    random_state : int, RandomState or None

    References
    ----------
    Lahoti, Beutel, Chen, Lee, Prost, Thain, Wang & Chi (2020), arXiv:2006.13114.
    """

    adversary_rate: float = 0.01

    def _check_rule(self) -> None:
        check_number("adversary_rate", self.adversary_rate, 0, 10)

    def _emphasis(self, data):
        from rome.moe.emphasis import Adversary

        return Adversary(data.X.shape[1], float(self.adversary_rate), data.X.device)
