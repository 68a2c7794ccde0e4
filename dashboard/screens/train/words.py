"""What the Train page says."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.shared import running
from dashboard.shared.words import plain
from rome.jobs import Progress
from rome.settings.networks import MoESettings
from rome.settings.study import Settings
from rome.table import Roles

AUTO_HELP = (
    "Takes the groups of the model that is advised. Where that is a single model: as many as the evidence "
    "says, of 1 to 8. Takes longer."
)
SUGGEST_NOTE = "Compares 1 to 8 groups on held-out parts of the training rows, before the whole study."
WHICH_ROWS = (
    "The model and its strength were chosen on rows inside the training part. Held-out rows choose "
    "nothing; they can only take an advice back."
)
RECOMMENDED_HELP = (
    "The strength says how strongly the worst group is guarded (DRO: distributionally robust optimisation). "
    "The recommended one is chosen on validation rows inside the training part; held-out rows can only "
    "withdraw it. Where none can be recommended, the study says so, and still shows one."
)
STRENGTH_FREE = (
    "Every strength is computed anyway, so you can change it on the Compare page without training."
)
OPEN_AGAIN_NOTE = "A study with exactly this table, these roles and these settings exists, and opens at once."
KEPT_NOTE = "The finished study is kept on this computer, with the outcome and predictions of every row."
OTHER_STUDY = "Until then, this page and the next ones show the study that was made before your changes."
TABLE_ABSENT = (
    "Only the results of this study are open, not its table, of which no copy is kept. You can read them on "
    "the next pages; to train again, open the table on the Data page."
)
ADVICE_NOTE = "Asked with lines here too: how many groups there are is a question about the data."
LEAVE = "You can leave this page, or close it: the run goes on, and this page's address leads back to it."
GOES_ON = "You follow this run no longer. It goes on, because somebody else asked for the same study."


def use_groups(count: int) -> str:
    """Return what the button says that takes the suggestion over."""
    return "Use 1 group" if count == 1 else f"Use {count} groups"


def start_note(likely: tuple[float, float]) -> str:
    """Say beside the start button how long a study will take."""
    return f"{running.expected(likely)}, judging by its size. It goes on if you leave this page."


def epochs(curve: Sequence[tuple[int, int, float]], moe: MoESettings) -> str:
    """Say which epoch of which start is running; nothing before the first."""
    if not curve:
        return ""
    start, epoch, _ = curve[-1]
    first = f"start {start} of {moe.n_init}, " if _has_starts(moe) else ""
    said = f"{first}epoch {epoch} of at most {moe.epochs}"
    return f"{said[:1].upper()}{said[1:]}"


def _has_starts(moe: MoESettings) -> bool:
    return moe.n_init > 1 and not moe.warm_start_from_em


def run_title(name: str) -> str:
    """Return the heading of a run."""
    return f"**A study of {plain(name)} is running**" if name else "**A study is running**"


def run_about(roles: Roles, settings: Settings) -> str:
    """Say what a study is about that has no result yet."""
    groups = {1: "1 group", "auto": "as many groups as the evidence asks for"}.get(
        settings.n_groups, f"{settings.n_groups} groups"
    )
    groups = f"{groups} with networks" if settings.family == "moe" else groups
    strength = "recommended" if settings.dro_strength is None else f"{settings.dro_strength:g}"
    return (
        f"Outcome **{plain(roles.outcome)}**, {groups}, DRO strength {strength}, seed {settings.random_state}"
    )


def log_line(seconds: float, what: str) -> str:
    """Return a line of the log."""
    return f"{running.clock(seconds)} · {plain(what)}"


def advice(progress: Progress | None) -> str:
    """Say that numbers of groups are being compared, or that this waits for a worker."""
    return f"{running.WAITING}…" if progress is None else "Comparing numbers of groups…"


def advice_ended(state: str, message: str) -> str:
    """Say that no number of groups could be suggested."""
    return plain(message) if state == "failed" else f"No number was suggested. {plain(message)}".strip()
