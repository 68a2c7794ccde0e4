"""How the networks of a study were trained: plain, frozen data, empty of torch."""

from __future__ import annotations

from dataclasses import dataclass

from rome.settings.networks import Objective


@dataclass(frozen=True)
class TrainingRecord:
    """The training of the start that was kept, and where every start ended.

    ``train`` and ``validation`` are the objective by epoch, lower is better, in units of the standardised
    outcome: the running mean over training rows, and that of the ``validation_rows`` rows held back inside
    the training part (NaN without any). ``best_epoch`` is the epoch whose networks are kept (0 is the
    start), ``epoch_limit`` how many could have run, and ``starts`` the objective that each start reached.
    """

    objective: Objective
    train: tuple[float, ...]
    validation: tuple[float, ...]
    best_epoch: int
    epoch_limit: int
    validation_rows: int
    starts: tuple[float, ...]
    from_em: bool

    @property
    def stopped_early(self) -> bool:
        """Whether training ended before its last epoch."""
        return len(self.train) < self.epoch_limit
