"""Settings of a study: frozen, checked once, the same on the command line, in code and on screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal, get_args

from rome.errors import SettingError, nearest
from rome.settings.checks import check_choice, check_number
from rome.settings.networks import MoESettings

Family = Literal["em", "moe"]
Predictor = Literal["gated", "aggregate"]
Criterion = Literal["regret", "risk", "reward"]
Gamma = Literal["plain", "cross_fitted"]
Noise = Literal["normal", "t"]
Gate = Literal["linear", "flexible"]
Guard = Literal["latent", "observed"]
Outcome = Literal["numeric", "binary"]
Grouping = Literal["latent", "predicted", "observed"]

GROUPINGS: tuple[Grouping, ...] = get_args(Grouping)
MAX_GROUPS = 12
#: The strengths at which every path is computed.
STRENGTHS: tuple[float, ...] = tuple(round(0.05 * step, 2) for step in range(21))

_WHOLE = ("n_groups", "random_state", "n_init", "max_iter", "n_bootstrap", "min_group_size", "max_groups")
_REAL = ("dro_strength", "test_size", "tol", "confidence")
#: Settings that only lines have, with the value that neural groups leave them at.
ONLY_EM = {"noise": "normal", "gate": "linear", "gamma": "plain"}


@dataclass(frozen=True)
class Settings:
    """Everything that decides a study besides the table and its roles.

    Parameters
    ----------
    n_groups : int or "auto"
        Number of latent groups, K, from 1 to 12; ``"auto"`` lets the evidence choose, up to ``max_groups``.
    max_groups : int
        The largest K that ``"auto"`` considers.
    assess_groups : bool
        Ask whether the groups are real before anything is recommended; ``False`` saves the time and leaves
        the study without a verdict.
    family : {"em", "moe"}
        ``em``: every group predicts by a line (ROME-EM); ``moe``: by a network (ROME-MoE).
    moe : MoESettings, mapping or None
        How networks are built and trained, for family ``moe`` only; ``None`` takes the defaults there.
    predictor : {"gated", "aggregate"}
        ``gated`` routes by the sensitive attributes; ``aggregate`` never sees them.
    criterion : {"regret", "risk", "reward"}
        What the robust weights guard; ``reward`` only with ``aggregate``.
    dro_strength : float in [0, 1] or None
        The dial; ``None`` takes the strength recommended on validation rows.
    guard : {"latent", "observed"}
        The grouping whose worst group decides the recommendation.
    observed : tuple of str or None
        Columns that are crossed for the observed grouping; ``None`` takes the sensitive columns.
    noise : {"normal", "t"}
        Residuals of a numeric outcome; ``t`` bears heavy tails, with each group's own degrees of freedom.
    gamma : {"plain", "cross_fitted"}
        Γ of ``aggregate``; ``cross_fitted`` takes out the error of estimating the experts.
    gate : {"linear", "flexible"}
        How the sensitive columns drive membership; ``flexible`` adds bends and pairwise products.
    test_size : float
        Share of the usable rows that is held out for every reported number.
    random_state : int
        The one seed.
    n_init, max_iter, tol : int, int, float
        EM starts, iterations and relative tolerance of the log-likelihood. Family ``moe`` uses them for the
        lines that it may start from.
    n_bootstrap, confidence, min_group_size : int, float, int
        Resamples and level of every interval, and the rows below which a group is "too small".
    """

    n_groups: int | Literal["auto"] = 2
    predictor: Predictor = "gated"
    criterion: Criterion = "regret"
    dro_strength: float | None = None
    guard: Guard = "latent"
    observed: tuple[str, ...] | None = None
    test_size: float = 0.3
    random_state: int = 0
    n_init: int = 10
    max_iter: int = 500
    tol: float = 1e-8
    n_bootstrap: int = 1000
    confidence: float = 0.95
    min_group_size: int = 30
    max_groups: int = 4
    assess_groups: bool = True
    noise: Noise = "normal"
    gate: Gate = "linear"
    gamma: Gamma = "plain"
    family: Family = "em"
    moe: MoESettings | None = None

    def __post_init__(self) -> None:
        if self.n_groups != "auto":
            check_number("The number of groups", self.n_groups, 1, MAX_GROUPS, whole=True)
        check_number("The largest number of groups", self.max_groups, 1, MAX_GROUPS, whole=True)
        check_choice("The predictor", self.predictor, get_args(Predictor))
        check_choice("The criterion", self.criterion, get_args(Criterion))
        check_choice("The guarded grouping", self.guard, get_args(Guard))
        check_choice("The noise", self.noise, get_args(Noise))
        check_choice("The gate", self.gate, get_args(Gate))
        if self.dro_strength is not None:
            check_number("The DRO strength", self.dro_strength, 0, 1)
        check_number("The test share", self.test_size, 0.05, 0.9)
        check_number("The seed", self.random_state, 0, 2**32 - 1, whole=True)
        check_number("The number of starts", self.n_init, 1, 1000, whole=True)
        check_number("The number of iterations", self.max_iter, 1, 100_000, whole=True)
        check_number("The tolerance", self.tol, 1e-14, 1)
        check_number("The number of bootstrap resamples", self.n_bootstrap, 100, 100_000, whole=True)
        check_number("The confidence level", self.confidence, 0.5, 0.999)
        check_number("The smallest group size", self.min_group_size, 2, 1_000_000, whole=True)
        check_criterion(self.predictor, self.criterion)
        check_gamma(self.predictor, self.gamma)
        self._settle_family()
        self._make_plain()

    def _settle_family(self) -> None:
        """Give neural groups their settings, and refuse settings of the other family."""
        check_choice("The family", self.family, get_args(Family))
        if self.family == "em":
            if self.moe is not None:
                raise SettingError('Settings of networks (moe) belong to family "moe"; set family="moe".')
            return
        for name, only in ONLY_EM.items():
            if getattr(self, name) != only:
                raise SettingError(
                    f'{name} "{getattr(self, name)}" belongs to family "em"; with family "moe" leave it '
                    f'"{only}".'
                )
        given = MoESettings() if self.moe is None else self.moe
        if isinstance(given, Mapping):
            given = MoESettings.from_dict(given)
        if not isinstance(given, MoESettings):
            raise SettingError(f"moe is {given!r:.60}; it is MoESettings or a mapping of their names.")
        object.__setattr__(self, "moe", given)

    def _make_plain(self) -> None:
        """Make numbers of any kind plain ones, so that 1, 1.0 and NumPy's 1 are one study."""
        if isinstance(self.observed, str):
            raise SettingError(
                f'The observed columns are "{self.observed}"; they are a list. Write ("{self.observed}",).'
            )
        if self.observed is not None:
            object.__setattr__(self, "observed", tuple(self.observed))
        for names, kind in ((_WHOLE, int), (_REAL, float)):
            for name in names:
                if getattr(self, name) not in (None, "auto"):
                    object.__setattr__(self, name, kind(getattr(self, name)))

    def as_dict(self) -> dict[str, object]:
        """Return the settings as plain values, ready for JSON."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        values["observed"] = None if self.observed is None else list(self.observed)
        values["moe"] = None if self.moe is None else self.moe.as_dict()
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> Settings:
        """Return settings from what ``as_dict`` gave; an unknown name is an error."""
        known = [field.name for field in fields(cls)]
        for name in values:
            if name not in known:
                raise SettingError(f'There is no setting "{name}".{nearest(name, known)}')
        return cls(**values)


def check_criterion(predictor: str, criterion: str) -> None:
    """Raise ``SettingError`` for the one pair that has no meaning."""
    if predictor == "gated" and criterion == "reward":
        raise SettingError(
            'Criterion "reward" belongs to predictor "aggregate"; with "gated" choose "regret" or "risk".'
        )


def check_gamma(predictor: str, gamma: str) -> None:
    """Raise ``SettingError`` unless ``gamma`` is known and the predictor has a Γ that it can correct."""
    check_choice("gamma", gamma, get_args(Gamma))
    if predictor != "aggregate" and gamma != "plain":
        raise SettingError(
            f'gamma "{gamma}" belongs to predictor "aggregate"; with "{predictor}" leave it "plain".'
        )
