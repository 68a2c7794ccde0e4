"""The verdict in words for somebody who has never heard of mixtures; the exact sentence stands beside it."""

from __future__ import annotations

import numpy as np

from rome.results import StudyResult
from rome.results.verdict import Verdict
from rome.text import sentences
from rome.text.names import visible


def verdict_answer(result: StudyResult) -> str:
    """Return in plain words whether the table supports groups, and what the sensitive columns say of them."""
    verdict = result.verdict
    if verdict is None:
        return sentences.gain_sentence(result)
    said = _said(verdict)
    if result.fit.n_groups == 1 and verdict.level != "not supported":
        return f"This study has one group. Beside it, {verdict.n_groups} were tried. {said}"
    return said


def _said(verdict: Verdict) -> str:
    if verdict.level == "not supported":
        return (
            "Use one model: this table does not show groups with rules of their own. One model for everybody "
            "describes held-out parts of the training rows about as well, or better."
        )
    if verdict.level == "weak":
        return (
            f"Perhaps there are {verdict.n_groups} groups with rules of their own, but the signs are weak. "
            "Take what follows as a lead, not as a finding."
        )
    narrowly = "" if verdict.gain.low > 0 else ", if narrowly"
    told = (
        "The sensitive columns say something about who is in which."
        if verdict.findable
        else "It does not show that the sensitive columns say who is in which, so that predictions made to "
        "suit a new person's group can't be relied on."
    )
    return (
        f"This table supports {verdict.n_groups} groups with rules of their own{narrowly}: they describe "
        f"held-out parts of the training rows better than every single model that was tried. {told}"
    )


def verdict_detail(result: StudyResult) -> str:
    """Return the exact sentence behind the answer; nothing where the answer is that sentence."""
    return "" if result.verdict is None else result.verdict.sentence


def nobodys_groups(result: StudyResult) -> str:
    """Say which groups are nobody's likeliest one before the outcome is seen; nothing where none is.

    They count in predictions all the same, as far as the gate gives them a share.
    """
    names = [visible(group.name) for group in result.groups]
    sizes = np.bincount(result.rows.predicted_group, minlength=len(names))
    empty = [name for name, size in zip(names, sizes, strict=True) if size == 0]
    if len(names) < 2 or not empty:
        return ""
    if len(empty) == len(names) - 1:
        only = next(name for name, size in zip(names, sizes, strict=True) if size)
        said = f"Before the outcome is seen, {only} is everybody's likeliest group."
    else:
        said = f"Nobody's likeliest group before the outcome is seen: {', '.join(empty)}."
    return f"{said} Such groups count in predictions all the same, by their probabilities."
