"""The verdict in words for somebody who has never heard of mixtures; the exact sentence stands beside it."""

from __future__ import annotations

import numpy as np

from rome.figures.labels import visible
from rome.report import sentences
from rome.results import StudyResult


def verdict_answer(result: StudyResult) -> str:
    """Return in plain words whether there are groups, and whether a new person's can be told."""
    verdict = result.verdict
    if verdict is None:
        return sentences.gain_sentence(result)
    if verdict.level == "not supported":
        return (
            "Use one model: this table gives no sign of groups that follow rules of their own. One rule for "
            "everybody describes its rows as well."
        )
    if verdict.level == "weak":
        return (
            f"Perhaps there are {verdict.n_groups} groups that follow rules of their own, but the signs are "
            "weak. Take what follows as a lead, not as a finding."
        )
    there = f"There are {verdict.n_groups} groups in this table that follow rules of their own"
    if verdict.findable:
        return f"{there}, and the sensitive columns tell them apart."
    return (
        f"{there}, but the sensitive columns don't tell who is in which, so no prediction can be made to "
        "suit a new person's group."
    )


def verdict_detail(result: StudyResult) -> str:
    """Return the exact sentence behind the answer; nothing where the answer is that sentence."""
    return "" if result.verdict is None else result.verdict.sentence


def nobodys_groups(result: StudyResult) -> str:
    """Say which groups are nobody's likeliest one before the outcome is seen; nothing where none is.

    The gate then routes nobody to them, whatever the verdict on the table is.
    """
    names = [group.name for group in result.groups]
    sizes = np.bincount(result.rows.predicted_group, minlength=len(names))
    empty = [visible(name) for name, size in zip(names, sizes, strict=True) if size == 0]
    if len(names) < 2 or not empty:
        return ""
    if len(empty) == len(names) - 1:
        only = next(visible(name) for name, size in zip(names, sizes, strict=True) if size)
        return (
            f"Before the outcome is seen, everybody's likeliest group is {only}: the sensitive columns, or a "
            "training that was too short, separate nobody."
        )
    return f"Before the outcome is seen, {' and '.join(empty)} is nobody's likeliest group."
