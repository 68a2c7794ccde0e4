"""Groups of a study made by hand: summaries, profiles, rules and coefficients."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rome.results import Coefficient, FailedGroup, FailedGrouping, GroupSummary, ProfileEntry
from rome.results.description import Condition, GroupDescription, GroupRule, PartialEffect
from rome.results.first_look import FirstGroup, FirstLook
from rome.stats.estimate import Estimate

NAN = float("nan")


def summary(index: int, n_groups: int, names: tuple[str, ...]) -> GroupSummary:
    share = np.arange(n_groups, 0, -1) / np.arange(1, n_groups + 1).sum()
    slope = 1.0 + 1.2 * index * (-1) ** index
    profile = tuple(_entry(name, place, index) for place, name in enumerate(names))
    return GroupSummary(
        name=f"Group {index + 1}",
        share=float(share[index]),
        sigma=1.0 + index,
        coefficients=coefficients(names[3:], slope),
        gate=coefficients(names[:3], 0.5 - index),
        profile=profile,
        description=_description(names, index) if n_groups > 1 else GroupDescription(reason="one group"),
    )


def _entry(name: str, place: int, index: int) -> ProfileEntry:
    difference = (-1) ** (place + index) * 1.1 / (1 + place) + 0.07
    return ProfileEntry(
        term=name,
        column=name,
        sensitive=place < 3,
        group_mean=10.0 + index,
        overall_mean=10.0,
        standardised_difference=difference,
        low=difference - 0.1,
        high=difference + 0.12,
        group_low=9.5 + index,
        group_high=10.6 + index,
    )


def _description(names: tuple[str, ...], index: int) -> GroupDescription:
    """Return a good rule for the first group, a rough one for the second and none for the others."""
    levels = ("good", "rough", "none")
    level = levels[min(index, 2)]
    old = Condition(names[0], "between", low=43.0)
    kind = Condition(names[1], "is", levels=("yes",))
    rule = GroupRule(
        columns="sensitive",
        clauses=((old, kind),),
        level=level,
        coverage=Estimate(0.81, 0.74, 0.88),
        precision=Estimate(0.62, 0.54, 0.7),
        lift=Estimate(0.29, 0.22, 0.36),
        fidelity=Estimate(0.78, 0.73, 0.82),
        baseline=0.67,
        gain=Estimate(0.11, 0.06, 0.15),
        fitted_rows=400,
    )
    wider = replace(rule, columns="all", clauses=((old,), (Condition(names[3], "known"),)))
    movers = tuple(
        PartialEffect(name, 31.0, 56.0, Estimate(size, size - 0.02, size + 0.03))
        for name, size in zip(names[:3], (0.24 - index * 0.3, -0.08, 0.004), strict=True)
    )
    return GroupDescription((rule, wider), movers, 200)


def coefficients(names: tuple[str, ...], slope: float) -> tuple[Coefficient, ...]:
    terms = [Coefficient("intercept", "", 3.2 * slope, 3.2 * slope, 3.2 * slope - 1, 3.2 * slope + 1)]
    terms += [
        Coefficient(
            name,
            name,
            0.31 * slope / (1 + place),
            1.3 * slope / (1 + place),
            0.31 * slope / (1 + place) - 0.09,
            0.31 * slope / (1 + place) + 0.09,
        )
        for place, name in enumerate(names)
    ]
    return tuple(terms)


def failures(names: tuple[str, ...], observed: list[str], n_groups: int) -> tuple[FailedGroup, ...]:
    """Return a slice, some observed groups and the latent groups, worst first; the last is too small."""
    old = (Condition(names[0], "between", low=60.0), Condition(names[1], "is", levels=("no",)))
    found = [failure("slice", "", 2.3, n=24, conditions=old)]
    found += [failure("observed", name, 1.2 - 0.15 * place) for place, name in enumerate(observed)]
    if n_groups > 1:
        found += [failure("latent", f"Group {k + 1}", 1.5 - 0.5 * k, n=90) for k in range(n_groups)]
    found.sort(key=lambda group: -group.ratio.value)
    return (*found, failure("slice", "", 3.0, n=9, conditions=old[1:], too_small=True))


def failure(
    grouping: FailedGrouping,
    name: str,
    ratio: float,
    *,
    n: int = 50,
    conditions: tuple[Condition, ...] = (),
    too_small: bool = False,
    bias: Estimate | None = None,
) -> FailedGroup:
    """Return a group whose error is ``ratio`` times everybody's of 4, with intervals of a fifth."""
    bias = Estimate(1.2, 0.5, 1.9) if bias is None else bias
    error = around(4 * ratio)
    others = {"rome": around(3.2 * ratio), "pooled_with_sensitive": around(3.6 * ratio)}
    part = around(n / 200 * ratio**2)
    return FailedGroup(
        grouping, name, conditions, n, n / 200, too_small, error, around(ratio), bias, part, others
    )


def around(value: float) -> Estimate:
    return Estimate(value, 0.8 * value, 1.2 * value)


def first_look(n_groups: int = 2, names: tuple[str, ...] = ("sex", "age", "origin", "hours")) -> FirstLook:
    """Return what a running study shows of its groups."""
    groups = (
        FirstGroup(
            failure("latent", f"Group {index + 1}", 1.0 + index / 4),
            _description(names, index).rules[0],
            None,
        )
        for index in range(n_groups)
    )
    return FirstLook(tuple(groups), 300, "numeric", 0.95)
