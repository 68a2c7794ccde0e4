"""What the Groups page says."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.shared import running
from dashboard.shared.words import plain
from rome.cohorts import Cohort, RowsScores
from rome.jobs import Progress
from rome.results import GroupSummary, StudyResult
from rome.text.names import visible
from rome.text.numbers import format_change, format_count, format_number, format_percent

SIGMA_HELP = "How far outcomes of this group scatter around its own prediction (residual standard deviation)."
LIKELIHOOD_HELP = (
    "Log-likelihood per row says how probable held-out outcomes are under a model, on a logarithmic scale: "
    "0.1 more makes a row's outcome about 10% more probable, 0.7 more about twice as probable."
)
MAP_LEAD = (
    "Near means alike in the model's columns. Groups differ in how the outcome depends on them, so they may "
    "well lie on top of one another. Draw a loop around rows to look at them, or pick a group."
)
METHOD_HELP = (
    "Two ways to lay many columns out on a page: PCA keeps large distances, UMAP keeps neighbours together. "
    "The axes have no unit."
)
COLOURS = {
    "predicted": "Before the outcome",
    "posterior": "After the outcome",
    "doubt": "Doubt",
    "observed": "Observed",
    "error": "Error",
    "column": "A column",
}
ERROR_MODELS = {"pooled": "Pooled", "rome": "ROME"}
COLUMN_NEEDS_TABLE = "Columns need the study's table, and only its results are open. Open the table first."
COLOUR_HELP = (
    "Before the outcome is all that is known of a new person. Errors are shown for training rows only. "
    "Doubt is how far the likeliest group is from certain."
)
UMAP_NOTE = "UMAP keeps neighbours together better than PCA. It takes up to a minute the first time."
UMAP_NEEDS_TABLE = (
    "This map needs the study's table, and only its results are open. Open the table to draw it."
)
PICK_HELP = "Choose a group, or columns, here if you can't, or don't want to, draw on the map."
PICK_KINDS = {
    "predicted": "before the outcome",
    "posterior": "after the outcome",
    "observed": "observed group",
    "cohort": "named cohort",
}
FILTER_HELP = "Rows that fulfil every condition are selected. A missing value fulfils none."
FILTER_NEEDS_TABLE = (
    "To choose by columns, the study's table is needed, and only its results are open. Open the table first."
)
NO_CONDITION = "Nothing is selected. Choose a column beside the map, and what its values may be."
ERROR_HEADINGS = {"pooled": "Pooled", "rome": "ROME", "pooled_with_sensitive": "With sensitive"}
PROFILE_HEADINGS = {"group": "selected"}
PROFILE_NEEDS_TABLE = "To say who they are, the study's table is needed. Open the table first."
NOTHING_PICKED = "Nothing is selected. Draw a loop or a box on the map, or pick a group beside it."
SELECTED_TITLE = "Selected rows"
GROUP_CAUTION = (
    "This is one group of several, and one that is picked because it stands out proves little. The Compare "
    "page shows all of them."
)
NOT_RECOMMENDED = (
    "These groups are not what is advised for prediction: to describe outcomes better is not yet to predict "
    "them better, at no harm to others. The Compare page says what is."
)
SHARES_NOTE = (
    "A share adds up how likely each held-out row belongs, once its outcome is seen. Counted by likeliest "
    "group, as on the map, groups have other sizes; the figure “How large the groups are” shows them all."
)
NO_HELD_OUT = "None of these rows was held out, so there is no honest error to show for them."
RULE_HELP = (
    "A tree with at most three questions, learnt on the rows that the groups were fitted on and scored on "
    "held-out rows. Membership is a probability, so that no rule can agree with all of it."
)
MOVERS_HELP = (
    "The average change, in percentage points, in how likely held-out people belong here before their "
    "outcome is seen, when one column changes and the others stay. The interval holds how well the "
    "rows determine the gate, too. It says what the fitted groups depend on, not what would happen to "
    "anybody."
)
MEMBERSHIP_LEAD = (
    "What one standard deviation more of a column does to the odds of the first group against the "
    "other, all else the same: 2 doubles them, 0.5 halves them. An interval that holds 1 leaves open whether "
    "the column moves anybody; where there is none, the rows don't determine the coefficient."
)
NO_ODDS = (
    "The gate is a network here, which has no odds to read off: the figure above says what moves people. The "
    "same study with lines (ROME-EM) has them."
)
_ROW_HEADINGS = {
    "row": "Row",
    "split": "Part",
    "outcome": "Outcome",
    "predicted_group": "Group, before the outcome",
    "posterior_group": "Group, after the outcome",
    "observed_group": "Observed group",
    "pooled_prediction": "Pooled",
    "advised_prediction": "Advised",
    "rome_prediction": "ROME",
    "pooled_with_sensitive_prediction": "Pooled with sensitive columns",
}
SELECTION_TITLE = "How many groups"
SAVE_HELP = "The rows are kept with the study. The Compare page and the report then show their errors, too."
RENAME = "Rename"


def row_heading(name: str) -> str:
    """Return what a column of the table of rows is called on the page; others keep their names."""
    return _ROW_HEADINGS.get(name, name)


def first_rows(shown: int, total: int) -> str:
    """Say that a table is cut for showing."""
    return f"The first {format_count(shown)} of {format_count(total)} rows; the download holds all of them."


def pick(kind: str, name: str) -> str:
    """Return what one choice of rows is called."""
    own = {"drawn": "Those that I draw on the map", "columns": "Those that I choose by columns"}
    return own[kind] if kind in own else f"{visible(name)}, {PICK_KINDS[kind]}"


def drawn_on(method: str, words: str) -> str:
    """Say on which map rows were drawn."""
    return f"Drawn on the {method} map, coloured by {visible(words)}"


def nobody(kind: str, names: Sequence[str]) -> str:
    """Say that no row is in some groups, counted as ``kind`` counts them."""
    which = " or ".join(plain(name) for name in names)
    return f"No row is in {which}, {PICK_KINDS[kind]}: each is likelier to be in another group."


def too_few(least: int) -> str:
    """Say that a group holds too few held-out rows to be described."""
    return f"Fewer than {least} held-out rows belong here: too few to say who they are or how they fare."


def group_facts(group: GroupSummary, outcome: str) -> str:
    """Return how far a group's outcomes scatter around its rule; nothing for a binary outcome."""
    if group.sigma is None:
        return ""
    return f"{plain(outcome)} scatters by ±{format_number(group.sigma)} around its prediction"


