"""Settings of a comparison: frozen, checked once."""

from __future__ import annotations

from dataclasses import MISSING, dataclass
from typing import Literal

from rome.errors import SettingError
from rome.settings.spec import Choice, Declared, Names, Number, Whole, setting
from rome.settings.study import MAX_GROUPS, Settings

TuningCriterion = Literal["worst_observed", "overall"]


@dataclass(frozen=True)
class CompareSettings(Declared):
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

    models: tuple[str, ...] = setting(
        MISSING,
        kind=Names(shown="all that are installed"),
        label="Models to compare",
        help="The first is what the others are held against.",
        flag="--models",
    )
    n_splits: int = setting(
        20,
        kind=Whole(2, 1000),
        label="Random splits",
        help="How often the rows are split anew into training and held-out rows. More splits make intervals "
        "narrower.",
        flag="--splits",
        subject="The number of splits",
    )
    budget: int = setting(
        8,
        kind=Whole(1, 1000),
        label="Settings tried",
        help="In each split a model may try so many settings, its usual ones first, and keeps those with the "
        "least error on validation rows. A model without settings is only fitted.",
        flag="--budget",
        subject="The tuning budget",
    )
    criterion: TuningCriterion = setting(
        "worst_observed",
        kind=Choice(
            {
                "worst_observed": ("the worst observed group", "The worst of the observed groups decides."),
                "overall": ("everybody", "The mean over all rows decides."),
            }
        ),
        label="Tuned for",
        help="Whose error on validation rows decides which settings a model keeps.",
        flag="--tune-by",
        subject="The tuning criterion",
    )
    test_size: float = setting(
        0.3,
        kind=Number(0.05, 0.9),
        label="Share of rows held out for testing",
        help="Every score comes from these rows, on which nothing was fitted.",
        flag="--test-size",
        subject="The test share",
    )
    validation_size: float = setting(
        0.25,
        kind=Number(0.05, 0.9),
        label="Share of training rows that settings are judged on",
        help="The settings with the least error on these rows are fitted again on all training rows.",
        python_only="A quarter is a fair judge for every model; another share changes what is compared.",
        subject="The validation share",
    )
    latent_groups: int = setting(
        2,
        kind=Whole(1, MAX_GROUPS),
        label="Latent groups to score by",
        help="Groups of the ROME-EM that makes each split's latent grouping; 1 leaves that grouping out.",
        flag="--latent-groups",
        subject="The number of latent groups",
    )
    observed: tuple[str, ...] | None = setting(
        None,
        kind=Names(shown="the sensitive columns"),
        label="Columns that make the observed groups",
        help="They are crossed with one another. Leave empty to take the sensitive columns.",
        flag="--observed",
    )
    min_group_size: int = setting(
        30,
        kind=Whole(2, 1_000_000),
        label="Smallest group size",
        help="With fewer held-out rows a group is scored, and never ranked.",
        python_only="A matter of how results are told, which a team decides once, in its code.",
        subject="The smallest group size",
    )
    random_state: int = setting(
        0,
        kind=Whole(0, 2**32 - 1),
        label="Seed",
        help="The same table, settings and seed give the same comparison.",
        flag="--seed",
        subject="The seed",
    )

    def _check_together(self) -> None:
        if not self.models or len(set(self.models)) < len(self.models):
            raise SettingError(f"The models are {', '.join(self.models) or 'none'}; name each of them once.")

    def study_settings(self, seed: int) -> Settings:
        """Return the settings by which the split of ``seed`` is prepared, as a study would."""
        return Settings(
            test_size=self.test_size,
            observed=self.observed,
            min_group_size=self.min_group_size,
            random_state=seed,
        )
