"""Settings of a comparison: frozen, checked once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from rome.errors import SettingError
from rome.settings.study import MAX_GROUPS, Settings, check_choice, check_number

TuningCriterion = Literal["worst_observed", "overall"]
_WHOLE = ("n_splits", "budget", "latent_groups", "min_group_size", "random_state")
_NAMES = ("models", "observed")


@dataclass(frozen=True)
class CompareSettings:
    """Everything that decides a comparison besides the table and its roles.

    Parameters
    ----------
    models : tuple of str
        Names in ``rome.compare.MODEL_SPECS``; the first is what the others are held against.
    n_splits : int
        Random splits into training and test rows, each prepared anew on its training rows.
    budget : int
        Configurations that each model may try in each split: its default, then random ones.
    criterion : {"worst_observed", "overall"}
        The loss on validation rows (squared error, or Brier score) by which every model's configuration is
        chosen: of the worst observed group, or of everybody.
    test_size, validation_size : float
        Share of the rows that is held out, and share of the training rows that configurations are judged
        on; the chosen one is refitted on all training rows.
    latent_groups : int
        Groups of the ROME-EM whose responsibilities make each split's latent grouping, the same for every
        model; 1 leaves the latent grouping out.
    observed : tuple of str or None
        Columns that are crossed for the observed grouping; ``None`` takes the sensitive columns.
    min_group_size : int
        Test rows below which a group is scored but never ranked.
    random_state : int
    """

    models: tuple[str, ...]
    n_splits: int = 20
    budget: int = 8
    criterion: TuningCriterion = "worst_observed"
    test_size: float = 0.3
    validation_size: float = 0.25
    latent_groups: int = 2
    observed: tuple[str, ...] | None = None
    min_group_size: int = 30
    random_state: int = 0

    def __post_init__(self) -> None:
        for name in _NAMES:
            self._make_tuple(name)
        if not self.models or len(set(self.models)) < len(self.models):
            raise SettingError(f"The models are {', '.join(self.models) or 'none'}; name each of them once.")
        check_number("The number of splits", self.n_splits, 2, 1000, whole=True)
        check_number("The tuning budget", self.budget, 1, 1000, whole=True)
        check_choice("The tuning criterion", self.criterion, get_args(TuningCriterion))
        check_number("The test share", self.test_size, 0.05, 0.9)
        check_number("The validation share", self.validation_size, 0.05, 0.9)
        check_number("The number of latent groups", self.latent_groups, 1, MAX_GROUPS, whole=True)
        check_number("The smallest group size", self.min_group_size, 2, 1_000_000, whole=True)
        check_number("The seed", self.random_state, 0, 2**32 - 1, whole=True)
        for name in _WHOLE:
            object.__setattr__(self, name, int(getattr(self, name)))

    def _make_tuple(self, name: str) -> None:
        value = getattr(self, name)
        if isinstance(value, str):
            raise SettingError(f'{name} is the single word "{value}"; it is a list. Write ("{value}",).')
        if value is not None:
            object.__setattr__(self, name, tuple(value))

    def study_settings(self, seed: int) -> Settings:
        """Return the settings by which the split of ``seed`` is prepared, as a study would."""
        return Settings(
            test_size=self.test_size,
            observed=self.observed,
            min_group_size=self.min_group_size,
            random_state=seed,
        )
