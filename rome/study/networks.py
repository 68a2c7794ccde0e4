"""Family ``moe``: groups that predict by networks (ROME-MoE), with one such network as the pooled model.

The pooled model and the one group whose likelihood the groups are held against are the same network: one
that is built and trained like those of the groups. What groups gain over it is not gained by bends alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from rome.em import RomeEM
from rome.results import Coefficient
from rome.results.study import TrainingRecord
from rome.robust import RobustPath
from rome.runtime.random import stream_seed
from rome.settings.study import Settings
from rome.study.prepare import Prepared
from rome.study.protocols import Curve, Progress
from rome.study.strengths import strengths

if TYPE_CHECKING:
    from rome.moe import Epoch, RomeMoE

ONE_NETWORK, GROUPS = "Training one network for everybody", "Training the groups' networks"
#: Shares of the training time: the one network, the one that sees every column, and the groups.
_ONE, _WITH_SENSITIVE = 0.2, 0.45
_ONE_OF_FOLD = 0.35


@dataclass(frozen=True)
class NetworksFold:
    """Networks trained on the rows of a fold."""

    mixture: RomeMoE
    single: RomeMoE
    path: RobustPath

    def predict_pooled(self, X: np.ndarray) -> np.ndarray:
        """Return the prediction (n,) of one network on the columns that the experts see."""
        return self.single.predict(X)


@dataclass(frozen=True)
class FittedNetworks(NetworksFold):
    """Networks trained on the training rows of a study."""

    pooled_with_sensitive: RomeMoE
    training: TrainingRecord
    errors: None = None
    history: tuple[float, ...] = ()
    starts: tuple[float, ...] = ()

    @property
    def pooled(self) -> RomeMoE:
        """The one network; it is the one group, too."""
        return self.single

    @property
    def n_iter(self) -> int:
        """Epochs of the start that was kept."""
        return self.mixture.n_iter_

    @property
    def converged(self) -> bool:
        """Whether training ended before its last epoch, for nothing was to be gained any more."""
        return self.training.stopped_early

    def predict_pooled_with_sensitive(self, X: np.ndarray) -> np.ndarray:
        """Return the prediction (n,) of one network that sees every column."""
        return self.pooled_with_sensitive.predict(X)

    def stored(self) -> tuple[RomeMoE, RomeMoE]:
        """Return the groups' networks and the pooled one."""
        return self.mixture, self.single

    def tables(self) -> NoTables:
        """Return that networks have no coefficients."""
        return NoTables()


class NoTables:
    """The coefficients of networks: none that a person could read."""

    def of_pooled(self) -> tuple[Coefficient, ...]:
        """Return none."""
        return ()

    def of_expert(self, k: int) -> tuple[Coefficient, ...]:
        """Return none."""
        return ()

    def of_gate(self, k: int) -> tuple[Coefficient, ...]:
        """Return none."""
        return ()


def fit_networks(
    data: Prepared, settings: Settings, progress: Progress, curve: Curve | None
) -> FittedNetworks:
    """Train the groups, and what they are compared with, on the training rows.

    ``curve`` is called after every epoch of the groups' training with its number and the objective on the
    rows held back (on the training rows without any).
    """
    X, y, weights = data.X[data.train], data.y[data.train], data.weights[data.train]
    every = np.arange(X.shape[1])

    def part(low: float, high: float, what: str, points: Curve | None = None) -> Callable:
        progress(low, what)
        return _by_epoch(settings, lambda share: progress(low + (high - low) * share, what), points)

    single = network(data, settings, 1).fit(X, y, weights, part(0.0, _ONE, ONE_NETWORK))
    everything = network(data, settings, 1, every).fit(
        X, y, weights, part(_ONE, _WITH_SENSITIVE, ONE_NETWORK)
    )
    mixture = single
    rest = part(_WITH_SENSITIVE, 1.0, GROUPS, curve)
    if settings.n_groups > 1:
        mixture = network(data, settings).fit(X, y, weights, rest)
    path = solved_path(mixture, settings, X, y, weights)
    return FittedNetworks(mixture, single, path, everything, _record(mixture, settings))


