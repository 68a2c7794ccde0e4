"""What a finished study must hold to, for a pipeline: frozen, checked once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rome.errors import SettingError
from rome.settings.spec import Choice, Declared, Number, setting

LimitedModel = Literal["advised", "rome", "pooled", "audited"]
LimitedGrouping = Literal["observed", "predicted", "latent"]
LimitedMetric = Literal[
    "typical", "rmse", "mse", "mae", "brier", "log_loss", "accuracy", "selection_rate", "tpr", "fpr", "auc"
]
_LARGEST = 1e300


@dataclass(frozen=True)
class Limits(Declared):
    """Limits on the groups of a study, on held-out rows.

    Parameters
    ----------
    worst_group_max : float or None
        The most that the worst group's error may be; ``None`` sets no limit.
    gap_max : float or None
        The most that the largest value of a group may lie above the smallest; ``None`` sets no limit.
    grouping : {"observed", "predicted", "latent"}
    model : {"advised", "rome", "pooled"}
        Whose predictions are judged.
    metric : str
        A metric of the study; "typical" takes the root mean squared error, or the Brier score.

    Raises
    ------
    SettingError
        Neither limit is given.
    """

    worst_group_max: float | None = setting(
        None,
        kind=Number(0, _LARGEST, word="none"),
        label="Most error of the worst group",
        help="In units of the metric.",
        flag="--worst-group-max",
        subject="The limit of the worst group's error",
    )
    gap_max: float | None = setting(
        None,
        kind=Number(0, _LARGEST, word="none"),
        label="Largest gap between groups",
        help="Between the largest and the smallest value of a group, in units of the metric.",
        flag="--gap-max",
        subject="The limit of the gap",
    )
    grouping: LimitedGrouping = setting(
        "observed",
        kind=Choice(
            {
                "observed": ("observed groups", "The crossed columns that were named."),
                "predicted": ("predicted groups", "The likelier group before the outcome is seen."),
                "latent": ("latent groups", "Responsibilities, which use the outcome."),
            }
        ),
        label="Groups to judge",
        help="Which of the study's groupings has to keep the limits.",
        flag="--grouping",
    )
    model: LimitedModel = setting(
        "advised",
        kind=Choice(
            {
                "advised": ("the advised model", "What the study advises and scores new rows with."),
                "rome": ("the study's own groups", "At the study's DRO strength."),
                "pooled": ("one pooled model", "The same for everybody."),
                "audited": ("the audited model", "Where the study has a prediction to audit."),
            }
        ),
        label="Model to judge",
        help="Whose predictions have to keep the limits.",
        flag="--model",
    )
    metric: LimitedMetric = setting(
        "typical",
        kind=Choice(
            {
                "typical": ("rmse, or brier for a binary outcome", "The study's own typical error."),
                "rmse": ("root mean squared error", "In the outcome's units."),
                "mse": ("mean squared error", "In squared units."),
                "mae": ("mean absolute error", "In the outcome's units."),
                "brier": ("Brier score", "Mean squared error of a probability."),
                "log_loss": ("log loss", "Of a binary outcome."),
                "accuracy": ("accuracy", "For gaps only: more is better."),
                "selection_rate": ("selection rate", "For gaps: demographic parity."),
                "tpr": ("true-positive rate", "For gaps: equal opportunity."),
                "fpr": ("false-positive rate", "For gaps, and as an error."),
                "auc": ("area under the ROC curve", "For gaps only: more is better."),
            }
        ),
        label="Metric",
        help="What the limits are in units of.",
        flag="--metric",
    )

    def _check_together(self) -> None:
        if self.worst_group_max is None and self.gap_max is None:
            raise SettingError(
                "No limit is given. Give the most error of the worst group (--worst-group-max), the largest "
                "gap between groups (--gap-max), or both."
            )
