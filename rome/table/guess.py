"""A first guess of every column's role, from its name and its values, for the analyst to correct."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rome.table.columns import column_kind, is_numeric, levels, numbers
from rome.table.prediction import reads_as_prediction
from rome.table.roles import Role

#: Words that make a column sensitive wherever they stand in its name: what anti-discrimination law
#: protects in most places, and region, which often stands for it. Plain places (city, zip, school) are not
#: guessed: they are as often ordinary features.
_SENSITIVE_WORD = re.compile(
    "ages?|agep|agegroup|sex|gender|race|ethnicity|ethnic|ethnicgroup|nationality|nativity|citizenship|"
    "religion|disability|disabled|dis|marital|maritl|married|region|language|foreign|immigrant|migrant|"
    "birthplace|birthcountry|caste|orientation|pregnant|veteran|indigenous"
)
#: Sensitive when they begin a name, as in "racepctblack", "rac1p" and "agePct12t21".
_SENSITIVE_BEGINNING = re.compile(
    "(?:race|rac1p|racepct|agepct|sex|gender|ethnic|relig)(?![a-z]*(?:track|card))"
)
#: Sensitive when they are the whole name: longer names ("MalePctDivorce") are rates of a place.
_SENSITIVE_WHOLE = frozenset({"male", "female", "is male", "is female", "mar"})
_CERTAIN_OUTCOME = re.compile("y|outcome|target|label|response|dependent|class label")
_OUTCOME_WORD = re.compile(
    "outcome|target|label|charges?|costs?|expenditure|wages?|salary|earnings|income|pincp|price|score|grade|"
    "gpa|zfygpa|zfya|crimes|default|recid|recidivism|hired|approved|survived|readmitted|mortality|died|churn"
)
_WEIGHT_NAME = re.compile(r"(?:sample|sampling|survey|case|person|design) weights?|pwgtp|perwt|pweight")
_PREDICTION_WORD = re.compile(
    "yhat|ypred|preds?|predictions?|predicted|scores?|prob|probs|proba|probability|forecast"
)
_IGNORED_NAME = re.compile(r"fnlwgt|wgtp|fold|split")
_ID_WORD = re.compile("ids?|uuid|guid|key|index|idx|rownames?|rownum|row|unnamed|identifier")
_UNIQUE_TEXT_SHARE = 0.9
_MOST_LEVELS = 100
_FEWEST_FOR_ID = 20


@dataclass(frozen=True)
class Guess:
    """A guessed role, and why it was guessed, as the end of a sentence."""

    role: Role
    why: str


def guess_roles(frame: pd.DataFrame) -> dict[str, Role]:
    """Return one role for every column, in the table's order; there may be no outcome among them.

    Names that speak of age, sex, race, religion, disability, marital status, region and the like are
    sensitive; row numbers, unique codes and unique text are ids; constants, dates, columns without
    values and text of very many levels are ignored; the outcome is the last column with a name like
    "y", "outcome", "charges" or "income", else the last column if it can be modelled. A column called like a
    prediction ("yhat", "score", "prob") is one if it is near the outcome, on the outcome's scale.
    """
    return {column: guess.role for column, guess in guess_with_reasons(frame).items()}


def guess_with_reasons(frame: pd.DataFrame) -> dict[str, Guess]:
    """Return what ``guess_roles`` does, each role with the reason for it."""
    guesses = {str(column): _guess(frame[column], frame) for column in frame.columns}
    kinds = {column: guess.role for column, guess in guesses.items()}
    audited = _guess_audit(frame, kinds)
    if audited is not None:
        outcome, column = audited
        guesses[column] = Guess("prediction", f"it is called like a prediction, and is near {outcome[0]}")
    else:
        outcome = _guess_outcome(frame, kinds)
    if outcome is not None:
        guesses[outcome[0]] = Guess("outcome", outcome[1])
    return guesses


def looks_like_id(series: pd.Series, distinct: int | None = None) -> bool:
    """Whether a column numbers or names its rows: nearly unique text, or a count, or unique and called so.

    ``distinct`` is the number of its different values where that is known already.
    """
    known = series.dropna()
    if len(known) < _FEWEST_FOR_ID:
        return False
    share = (known.nunique() if distinct is None else distinct) / len(known)
    if not is_numeric(series):
        return share >= _UNIQUE_TEXT_SHARE and column_kind(series) == "text"
    if share < 1:
        return False
    values = numbers(known)
    if (values != np.trunc(values)).any():
        return False
    steps = np.diff(values)
    return bool((steps == 1).all()) or _has_word(_ID_WORD, " ".join(_words(str(series.name))))


def _guess(series: pd.Series, frame: pd.DataFrame) -> Guess:
    name = " ".join(_words(str(series.name)))
    distinct = int(series.nunique())
    left_out = _why_left_out(series, name, distinct)
    if left_out:
        return Guess("ignore", left_out)
    if looks_like_id(series, distinct):
        return Guess("id", "nearly every row has its own value, like a name or a number of the row")
    if _WEIGHT_NAME.fullmatch(name) and is_numeric(series) and (numbers(series.dropna()) >= 0).all():
        return Guess("weight", "it is called like a survey weight, and no value is negative")
    if not is_numeric(series) and distinct > _MOST_LEVELS:
        return Guess("ignore", f"it is text with {distinct:,} different values")
    if _is_sensitive(name):
        return Guess("sensitive", "its name is that of a trait that is often protected")
    if _is_paper_sensitive(name, frame):
        return Guess("sensitive", "S1, S2, … beside A1, A2, … is how the method's paper writes them")
    return Guess("feature", "nothing speaks against it")


def _why_left_out(series: pd.Series, name: str, distinct: int) -> str:
    if distinct < 2:
        return "it has one value only" if distinct else "every value is missing"
    if column_kind(series) == "date":
        return "its values are dates"
    return "its name is that of a survey weight or a split" if _IGNORED_NAME.fullmatch(name) else ""


def _words(name: str) -> list[str]:
    """Split a name at anything that is no letter or digit, and where small letters meet capitals."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.sub(r"[^0-9a-zA-Z]+", " ", apart).lower().split()


