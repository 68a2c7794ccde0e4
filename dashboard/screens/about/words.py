"""What the About page says."""

from __future__ import annotations

DOES = """\
A model that is good on average can be bad for some people, and often no column says for whom. ROME Studio
looks for such groups in a table of yours: people for whom the outcome depends on the features in another
way. It says whether held-out rows support that there are groups, who is likely to be in them, and what one
model costs them. Then it fits a predictor that guards the group that is worst off, and says whether that is
better than one model, for whom, and at what price to everybody. "Use one line" is an answer that it gives.
"""
CANNOT = (
    "**Whether a difference is unfair, or what causes it.** Groups describe how the outcome goes with the "
    "columns. They say nothing about why.",
    "**That the groups are kinds of people.** A verdict for groups says that no model with a single "
    "group that was tried does as well. One that nobody tried might.",
    "**Anything about people who are not in the table.** Errors are measured on rows that were held out of "
    "the same table. Another year, place or way of measuring can differ.",
    "**What the outcome leaves out.** If the outcome was recorded unfairly, a model that predicts it well "
    "repeats that.",
    "**Who somebody is.** Membership is a probability. For one person it is often far from 0 and 1.",
    "**Small groups.** Where few rows were held out, intervals are wide or missing, and the page says so.",
)
METHOD = (
    "The table is split: most rows are learnt from, the others are only used to measure errors.",
    "A mixture is fitted in which every latent group predicts the outcome from the features by a rule of "
    "its own, while the sensitive columns decide how likely somebody is to belong to each group.",
    "From the groups' rules one predictor is made for the least favourable mix of the groups within a set "
    "distance from the average one; that distance is the DRO strength, from 0 (the average) to 1 (every "
    "mix).",
    "Inside the learning rows, models with a single group are tried in place of the groups, and a "
    "strength is recommended only if on folds it is better than one model for the worst group by more than "
    "its uncertainty, without being worse for everybody.",
    "On the held-out rows, errors by group are then compared with intervals from resampled rows, and can "
    "only withdraw a recommendation.",
)
SOURCE = (
    "The method is that of Li, Liu, Tian, Hong and Liu, *Robust Mixture Models for Algorithmic Fairness "
    "Under Latent Heterogeneity*, arXiv\u00a02509.17411. The routed predictor, the verdict and the rule of "
    "recommending nothing without evidence were added here."
)
PRIVACY = (
    "Nothing leaves the computer that runs this program: no usage statistics, no fonts or scripts from "
    "elsewhere, no accounts.",
    "A finished study is kept on that computer, with the outcome and the predictions of every row. You can "
    "remove it on the Studies page.",
    "A copy of its table is kept too, unless you switch that off before training. You can remove it on the "
    "Data and Studies pages.",
    "Everyone who can open this page can open every study and every copy of a table in its folder. By "
    "default only this computer can.",
    "One cookie, a random number, lets the page find your run again after a reload.",
)
KEYS = (
    ("Tab, Shift + Tab", "Go to the next control, or back"),
    ("Enter or Space", "Press a button, open a fold, switch a toggle"),
    ("← →", "Move a slider by one position"),
    ("↑ ↓, then Enter", "Choose from an open list; type to search it"),
    ("Backspace", "Take the last choice out of a list of several"),
    ("↑ ↓ ← →, in a table", "Move from cell to cell; Shift + Space selects the row of a study"),
    ("Ctrl + F, in a table", "Search the table (⌘ + F on a Mac)"),
    ("Esc", "Close a list or a full-size figure"),
)
KEYS_HEADINGS = ("Keys", "What they do")
MAP_KEYS = "Drawing a loop on the map needs a mouse; the list beside the map picks the same rows by keyboard."
LICENCE_NOTE = "BSD 3-Clause: use, change and pass it on; keep the notice; there is no warranty."
NO_LICENCE = "The licence's text is not beside this installation; it is the BSD 3-Clause licence."


def version(rome: str, python: str) -> str:
    """Say which version this is."""
    return f"ROME Studio {rome}, on Python {python}."


def folder(path: str) -> str:
    """Say before a path what lies there."""
    return f"Studies and copies of tables are in: {path}"
