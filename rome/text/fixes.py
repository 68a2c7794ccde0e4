"""What an analyst can do where one group explains the table as well as several: in plain words."""

from __future__ import annotations

from rome.results import StudyResult
from rome.results.verdict import NULL_MODELS

_BEND = (
    "What looks like groups is better explained by one model with a curve. The pooled model here is {shape}: "
    "add squares or products of columns to the table and run again, or use a model that bends, such as "
    "boosted trees, before you look for groups."
)
_UNEVEN = " Its outcomes scatter more for some people than for others, too."
_SPREAD = (
    "What looks like groups is better explained by one straight line around which outcomes scatter more for "
    "some people than for others. Its predictions stand; how sure they are differs from person to person."
)
_TAILS = (
    "What looks like groups is better explained by one straight line with far-off or lopsided outcomes. Look "
    'at these rows, try noise "t" (Train, More settings; or --noise t), or predict the outcome\'s logarithm.'
)
_PLAIN_NETWORK = "One {line} in all columns does as well: a simpler model than networks."
_BEND_NETWORK = (
    "What looks like groups is better explained by one model with a curve. The pooled model here is one "
    "network, which can bend: use that."
)
_TAILS_NETWORK = (
    "What looks like groups is better explained by one straight line with far-off or lopsided outcomes. Look "
    "at these rows, or predict the outcome's logarithm; groups of lines (ROME-EM) can bear them, with noise "
    '"t".'
)
_PLAIN = "One {line} in all columns does as well; the pooled model is that one without the sensitive columns."


def remedy(result: StudyResult) -> str:
    """Return what the null model that does as well means for the pooled model.

    Nothing where the verdict speaks for groups, however weakly, where none was asked for, or where the null
    model is one that this version doesn't know.
    """
    verdict = result.verdict
    if verdict is None or verdict.level != "not supported" or verdict.hardest not in NULL_MODELS:
        return ""
    hardest, networks = NULL_MODELS[verdict.hardest], result.training is not None
    if hardest.is_curved:
        bend = _BEND_NETWORK if networks else _BEND.format(shape=pooled_shape(result))
        return f"{bend}{_UNEVEN}" if hardest.uneven_spread else bend
    if hardest.uneven_spread:
        return _SPREAD
    if hardest.any_noise:
        return _TAILS_NETWORK if networks else _TAILS
    plain = _PLAIN_NETWORK if networks else _PLAIN
    return plain.format(line="logistic curve" if hardest.outcome == "binary" else "straight line")


def pooled_shape(result: StudyResult) -> str:
    """Return what kind of model the pooled one is: a straight line, a logistic curve, or one network."""
    if result.training is not None:
        return "one network"
    return "a logistic curve" if result.data.outcome_kind == "binary" else "a straight line"


def pooled_sentence(result: StudyResult) -> str:
    """Say what the pooled model is, and so what it can't follow."""
    if result.training is not None:
        return (
            "Pooled is one network for everybody, in the columns that ROME's groups see, built and trained "
            "as theirs are, so that what ROME gains over it is not gained by bends alone."
        )
    return (
        f"Pooled is {pooled_shape(result)} for everybody, in the columns that ROME's groups see; it knows no "
        "bends and no products of columns, unless the table has them as columns of their own."
    )
