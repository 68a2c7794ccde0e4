"""Are the groups real, and how many: asked of the training rows alone, before anything is recommended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from rome.errors import TooFewRowsError
from rome.evidence import Problem, assess_groups, choose_n_groups, select, sweep
from rome.results.verdict import Choice, SelectionCandidate, Verdict
from rome.runtime.threads import one_thread
from rome.runtime.versions import versions
from rome.serialize.document import content_hash
from rome.settings.study import Settings
from rome.study.lines import gate_index, noise_of
from rome.study.prepare import Prepared, prepare
from rome.table.reading.read import Table
from rome.table.roles import Roles

#: Share of the evidence's time that the sweep takes; the rest goes to the null models.
_SWEEP_SHARE = 0.6


@dataclass(frozen=True)
class Gathered:
    """What the evidence says: the number of groups to use, how it was chosen, and the verdict on it.

    ``reason`` is text in advice that was stored without codes: shown, and nothing else.
    """

    n_groups: int
    candidates: tuple[SelectionCandidate, ...]
    reason: Choice | str | None
    verdict: Verdict | None


def collect_evidence(data: Prepared, settings: Settings, progress: Callable[[float], None]) -> Gathered:
    """Choose K if the settings leave it to the evidence, and judge whether the groups are real.

    Held-out rows of the study take no part: everything comes from folds inside the training rows.
    """
    auto = settings.n_groups == "auto"
    if not auto and (settings.n_groups == 1 or not settings.assess_groups):
        return Gathered(settings.n_groups, (), None, None)
    with one_thread():
        return _gather(_problem(data, settings), settings, progress)


def advise(
    table: Table, roles: Roles, settings: Settings, progress: Callable[[float], None] | None = None
) -> Gathered:
    """Return how many groups the evidence suggests, without running the study.

    The same sweep over 1 to ``settings.max_groups`` groups on the same training rows as a study with
    ``n_groups="auto"`` makes, and the same comparison with null models.

    Parameters
    ----------
    table : Table
    roles : Roles
    settings : Settings
        ``n_groups`` and everything that only later steps use count for nothing here.
    progress : callable or None
        Called with the share done, in [0, 1]; an exception it raises ends the work.

    Raises
    ------
    RomeError
        The table can't be studied with these roles, or has too few rows for two groups.
    """
    progress = progress or (lambda share: None)
    settings = replace(settings, n_groups="auto", assess_groups=False)
    data = prepare(table.frame, roles, settings)
    return collect_evidence(data, settings, progress)


def advice_id(fingerprint: str, roles: Roles, settings: Settings) -> str:
    """Return the identity of an advice: only what moves it counts, so that other settings can change."""
    used = ("test_size", "random_state", "max_groups", "min_group_size", "noise", "gate", "curves")
    content = [
        fingerprint,
        roles.as_dict(),
        {name: getattr(settings, name) for name in used} | {"gate_columns": settings.gate_columns},
        versions()["rome"],
    ]
    return content_hash(*content)


def _gather(problem: Problem, settings: Settings, progress: Callable[[float], None]) -> Gathered:
    auto = settings.n_groups == "auto"
    wanted = _feasible(problem, settings.max_groups) if auto else [1, settings.n_groups]
    swept = sweep(problem, wanted, lambda done, total: progress(_SWEEP_SHARE * done / total), stop=auto)
    candidates, choice = select(swept, settings.min_group_size)
    chosen = choice.n_groups if auto else settings.n_groups
    verdict = None
    # A suggestion of several groups stands only if no null model does as well.
    if max(wanted) > 1 and (settings.assess_groups or (auto and chosen > 1)):
        verdict = assess_groups(
            swept,
            max(2, chosen),
            lambda done, total: progress(_SWEEP_SHARE + (1 - _SWEEP_SHARE) * done / total),
            beside=settings.assess_groups,
            min_group_size=settings.min_group_size,
        )
    kept = verdict if settings.assess_groups else None
    if not auto:
        return Gathered(chosen, candidates, None, kept)
    if verdict is not None:
        choice = choose_n_groups(choice, verdict)
    return Gathered(choice.n_groups, candidates, choice, kept)


def _problem(data: Prepared, settings: Settings) -> Problem:
    return Problem(
        X=data.X[data.train],
        y=data.y[data.train],
        weights=data.weights[data.train],
        gate_index=gate_index(data.design, settings),
        expert_index=data.design.expert_index,
        outcome=data.outcome.kind,
        seed=settings.random_state,
        noise=noise_of(data, settings),
        gate=settings.gate,
        curves=settings.curves,
    )


def _feasible(problem: Problem, most: int) -> list[int]:
    """Return the numbers of groups that half of the rows can still be fitted with."""
    rows = len(problem.y) // 2
    feasible = [k for k in range(1, most + 1) if k == 1 or problem.n_parameters(k) <= rows]
    if feasible == [1] and most > 1:
        raise TooFewRowsError(
            f"{len(problem.y)} training rows are too few to choose the number of groups: two groups on these "
            f"columns have {problem.n_parameters(2)} parameters, more than half of the rows. "
            "Set the number of groups yourself, or use fewer columns."
        )
    return feasible