def fit_networks_fold(
    data: Prepared, settings: Settings, rows: np.ndarray, progress: Callable[[float], None]
) -> NetworksFold:
    """Train the groups and the one network on the rows of a fold (positions among the used rows)."""
    X, y, weights = data.X[rows], data.y[rows], data.weights[rows]
    first = _by_epoch(settings, lambda share: progress(_ONE_OF_FOLD * share))
    single = network(data, settings, 1).fit(X, y, weights, first)
    mixture = single
    if settings.n_groups > 1:
        rest = _by_epoch(settings, lambda share: progress(_ONE_OF_FOLD + (1 - _ONE_OF_FOLD) * share))
        mixture = network(data, settings).fit(X, y, weights, rest)
    return NetworksFold(mixture, single, solved_path(mixture, settings, X, y, weights))


def network(
    data: Prepared, settings: Settings, n_groups: int | None = None, experts: np.ndarray | None = None
) -> RomeMoE:
    """Return the untrained networks of a study.

    Parameters
    ----------
    data : Prepared
    settings : Settings
        Of family ``moe``, with the number of groups decided.
    n_groups : int or None
        Another number of groups than the settings'.
    experts : ndarray of int or None
        Other columns for the experts than the roles'.
    """
    # torch takes seconds to import, and studies of lines don't need it.
    from rome.moe import RomeMoE

    count = settings.n_groups if n_groups is None else n_groups
    columns = data.design.expert_index if experts is None else experts
    shared = {
        # One group has no gate.
        "gate_features": data.design.gate_index.tolist() if count > 1 else None,
        "expert_features": columns.tolist(),
        "outcome": data.outcome.kind,
    }
    parameters = settings.moe.training_parameters | ({"gate": "s"} if count == 1 else {})
    seed = stream_seed(settings.random_state, f"moe {count} {len(columns)}")
    return RomeMoE(
        count,
        **shared,
        **parameters,
        predictor=settings.predictor,
        criterion=settings.criterion,
        dro_strength=0.0 if settings.dro_strength is None else settings.dro_strength,
        warm_start_from=_source(settings, count, shared) if settings.moe.warm_start_from_em else None,
        # The same study gives the same digits whether or not a computer has a graphics card.
        device="cpu",
        random_state=seed,
    )


def _source(settings: Settings, count: int, shared: dict) -> RomeEM:
    """Return the unfitted lines that training starts from; they see the training's own rows only."""
    return RomeEM(
        count,
        **shared,
        n_init=settings.n_init,
        max_iter=settings.max_iter,
        tol=settings.tol,
        random_state=stream_seed(settings.random_state, "em"),
    )


def solved_path(
    model: RomeMoE, settings: Settings, X: np.ndarray, y: np.ndarray, weights: np.ndarray
) -> RobustPath:
    """Return the robust path, solved on rows that the networks were not trained on, where there are any."""
    held = model.validation_rows_ if len(model.validation_rows_) else np.arange(len(y))
    return model.path(X[held], y[held], strengths=strengths(settings), sample_weight=weights[held])


def _by_epoch(
    settings: Settings, progress: Callable[[float], None], points: Curve | None = None
) -> Callable[[int, Epoch], None]:
    """Return what one training calls after every epoch, counted over its starts."""
    moe = settings.moe
    most = moe.epochs * (1 if moe.warm_start_from_em else moe.n_init)

    def after_epoch(number: int, epoch: Epoch) -> None:
        progress(number / most)
        if points is not None:
            points(epoch.number, epoch.validation if isfinite(epoch.validation) else epoch.train)

    return after_epoch


def _record(model: RomeMoE, settings: Settings) -> TrainingRecord:
    return TrainingRecord(
        objective=settings.moe.objective,
        train=tuple(float(epoch.train) for epoch in model.history_),
        validation=tuple(float(epoch.validation) for epoch in model.history_),
        best_epoch=int(model.best_epoch_),
        epoch_limit=settings.moe.epochs,
        validation_rows=len(model.validation_rows_),
        starts=model.start_objectives_,
        from_em=settings.moe.warm_start_from_em,
    )