def _has_word(word: re.Pattern[str], name: str) -> bool:
    return any(word.fullmatch(part) for part in name.split())


def _is_sensitive(name: str) -> bool:
    return (
        name in _SENSITIVE_WHOLE or _has_word(_SENSITIVE_WORD, name) or bool(_SENSITIVE_BEGINNING.match(name))
    )


def _is_paper_sensitive(name: str, frame: pd.DataFrame) -> bool:
    """S1, S2, … beside A1, A2, … is the notation of the paper."""
    return bool(re.fullmatch(r"s\d+", name)) and "A1" in frame.columns


def _guess_outcome(frame: pd.DataFrame, kinds: dict[str, Role]) -> tuple[str, str] | None:
    """Return the column that is likeliest to be the outcome, and why; None where nothing speaks for one."""
    candidates = [
        column for column, role in kinds.items() if role == "feature" and _can_be_outcome(frame[column])
    ]
    names = {column: " ".join(_words(column)) for column in candidates}
    certain = [column for column, name in names.items() if _CERTAIN_OUTCOME.fullmatch(name)]
    likely = [column for column, name in names.items() if _has_word(_OUTCOME_WORD, name)]
    if certain or likely:
        return (certain or likely)[-1], "it is called like something that is predicted"
    last = str(frame.columns[-1]) if frame.shape[1] else None
    return (last, "it is the last column, where an outcome often stands") if last in candidates else None


def _guess_audit(frame: pd.DataFrame, kinds: dict[str, Role]) -> tuple[tuple[str, str], str] | None:
    """Return the outcome and why, and the column that predicts it; None where no column does."""
    named = [column for column, role in kinds.items() if role == "feature" and is_called_prediction(column)]
    if not named:
        return None
    rest = {column: role for column, role in kinds.items() if column not in named}
    outcome = _guess_outcome(frame[list(rest)], rest)
    if outcome is None:
        return None
    found = [column for column in named if reads_as_prediction(frame, column, outcome[0])]
    return (outcome, found[0]) if found else None


def is_called_prediction(column: str) -> bool:
    """Whether a column's name is one that predictions often have; other things have it, too."""
    words = _words(column)
    return _has_word(_PREDICTION_WORD, " ".join(words)) or words[:2] == ["y", "hat"]


def _can_be_outcome(series: pd.Series) -> bool:
    return is_numeric(series) or levels(series).nunique() == 2
