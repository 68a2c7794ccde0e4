"""One network whose training rows count more where it fails: group DRO, CVaR, χ² DRO, an adversary."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np

from rome.baselines.base import Baseline, GroupBaseline
from rome.settings.spec import check_number


class _Reweighted(Baseline):
    """One network trained by a rule of emphasis; a kind of rule fills in ``_emphasis``."""

    def _learn(
        self, X: np.ndarray, y: np.ndarray, weights: np.ndarray, groups: np.ndarray | None = None
    ) -> None:
        from rome.moe.emphasised import Rows, fit_emphasised

        self._check_rule()
        plan = self._plan(len(y))
        side = np.zeros((len(y), 0)) if groups is None else _one_hot(groups)
        self._network = fit_emphasised(
            Rows(X, y, weights, side),
            tuple(int(width) for width in self.hidden_sizes),
            plan,
            self._emphasis,
            float(self.validation_fraction),
            self._seed(),
        )

    def _plan(self, n: int):
        from rome.moe import RomeMoE
        from rome.moe.requirements import check_rows, check_settings, plan_of

        names = ("hidden_sizes", "epochs", "batch_size", "learning_rate", "weight_decay")
        names += ("validation_fraction", "patience")
        objective = "likelihood" if self.outcome == "binary" else "squared"
        alike = RomeMoE(
            1, outcome=self.outcome, objective=objective, **{name: getattr(self, name) for name in names}
        )
        check_settings(alike)
        check_rows(alike, np.zeros(n), np.ones(n))
        return plan_of(alike)

    def _answer(self, X: np.ndarray) -> np.ndarray:
        return self._network.group_predictions(X)[:, 0]

    @abstractmethod
    def _check_rule(self) -> None: ...

    @abstractmethod
    def _emphasis(self, data): ...


def _one_hot(labels: np.ndarray) -> np.ndarray:
    names, codes = np.unique(labels, return_inverse=True)
    return np.eye(len(names))[codes]


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

    def __init__(
        self,
        outcome="numeric",
        *,
        sees="as",
        gate_features=None,
        expert_features=None,
        step=0.01,
        adjustment=0.0,
        hidden_sizes=(64,),
        epochs=200,
        batch_size=64,
        learning_rate=3e-3,
        weight_decay=1e-3,
        validation_fraction=0.15,
        patience=25,
        random_state=None,
    ):
        self.outcome = outcome
        self.sees = sees
        self.gate_features = gate_features
        self.expert_features = expert_features
        self.step = step
        self.adjustment = adjustment
        self.hidden_sizes = hidden_sizes
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.random_state = random_state

    def _check_rule(self) -> None:
        check_number("step", self.step, 0, 10)
        check_number("adjustment", self.adjustment, 0, 1000)

    def _emphasis(self, data):
        from rome.moe.emphasis import KnownGroups

        shares = data.weights @ data.Z / data.weights.sum()
        return KnownGroups(shares, data.Z.sum(0), float(self.step), float(self.adjustment))


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

    def __init__(
        self,
        outcome="numeric",
        *,
        sees="as",
        gate_features=None,
        expert_features=None,
        worst_share=0.5,
        hidden_sizes=(64,),
        epochs=200,
        batch_size=64,
        learning_rate=3e-3,
        weight_decay=1e-3,
        validation_fraction=0.15,
        patience=25,
        random_state=None,
    ):
        self.outcome = outcome
        self.sees = sees
        self.gate_features = gate_features
        self.expert_features = expert_features
        self.worst_share = worst_share
        self.hidden_sizes = hidden_sizes
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.random_state = random_state

    def _check_rule(self) -> None:
        check_number("worst_share", self.worst_share, 1e-3, 1)

    def _emphasis(self, data):
        from rome.moe.emphasis import WorstShare

        return WorstShare(float(self.worst_share))


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

    def __init__(
        self,
        outcome="numeric",
        *,
        sees="as",
        gate_features=None,
        expert_features=None,
        radius=0.5,
        hidden_sizes=(64,),
        epochs=200,
        batch_size=64,
        learning_rate=3e-3,
        weight_decay=1e-3,
        validation_fraction=0.15,
        patience=25,
        random_state=None,
    ):
        self.outcome = outcome
        self.sees = sees
        self.gate_features = gate_features
        self.expert_features = expert_features
        self.radius = radius
        self.hidden_sizes = hidden_sizes
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.random_state = random_state

    def _check_rule(self) -> None:
        check_number("radius", self.radius, 0, 1e6)

    def _emphasis(self, data):
        from rome.moe.emphasis import ChiSquareBall, WorstShare

        # A ball of radius 0 is the rows' own shares, which its closed form reaches only in the limit.
        return ChiSquareBall(float(self.radius)) if self.radius > 0 else WorstShare(1.0)


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

    def __init__(
        self,
        outcome="numeric",
        *,
        sees="as",
        gate_features=None,
        expert_features=None,
        adversary_rate=0.01,
        hidden_sizes=(64,),
        epochs=200,
        batch_size=64,
        learning_rate=3e-3,
        weight_decay=1e-3,
        validation_fraction=0.15,
        patience=25,
        random_state=None,
    ):
        self.outcome = outcome
        self.sees = sees
        self.gate_features = gate_features
        self.expert_features = expert_features
        self.adversary_rate = adversary_rate
        self.hidden_sizes = hidden_sizes
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.random_state = random_state

    def _check_rule(self) -> None:
        check_number("adversary_rate", self.adversary_rate, 0, 10)

    def _emphasis(self, data):
        from rome.moe.emphasis import Adversary

        return Adversary(data.X.shape[1], float(self.adversary_rate), data.X.device)
