"""What is said of work while it goes on, and when it ended before its time."""

from __future__ import annotations

from dashboard.wording.escape import plain
from rome.jobs import Progress
from rome.settings.study import Settings
from rome.table import Roles

STOP = "Stop"
AGAIN = "Run again"
GO_RUN = "See how far it is"
GO_ENDED = "See what happened"
GO_FINISHED = "Open the study"
LOG_TITLE = "What was done so far"
LEAVE = "You can leave this page, or close it: the run goes on, and this page's address leads back to it."
OPENS_HERE = "The study that is being made opens here when it is finished."
WORK_STOPPED = "Stopped."
STOPPED = "The run was stopped. Nothing of it was kept."
GOES_ON = "You follow this run no longer. It goes on, because somebody else asked for the same study."
_WAITING = "Waiting for other work to end"
_ENDED = {
    "interrupted": "The program was stopped while it made {}.",
    "killed": "The work on {} ended before its time.",
    "cancelled": "The work on {} was stopped.",
    "broken": "The work on {} ended with an error.",
}
_SAFE = "Finished studies are not touched by it."
#: Seconds that people think in.
_STEPS = (
    1,
    2,
    3,
    5,
    8,
    10,
    15,
    20,
    30,
    45,
    60,
    90,
    120,
    180,
    240,
    300,
    450,
    600,
    900,
    1200,
    1800,
    2700,
    3600,
)


def title(name: str) -> str:
    """Return the heading of a run."""
    return f"**A study of {plain(name)} is running**" if name else "**A study is running**"


def about(roles: Roles, settings: Settings) -> str:
    """Say what a study is about that has no result yet."""
    groups = {1: "1 group", "auto": "as many groups as the evidence asks for"}.get(
        settings.n_groups, f"{settings.n_groups} groups"
    )
    groups = f"{groups} with networks" if settings.family == "moe" else groups
    strength = "recommended" if settings.dro_strength is None else f"{settings.dro_strength:g}"
    return (
        f"Outcome **{plain(roles.outcome)}**, {groups}, DRO strength {strength}, seed {settings.random_state}"
    )


def stage(what: str) -> str:
    """Return what the progress bar says; empty for work that waits for a worker."""
    return f"{plain(what)}…" if what else f"{_WAITING}…"


def times(seconds: float, left: float | None) -> str:
    """Say how long the work has taken, and how long it will."""
    so_far = f"{_clock(seconds)} so far"
    return so_far if left is None else f"{so_far}, {duration(left)} left"


def log_line(seconds: float, what: str) -> str:
    """Return a line of the log."""
    return f"{_clock(seconds)} · {plain(what)}"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def duration(seconds: float) -> str:
    """Return some seconds as people say them, like "about 20 seconds"."""
    rounded = _near(seconds)
    return "a few seconds" if rounded <= 3 else f"about {_words(rounded)}"


def expected(likely: tuple[float, float]) -> str:
    """Say how long a study will take, like "About 10 to 20 seconds"."""
    low, high = (_near(seconds) for seconds in likely)
    if high <= 3:
        return "A few seconds"
    if low == high:
        return f"About {_words(low)}"
    if low >= 120:
        return f"About {_count(low / 60)} to {_words(high)}"
    if high < 120:
        return f"About {low} to {_words(high)}"
    return f"About {_words(low)} to {_words(high)}"


def _near(seconds: float) -> int:
    return min(_STEPS, key=lambda step: abs(step - seconds) / step) if seconds < 3600 else int(seconds)


def _words(seconds: int) -> str:
    if seconds < 120:
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    return f"{_count(seconds / 60)} minutes"


def _count(minutes: float) -> str:
    return f"{minutes:g}" if minutes < 10 else f"{minutes:.0f}"


def line(name: str, share: float, left: float | None) -> str:
    """Say on another page that a study is running."""
    about = f" of {plain(name)}" if name else ""
    remaining = "" if left is None else f", {duration(left)} left"
    return f"A study{about} is running: {share:.0%} done{remaining}."


def finished_line(name: str) -> str:
    """Say on another page that a study is finished."""
    return f"The study of {plain(name)} is finished." if name else "The study is finished."


def ended(state: str, message: str, name: str) -> str:
    """Say how a run ended that has no result."""
    if state == "failed":
        return plain(message)
    study = f"the study of {plain(name)}" if name else "this study"
    parts = [_ENDED[state].format(study), plain(message), _SAFE]
    return " ".join(part for part in parts if part)


def umap(progress: Progress | None) -> str:
    """Say that a UMAP is being computed, or waits for a worker."""
    what = f"{_WAITING}." if progress is None else "Computing the UMAP; the first can take a minute."
    return f"{what} Meanwhile the map shows PCA."


def umap_ended(message: str) -> str:
    """Say that a UMAP could not be made."""
    return f"The UMAP was not made. {plain(message)}".strip()


def advice(progress: Progress | None) -> str:
    """Say that numbers of groups are being compared, or that this waits for a worker."""
    return f"{_WAITING}…" if progress is None else "Comparing numbers of groups…"


def advice_ended(state: str, message: str) -> str:
    """Say that no number of groups could be suggested."""
    return plain(message) if state == "failed" else f"No number was suggested. {plain(message)}".strip()
