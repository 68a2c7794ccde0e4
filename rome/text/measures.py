"""What each measure is called, which end of it is bad, and the names of models and groupings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rome.results import Comparison, Evaluation, Model, StudyResult
from rome.settings.study import GROUPINGS, Grouping


@dataclass(frozen=True)
class Measure:
    """A measure's name and direction; ``bad`` is ``None`` where neither end is worse by itself."""

    label: str
    bad: Literal["high", "low"] | None

    @property
    def inline(self) -> str:
        """The name inside a sentence: ``mean squared error``, but ``Brier score`` and ``R²``."""
        first = self.label.split()[0]
        keeps_capital = first in ("Brier", "R²")
        return self.label if keeps_capital else self.label[:1].lower() + self.label[1:]


MEASURES: dict[str, Measure] = {
    "mse": Measure("Mean squared error", "high"),
    "rmse": Measure("Typical error, root mean squared", "high"),
    "mae": Measure("Mean absolute error", "high"),
    "r2": Measure("R²", "low"),
    "mean_residual": Measure("Mean residual", None),
    "log_loss": Measure("Log loss", "high"),
    "brier": Measure("Brier score", "high"),
    "accuracy": Measure("Accuracy", "low"),
    "auc": Measure("Area under the ROC curve", "low"),
    "selection_rate": Measure("Selection rate", None),
    "tpr": Measure("True positive rate", "low"),
    "fpr": Measure("False positive rate", "high"),
    "ppv": Measure("Positive predictive value", "low"),
}
MODEL_LABELS: dict[Model, str] = {
    "pooled": "Pooled (one model)",
    "rome": "ROME",
    "pooled_with_sensitive": "Pooled with sensitive columns",
    "audited": "Audited model",
}
GROUPING_LABELS: dict[Grouping, str] = {
    "latent": "Latent groups",
    "predicted": "Predicted groups",
    "observed": "Observed groups",
}


def models_shown(result: StudyResult, with_sensitive: bool = False) -> tuple[Model, ...]:
    """Return the models that have scores of their own: with one group, ROME is the pooled model."""
    chosen = ("pooled", "rome") if len(result.groups) > 1 else ("pooled",)
    return (*chosen, "pooled_with_sensitive") if with_sensitive else chosen


def groupings_shown(result: StudyResult) -> tuple[Grouping, ...]:
    """Return the groupings that part people: with one group, only the observed one does."""
    return GROUPINGS if len(result.groups) > 1 else ("observed",)


def measure(name: str) -> Measure:
    """Return what is known of the measure ``name``; one that is not listed is shown by its own name."""
    return MEASURES.get(name, Measure(name.replace("_", " "), None))


def axis_title(name: str) -> str:
    """Return the measure's name with its good direction, for an axis."""
    known = measure(name)
    better = {"high": " (lower is better)", "low": " (higher is better)", None: ""}[known.bad]
    return known.label + better


def evaluation_at(result: StudyResult, strength: float) -> Evaluation | None:
    """Return the stored evaluation at ``strength``, or ``None`` where it was not computed."""
    close = [stored for stored in result.evaluations if abs(stored.strength - strength) < 1e-9]
    return close[0] if close else None


def comparison_at(result: StudyResult, key: str, strength: float) -> Comparison | None:
    """Return one comparison (``overall``, ``worst_latent``, …) at ``strength``, if it is stored."""
    evaluation = evaluation_at(result, strength)
    return evaluation.comparison.get(key) if evaluation else None


def not_computed(result: StudyResult, strength: float) -> str:
    """Return the sentence for a strength that the study does not hold."""
    known = ", ".join(f"{stored.strength:g}" for stored in result.evaluations)
    return f"DRO strength {strength:g} was not computed for this study; it holds {known or 'none'}."
