"""Every sentence that the user reads, besides those that ``rome`` says about a table or a study."""

from dashboard.wording import (
    about,
    cohorts,
    compare,
    data,
    figures,
    groups,
    journey,
    networks,
    others,
    report,
    running,
    score,
    train,
)
from dashboard.wording.escape import plain

__all__ = [
    "about",
    "cohorts",
    "compare",
    "data",
    "figures",
    "groups",
    "journey",
    "networks",
    "others",
    "plain",
    "report",
    "running",
    "score",
    "settings_file",
    "studies",
    "train",
]
