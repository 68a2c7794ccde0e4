"""What an analyst can do where one group explains the table as well as several: in plain words."""

from __future__ import annotations

from rome.results import StudyResult
from rome.results.verdict import NULL_MODELS, Verdict

_BEND = (
    "What looks like groups is explained {how} by one model with a curve. The pooled model here is {shape}: "
    "add squares or products of columns to the table and run again, or use a model that bends, such as "
    "boosted trees, before you look for groups."
)
_UNEVEN = " Its outcomes scatter more for some people than for others, too."
_SPREAD = (
    "What looks like groups is explained {how} by one straight line around which outcomes scatter more for "
    "some people than for others. Its predictions stand; how sure they are differs from person to person."
)
_TAILS = (
    "What looks like groups is explained {how} by one straight line with far-off or lopsided outcomes. Look "
    'at these rows, try noise "t" (Train, More settings; or --noise t), or predict the outcome\'s logarithm.'
)
_LOG = (
    "What looks like groups is explained {how} by one rule on the outcome's logarithm: columns multiply it, "
    "and its scatter grows with it. Take the logarithm of the outcome and run again before you look for "
    "groups."
)
_ONE_RULE = (
    "What looks like groups is explained {how} by one rule for everybody, around which outcomes lie at "
    "several levels or scatter more for some people than for others: what a column does is the same for all."
)
_ONE_VALUE = (
    "One of these groups is hardly more than one value of the outcome. Ask why so many rows share it (the "
    "Data page names such a value), and study the other rows apart."
)
_PLAIN_NETWORK = "One {line} in all columns does as well: a simpler model than networks."
_BEND_NETWORK = (
    "What looks like groups is explained {how} by one model with a curve. The pooled model here is one "
    "network, which can bend: use that."
)
_TAILS_NETWORK = (
    "What looks like groups is explained {how} by one straight line with far-off or lopsided outcomes. Look "
    "at these rows, or predict the outcome's logarithm; groups of lines (ROME-EM) can bear them, with noise "
    '"t".'
)
_PLAIN = "One {line} in all columns does as well; the pooled model is that one without the sensitive columns."


def remedy(result: StudyResult) -> str:
    """Return what the null model that does as well means for the pooled model.

    Nothing where the verdict speaks for groups, however weakly, where none was asked for, where it is a fault
    of a group and no null model that speaks against them, or where the null model is one that this version
    doesn't know. Nothing either where the advice answers it already: another model than one line is advised,
    or curves were tried and did not help.
    """
    verdict = result.verdict
    if verdict is None or verdict.level != "not supported" or verdict.hardest not in NULL_MODELS:
        return ""
    if verdict.doubt not in (None, "chance"):
        return _ONE_VALUE if verdict.doubt == "one value" else ""
    return _of_null_model(result, verdict).format(
        how="better" if verdict.gain.high < 0 else "just as well", shape=pooled_shape(result)
    )


def _of_null_model(result: StudyResult, verdict: Verdict) -> str:
    advice = result.advice
    hardest, networks = NULL_MODELS[verdict.hardest], result.training is not None
    if advice is not None and (advice.model.kind != "line" or hardest.is_curved):
        return ""
    if hardest.log_scale:
        return _LOG
    if verdict.hardest == "shared_slopes":
        return _ONE_RULE
    if hardest.is_curved and _bend_pays(verdict):
        bend = _BEND_NETWORK if networks else _BEND
        return f"{bend}{_UNEVEN}" if hardest.spread_moves else bend
    if hardest.spread_moves:
        return _SPREAD
    if hardest.any_noise:
        return _TAILS_NETWORK if networks else _TAILS
    plain = _PLAIN_NETWORK if networks else _PLAIN
    return plain.format(line="logistic curve" if hardest.outcome == "binary" else "straight line")


def _bend_pays(verdict: Verdict) -> bool:
    """Whether the curved model that is hardest to beat does better than every straight one."""
    gains = {score.code: score.gain.value for score in verdict.null_models}
    straight = [
        gain for code, gain in gains.items() if code in NULL_MODELS and not NULL_MODELS[code].is_curved
    ]
    return all(gains[verdict.hardest] < gain for gain in straight)


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
