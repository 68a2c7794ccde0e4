"""The pages of the journey and those beside it, and what is said where one has nothing to show."""

from __future__ import annotations

from dataclasses import dataclass

PRODUCT = "ROME Studio"


@dataclass(frozen=True)
class Page:
    """A page: its file and address, its name, and what it is for."""

    key: str
    title: str
    lead: str


PAGES = (
    Page("data", "Data", "Open a table, check how it was read, and say what each column is."),
    Page(
        "train",
        "Train",
        "Look for groups that no column names, and fit a predictor that guards the worst of them.",
    ),
    Page(
        "groups",
        "Groups",
        "Who is in each group, how sure that is, and whether the groups are needed at all.",
    ),
    Page(
        "compare",
        "Compare",
        "One model for everybody, called pooled, against ROME. The worst group comes first.",
    ),
    Page("report", "Report", "One file that a colleague can read without this program."),
)
#: Pages beside the journey, under "More".
MORE = (
    Page("studies", "Studies", "Every study that is kept on this computer: find one, name it, compare two."),
    Page("score", "Score", "Let a finished study predict the rows of another file."),
    Page("what_if", "What if", "Change a person's columns and see what the models would say."),
    Page("about", "About", "What this program does, how, and what it cannot tell."),
)


def tab_title(page_title: str) -> str:
    """Return what the browser's tab is called on a page."""
    return f"{page_title} · {PRODUCT}"


def page(key: str) -> Page:
    """Return the page called ``key``."""
    return next(each for each in (*PAGES, *MORE) if each.key == key)


NO_TABLE = "No table is open yet. Open a file or take a sample first."
NO_STUDY = "No study is open yet. Train one first, or open the link of a finished one."
NO_STUDY_NO_TABLE = "No study is open yet, and no table to make one of. Open a file or take a sample first."
ONE_GROUP = "This study has one group, so there are no groups to compare. Train with two or more groups."
OTHER_ROLES = (
    "This study used other parts of the columns than the Data page shows now. To see what the change does, "
    "train again."
)
GO_DATA = "Open a table"
GO_TRAIN = "Train a study"
GO_GROUPS = "See who is in the groups"
GO_COMPARE = "Compare with one model"
GO_REPORT = "Make the report"
MORE_TITLE = "More"
DONE, NEXT, RUNNING, LATER = "done", "next", "under way", "later"


def step(number: int, each: Page, standing: str) -> str:
    """Say for those who hear a step rather than see it what it is and how far it is."""
    return f"Step {number} of {len(PAGES)}, {standing}. {each.lead}"


def next_step(number: int, each: Page) -> str:
    """Say which step comes next."""
    return f"Next: {number}. {each.title}"


ALL_DONE = "Every step is done."
LINK_FAILED = "The study in the link could not be opened."