def selection_line(selection: RowsScores, result: StudyResult) -> str:
    """Say how many rows are selected and what their outcome is on average."""
    return (
        f"**{format_count(selection.rows)} rows**, {format_percent(selection.share)} of all, "
        f"{format_count(selection.held_out)} of them held out. "
        f"{_outcome(selection, result)}"
    )


def _outcome(selection: RowsScores, result: StudyResult) -> str:
    name, means = plain(result.roles.outcome), (selection.outcome_mean, selection.everybody_mean)
    if result.data.outcome_kind == "binary":
        here, everywhere = (format_percent(mean) for mean in means)
        return (
            f"{name} is {plain(result.data.positive)} for {here} of them, and for {everywhere} of everybody."
        )
    here, everywhere = (format_number(mean) for mean in means)
    return f"Mean of {name}: {here}; of everybody: {everywhere}."


def selection_errors(selection: RowsScores, result: StudyResult, loss: str) -> str:
    """Say how pooled and ROME do on the selected held-out rows."""
    if selection.comparison is None:
        return NO_HELD_OUT
    change = format_change(selection.comparison, result.settings.confidence)
    rome = f"ROME at strength {result.dro.strength:g}"
    few = " These are too few rows to rely on." if selection.too_few else ""
    return f"{loss.capitalize()} on the held-out ones, pooled → {rome}: {plain(change)}.{few}"


def suggested(suggestion: int, fitted: int) -> str:
    """Say that numbers of groups were compared before the study, which may have been given another one."""
    same = "the number that this study has" if suggestion == fitted else f"this study was given {fitted}"
    return f"Suggested before this study: {suggestion}; {same}."


def cohort_deleted(cohort: Cohort) -> str:
    """Say that a cohort was deleted."""
    return f"“{plain(cohort.name)}” was deleted."


def cohort_title(cohort: Cohort) -> str:
    """Return a cohort's name as the heading of its line."""
    return f"**{plain(cohort.name)}**"


def umap_progress(progress: Progress | None) -> str:
    """Say that a UMAP is being computed, or waits for a worker."""
    what = f"{running.WAITING}." if progress is None else "Computing the UMAP; the first can take a minute."
    return f"{what} Meanwhile the map shows PCA."


def umap_ended(message: str) -> str:
    """Say that a UMAP could not be made."""
    return f"The UMAP was not made. {plain(message)}".strip()
