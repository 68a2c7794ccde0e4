"""Settings of a study: frozen, checked once, the same on the command line, in code and on screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

from rome.errors import SettingError
from rome.settings.networks import (
    GATE_COLUMNS,
    GATE_COLUMNS_HELP,
    GATE_COLUMNS_LABEL,
    GateColumns,
    MoESettings,
)
from rome.settings.spec import (
    Choice,
    Declared,
    Names,
    Number,
    Setting,
    Whole,
    YesNo,
    check_choice,
    setting,
    settings_of,
)

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
_NUMERICS = "A matter of numerics or of waiting: its default suits nearly every table."
_WORDING = "A matter of how results are told, which a team decides once, in its code."


@dataclass(frozen=True)
class Settings(Declared):
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
        ``gated`` routes by membership; ``aggregate`` has one rule for everybody, and no gate.
    criterion : {"regret", "risk", "reward"}
        What the robust weights guard; ``reward`` only with ``aggregate``.
    dro_strength : float in [0, 1] or None
        ``None`` takes the strength recommended on validation rows.
    guard : {"latent", "observed"}
        The grouping whose worst group decides the recommendation.
    observed : tuple of str or None
        Columns that are crossed for the observed grouping; ``None`` takes the sensitive columns.
    advise : bool
        Try which model helps, by cross-fitting; ``False`` saves the time and leaves the study without advice.
    max_harm_overall, max_harm_observed : float
        How much more error than one line's, as a share, an advised model may make for everybody and for the
        worst observed group, at the upper 95% bound.
    noise : {"normal", "t"}
        Residuals of a numeric outcome; ``t`` bears heavy tails, with each group's own degrees of freedom.
    gamma : {"plain", "cross_fitted"}
        Γ of ``aggregate``; ``cross_fitted`` takes out the error of estimating the experts.
    curves : bool
        Let each group's rule bend: spline terms of the numbers beside the straight ones.
    gate_sees : {"s", "as"}
        Membership is read from the sensitive columns, or from the predicting columns as well; no rule sees a
        sensitive column either way.
    gate : {"linear", "flexible"}
        How these columns drive membership; ``flexible`` adds bends and pairwise products.
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

    n_groups: int | Literal["auto"] = setting(
        2,
        kind=Whole(1, MAX_GROUPS, word="auto", meaning="auto"),
        label="Number of groups",
        help="How many latent groups to look for, K in the method. 1 is one model for everybody. Start with "
        "2, and take more only if held-out rows are explained better.",
        flag="--groups",
        place=1,
        subject="The number of groups",
    )
    predictor: Predictor = setting(
        "gated",
        kind=Choice(
            {
                "gated": (
                    "Routed (gated)",
                    "How likely a person belongs to each group says how much its rule counts.",
                ),
                "aggregate": (
                    "One rule (aggregate)",
                    "One rule for everybody, which never sees the sensitive columns.",
                ),
            }
        ),
        label="Predictor",
        help="Routed usually helps more. Choose aggregate where the sensitive columns must not touch a "
        "prediction.",
        flag="--predictor",
        place=3,
        subject="The predictor",
    )
    criterion: Criterion = setting(
        "regret",
        kind=Choice(
            {
                "regret": (
                    "Avoidable error (regret)",
                    "A group that is only noisier than others counts no more for it.",
                ),
                "risk": (
                    "Error (risk)",
                    "The group with the largest error counts most, whether it can be helped or not.",
                ),
                "reward": ("Explained variance (reward)", "The criterion of the paper."),
            }
        ),
        label="What is guarded",
        help="What the DRO strength protects the worst group from.",
        flag="--criterion",
        place=4,
        subject="The criterion",
    )
    dro_strength: float | None = setting(
        None,
        kind=Number(0, 1, word="recommended"),
        label="DRO strength",
        noun="DRO strength",
        help="0 aims at the average; 1 guards against every mixture of the groups. It can be moved later.",
        flag="--dro-strength",
        place=8,
        subject="The DRO strength",
    )
    guard: Guard = setting(
        "latent",
        kind=Choice(
            {
                "latent": ("Latent groups", "The groups that the model finds."),
                "observed": (
                    "Observed groups",
                    "Groups that are made of columns, whatever the model finds.",
                ),
            }
        ),
        label="Recommend by the worst of",
        noun="recommended by the worst of",
        help="Latent groups may be nobody's category; observed groups can be named and checked by anyone.",
        flag="--guard",
        place=9,
        subject="The guarded grouping",
    )
    observed: tuple[str, ...] | None = setting(
        None,
        kind=Names(shown="the sensitive columns"),
        label="Columns that make the observed groups",
        noun="columns of the observed groups",
        help="They are crossed with one another. Leave empty to take the sensitive columns.",
        flag="--observed",
        place=10,
    )
    test_size: float = setting(
        0.3,
        kind=Number(0.05, 0.9),
        label="Share of rows held out for testing",
        noun="share held out",
        help="Every error on the next pages comes from these rows, on which nothing was fitted.",
        flag="--test-size",
        place=11,
        subject="The test share",
    )
    random_state: int = setting(
        0,
        kind=Whole(0, 2**32 - 1),
        label="Seed",
        help="The same table, settings and seed give the same study.",
        flag="--seed",
        place=12,
        subject="The seed",
    )
    n_init: int = setting(
        10,
        kind=Whole(1, 1000),
        label="Number of starts",
        help="EM can end in a poor place. The best of several starts is kept.",
        python_only=_NUMERICS,
        subject="The number of starts",
    )
    max_iter: int = setting(
        500,
        kind=Whole(1, 100_000),
        label="Most iterations",
        help="Iterations of EM at most, from the starts that are run to the end.",
        python_only=_NUMERICS,
        subject="The number of iterations",
    )
    tol: float = setting(
        1e-8,
        kind=Number(1e-14, 1),
        label="Tolerance",
        help="EM ends where the log-likelihood gains less than this, relative to its size.",
        python_only=_NUMERICS,
        subject="The tolerance",
    )
    n_bootstrap: int = setting(
        1000,
        kind=Whole(100, 100_000),
        label="Resamples",
        help="Bootstrap resamples behind every interval. More make its ends steadier.",
        python_only=_NUMERICS,
        subject="The number of bootstrap resamples",
    )
    confidence: float = setting(
        0.95,
        kind=Number(0.5, 0.999),
        label="Level of intervals",
        help="How often an interval should hold the true value.",
        python_only=_WORDING,
        subject="The confidence level",
    )
    min_group_size: int = setting(
        30,
        kind=Whole(2, 1_000_000),
        label="Smallest group size",
        help="With fewer held-out rows a group is called too small, and no claim is made about it.",
        python_only=_WORDING,
        subject="The smallest group size",
    )
    max_groups: int = setting(
        8,
        kind=Whole(1, MAX_GROUPS),
        label="Largest number of groups tried",
        help="How far the evidence looks where the number of groups is left to it.",
        python_only=_NUMERICS,
        subject="The largest number of groups",
    )
    assess_groups: bool = setting(
        True,
        kind=YesNo(),
        label="Groups assessed",
        help="Ask whether the groups are real before anything is recommended.",
        python_only="Without a verdict nothing is recommended; only code has a use for that.",
    )
    advise: bool = setting(
        True,
        kind=YesNo(),
        label="Models tried",
        help="Try by cross-fitting which model helps, from one line to groups of curves.",
        python_only="Without it nothing is advised; only code has a use for that.",
    )
    max_harm_overall: float = setting(
        0.02,
        kind=Number(0, 1),
        label="Most harm to everybody",
        help="An advised model may make at most this much more error for everybody than one line, as a "
        "share, at the upper 95% bound.",
        flag="--max-harm",
        place=17,
        subject="The most harm to everybody",
    )
    max_harm_observed: float = setting(
        0.05,
        kind=Number(0, 1),
        label="Most harm to the worst observed group",
        help="An advised model may make at most this much more error for the worst observed group than one "
        "line, as a share, at the upper 95% bound.",
        flag="--max-harm-observed",
        place=18,
        subject="The most harm to the worst observed group",
    )
    noise: Noise = setting(
        "normal",
        kind=Choice(
            {
                "normal": (
                    "Normal",
                    "Far-off outcomes count fully, so that a few of them can bend a group's prediction.",
                ),
                "t": (
                    "Heavy-tailed (t)",
                    "A few far-off outcomes neither bend a group's prediction nor make a group of their own.",
                ),
            }
        ),
        label="Noise of the outcome",
        help="How outcomes scatter around each group's prediction. An outcome with two values has no choice.",
        flag="--noise",
        place=6,
        subject="The noise",
        family="em",
    )
    curves: bool = setting(
        False,
        kind=YesNo(),
        label="Rules that bend",
        help="Lets each group's rule follow a curve in every number, not a straight line alone. Needs more "
        "rows.",
        flag="--curves",
        place=13,
        family="em",
    )
    gate_sees: GateColumns = setting(
        "s",
        kind=GATE_COLUMNS,
        label=GATE_COLUMNS_LABEL,
        help=GATE_COLUMNS_HELP,
        flag="--gate-sees",
        place=14,
        family="em",
    )
    gate: Gate = setting(
        "linear",
        kind=Choice(
            {
                "linear": (
                    "Linear",
                    "Each column moves the odds of belonging evenly; quick, and read off as odds.",
                ),
                "flexible": (
                    "Flexible",
                    "Membership may peak at middle values or turn on combinations of columns; needs more "
                    "rows.",
                ),
            }
        ),
        label="Gate: how columns tell groups apart",
        noun="form of the gate",
        help="Take the flexible gate if a group may be, say, the young women or the middle-aged.",
        flag="--gate",
        place=7,
        subject="The gate",
        family="em",
    )
    gamma: Gamma = setting(
        "plain",
        kind=Choice(
            {
                "plain": ("Plain", "As the groups' fitted predictions give it."),
                "cross_fitted": (
                    "Cross-fitted",
                    "With the error of estimating the predictions taken out, by fits on two halves; takes "
                    "longer.",
                ),
            }
        ),
        label="Estimate of the groups' losses (Γ)",
        help="What the one rule's weights are computed from.",
        flag="--gamma",
        place=5,
        family="em",
    )
    family: Family = setting(
        "em",
        kind=Choice(
            {
                "em": (
                    "Lines (ROME-EM)",
                    "One linear rule a group. Quick; its coefficients can be read and have intervals.",
                ),
                "moe": (
                    "Networks (ROME-MoE)",
                    "One small neural network a group. Follows bends and combinations; can't be read off.",
                ),
            }
        ),
        label="What each group predicts with",
        help="Start with lines. Take networks where the outcome bends in a column, or depends on "
        "combinations of columns; the study says whether one network predicts better than one line.",
        flag="--family",
        place=2,
        subject="The family",
    )
    moe: MoESettings | None = None

    def _check_together(self) -> None:
        check_criterion(self.predictor, self.criterion)
        check_gamma(self.predictor, self.gamma)
        if self.family == "em":
            if self.moe is not None:
                raise SettingError('Settings of networks (moe) belong to family "moe"; set family="moe".')
            return
        self._refuse_settings_of_lines()
        given = MoESettings() if self.moe is None else self.moe
        if isinstance(given, Mapping):
            given = MoESettings.from_dict(given)
        if not isinstance(given, MoESettings):
            raise SettingError(f"moe is {given!r:.60}; it is MoESettings or a mapping of their names.")
        object.__setattr__(self, "moe", given)

    def _refuse_settings_of_lines(self) -> None:
        for name, declared in settings_of(Settings).items():
            if declared.family == "em" and getattr(self, name) != declared.default:
                raise SettingError(
                    f'{name} "{getattr(self, name)}" belongs to family "em"; with family "moe" leave it '
                    f'"{declared.default}".'
                )

    @property
    def gate_columns(self) -> GateColumns:
        """Which columns membership may depend on, in either family."""
        return self.gate_sees if self.moe is None else self.moe.gate

    def flat(self) -> dict[str, object]:
        """Return the settings as plain values, those of networks as ``moe.epochs`` and so on."""
        values = self.as_dict()
        networks = values.pop("moe") or {}
        return values | {f"{_NETWORKS}{name}": value for name, value in networks.items()}


_NETWORKS = "moe."
#: Every setting of a study by its name in ``Settings.flat``.
STUDY_SETTINGS: Mapping[str, Setting] = {
    **settings_of(Settings),
    **{f"{_NETWORKS}{name}": replace(each, family="moe") for name, each in settings_of(MoESettings).items()},
}


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
