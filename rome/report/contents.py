"""What a report says and in which order: pure data, ready to be laid out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rome import figures
from rome.errors import SettingError, nearest
from rome.report.blocks import Block, Code, Heading, Listing, Points, Prose, picture
from rome.report.extras import Extras, cohort_blocks, decision_blocks, model_blocks, question_blocks
from rome.report.reproduce import command_line, extra_settings, python_code
from rome.report.tables import TextTable, text_table
from rome.results import StudyResult
from rome.text import advice, claims, groups, verdict
from rome.text.failed import failed_sentence, latent_sentence
from rome.text.fixes import pooled_sentence, remedy
from rome.text.limits import data_sentence, limits
from rome.text.measures import GROUPING_LABELS, MODEL_LABELS, groupings_shown, measure
from rome.text.numbers import format_count, format_number

#: Most points on the report's map: few enough to stay sharp in print and small on disk.
MAP_POINTS = 3000


def group_blocks(result: StudyResult) -> list[Block]:
    """Return the figures of all groups, then a portrait of each."""
    blocks: list[Block] = [
        picture("How large the groups are", figures.sizes(result), figures.sizes_table(result)),
        picture(
            "Where the groups lie, once the outcome is seen",
            figures.group_map(result, max_points=MAP_POINTS, colour="posterior"),
        ),
        picture(
            "What predicts the outcome", figures.coefficients(result), figures.coefficients_table(result)
        ),
    ]
    for index, group in enumerate(result.groups):
        blocks += [
            Heading(group.name, group=index),
            *_described(result, index),
            picture(
                f"{group.name} against everybody",
                figures.profile(result, index),
                figures.profile_table(result, index),
            ),
        ]
        if group.description.movers:
            blocks.append(
                picture(
                    f"What moves people into {group.name} and out of it",
                    figures.partial_effects(result, index),
                    figures.partial_effects_table(result, index),
                )
            )
    return blocks


def _described(result: StudyResult, index: int) -> list[Block]:
    """Return who is in a group, in sentences."""
    rules = [said.text for said in groups.rules_said(result, index)]
    moved = groups.movers_sentence(result, index)
    points = (*rules, *([moved] if moved else []))
    return [Prose(groups.group_sentence(result, index)), *([Points(points)] if points else [])]


@dataclass(frozen=True)
class Section:
    """A part of a report."""

    key: str
    title: str
    blocks: tuple[Block, ...]


def contents(
    result: StudyResult, sections: Iterable[str] | None = None, extras: Extras | None = None
) -> tuple[Section, ...]:
    """Return the sections of a report, in reading order; one with nothing to say is left out.

    Parameters
    ----------
    result : StudyResult
        The finished study.
    sections : iterable of str or None
        Keys of ``SECTIONS`` to include; ``None`` includes all of them.
    extras : Extras or None
        Questions, cohorts and other models; ``None`` has the prepared questions alone.

    Raises
    ------
    SettingError
        A key is not one of ``SECTIONS``.
    """
    wanted = tuple(SECTIONS) if sections is None else tuple(sections)
    for key in wanted:
        if key not in SECTIONS:
            known = ", ".join(SECTIONS)
            raise SettingError(
                f'There is no report section "{key}"; choose from {known}.{nearest(key, SECTIONS)}'
            )
    added = extras or Extras()
    found = (
        Section(key, title, tuple(_ADDED[key](result, added) if key in _ADDED else _BUILDERS[key](result)))
        for key, title in SECTIONS.items()
        if key in wanted
    )
    return tuple(section for section in found if section.blocks)


def available(extras: Extras | None = None) -> tuple[str, ...]:
    """Return the keys of the sections that a report can have: some need something to tell of."""
    added = extras or Extras()
    missing = {"cohorts"} if not added.cohorts else set()
    missing |= {"models"} if added.comparison is None else set()
    missing |= {"decisions"} if added.threshold is None else set()
    return tuple(key for key in SECTIONS if key not in missing)


def _answer(result: StudyResult) -> list[Block]:
    strength = result.dro.strength
    blocks: list[Block] = [
        Prose(advice.recommendation_sentence(result), lead=True),
        *(Prose(said) for said in advice.beside_sentences(result)),
        Prose(claims.own_claim(result, strength)),
        *_remedy(result),
    ]
    if len(result.groups) > 1:
        worst = [
            claims.worst_group_sentence(result, grouping, strength) for grouping in groupings_shown(result)
        ]
        paying = claims.who_pays(result, strength)
        overall = claims.overall_sentence(result, strength)
        blocks.append(Points((*worst, overall, *([paying] if paying else []))))
    if result.advice is not None:
        blocks.append(Listing("What was tried, simplest first", text_table(figures.candidates_table(result))))
    return blocks


def _failed(result: StudyResult) -> list[Block]:
    if not result.failed:
        return []
    latent = latent_sentence(result)
    return [
        Prose(failed_sentence(result)),
        picture("Error against everybody's", figures.failed(result), figures.failed_table(result)),
        *([Prose(latent)] if latent else []),
    ]


def _data(result: StudyResult) -> list[Block]:
    data, roles = result.data, result.roles
    read = [*data.reading.items()]
    if data.asked.categories:
        read.append(("Read as categories, by hand", ", ".join(data.asked.categories)))
    if data.asked.missing_values:
        marks = ", ".join(f"{value} in {column}" for column, value in data.asked.missing_values)
        read.append(("Counted as missing, by hand", marks))
    read += [(f"Left out: {reason}", format_count(rows)) for reason, rows in data.left_out.items() if rows]
    kind = f"yes or no; {data.positive} counts as yes" if data.outcome_kind == "binary" else "a number"
    used = [
        ("Outcome", f"{roles.outcome} ({kind})"),
        ("Features", ", ".join(roles.features) or "none"),
        ("Sensitive columns", ", ".join(roles.sensitive)),
        ("Sensitive columns allowed in prediction", ", ".join(roles.allowed) or "none"),
        ("Weights", roles.weight or "none"),
        *([("Prediction that was audited", roles.prediction)] if roles.prediction else []),
        ("Observed groups are made of", ", ".join(data.observed_columns) or "nothing"),
    ]
    return [
        Prose(data_sentence(result)),
        Listing("How the columns were used", _pairs(used)),
        Listing("How the file was read", _pairs(read)),
    ]


def _evidence(result: StudyResult) -> list[Block]:
    fit = result.fit
    rows = [
        (part, format_number(fit.log_likelihood[part]), format_number(fit.one_group_log_likelihood[part]))
        for part in fit.log_likelihood
        if part in fit.one_group_log_likelihood
    ]
    table = TextTable(("rows", _counted(fit.n_groups), "one-group model"), tuple(rows), (False, True, True))
    blocks: list[Block] = [Prose(verdict.verdict_answer(result)), *_remedy(result), *_reasons(result)]
    if result.verdict is not None:
        frame = figures.null_models_table(result)
        blocks.append(picture("Groups against one-group models", figures.null_models(result), frame))
        blocks.append(Listing("Beside the verdict", text_table(figures.beside_verdict(result))))
    if len(result.selection) > 1:
        frame = figures.selection_table(result)
        blocks.append(picture("How many groups", figures.selection(result), frame))
    blocks.append(Prose(verdict.gain_sentence(result)))
    caution = verdict.gain_caution(result)
    blocks += [Prose(caution)] if caution else []
    blocks.append(Listing("Total log-likelihood", table))
    frame = figures.fit_curve_table(result)
    return [*blocks, picture("How the fit settled", figures.fit_curve(result), frame)]


def _remedy(result: StudyResult) -> list[Block]:
    said = remedy(result)
    return [Prose(said)] if said else []


def _reasons(result: StudyResult) -> list[Block]:
    said = verdict.verdict_detail(result)
    return [Prose(said)] if said else []


def _comparison(result: StudyResult) -> list[Block]:
    strength = result.dro.strength
    names = dict(MODEL_LABELS)
    if len(result.groups) < 2:
        blocks: list[Block] = [
            Prose(f"{pooled_sentence(result)} ROME is that model here, since this study has one group.")
        ]
    else:
        blocks = _change(result, strength)
    for grouping in groupings_shown(result):
        figure = figures.error_by_group(result, grouping, strength)
        frame = figures.error_by_group_table(result, grouping, strength)
        blocks.append(picture(GROUPING_LABELS[grouping], figure, frame, names))
    return blocks


def _change(result: StudyResult, strength: float) -> list[Block]:
    return [
        Prose(
            f"{pooled_sentence(result)} Both are scored on the same held-out rows, at DRO strength "
            f"{strength:g}."
        ),
        picture(
            f"Change in {measure(result.metric).inline} from pooled to ROME",
            figures.worst_group(result, strength),
            figures.worst_group_table(result, strength),
        ),
    ]


def _path(result: StudyResult) -> list[Block]:
    if len(result.groups) < 2:
        return []
    price = claims.path_price(result, result.dro.strength)
    return [
        Prose(f"At strength {result.dro.strength:g}: {price}."),
        picture("Average against worst", figures.path(result), figures.path_table(result)),
    ]


def _limits(result: StudyResult) -> list[Block]:
    return [Points(limits(result))]


def _findings(result: StudyResult) -> list[Block]:
    if not result.findings:
        return [Prose("Nothing was found in the table that an analyst should know.")]
    rows = tuple((item.severity, item.column or "", item.what, item.remedy) for item in result.findings)
    return [Listing("", TextTable(("severity", "column", "what", "remedy"), rows, (False,) * 4))]


def _reproduce(result: StudyResult) -> list[Block]:
    settings = [
        (name.replace("_", " "), _written(value)) for name, value in result.settings.as_dict().items()
    ]
    origin = [("study", result.study_id), ("table fingerprint", result.data.fingerprint)]
    extra = extra_settings(result.settings)
    blocks: list[Block] = [Code("Command line", command_line(result))]
    if extra:
        told = ", ".join(f"{name.replace('_', ' ')} {_written(value)}" for name, value in extra.items())
        blocks.append(Prose(f"These settings have no flag on the command line and need Python: {told}."))
    return [
        *blocks,
        Code("Python", python_code(result)),
        Listing("Settings", _pairs(settings)),
        Listing("Versions and identity", _pairs([*result.versions.items(), *origin])),
    ]


def _counted(groups: int) -> str:
    return f"{groups} group{'' if groups == 1 else 's'}"


def _written(value: object) -> str:
    if value is None:
        return "not set"
    return ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)


def _pairs(pairs: list[tuple[str, str]]) -> TextTable:
    return TextTable((), tuple((str(name), str(value)) for name, value in pairs), (False, False))


#: The sections of a report in reading order: key and title.
SECTIONS: dict[str, str] = {
    "answer": "The answer",
    "failed": "Who is failed",
    "data": "The data",
    "evidence": "Are the groups real?",
    "groups": "Who is in the groups",
    "comparison": "Pooled against ROME",
    "decisions": "Decisions at a threshold",
    "path": "What the DRO strength gains and costs",
    "cohorts": "Named cohorts",
    "models": "Against other models",
    "limits": "What these numbers do not show",
    "questions": "Questions that the numbers do not answer",
    "findings": "Findings about the table",
    "reproduce": "How to repeat this study",
}
_BUILDERS: dict[str, Callable[[StudyResult], list[Block]]] = {
    "answer": _answer,
    "failed": _failed,
    "data": _data,
    "evidence": _evidence,
    "groups": group_blocks,
    "comparison": _comparison,
    "path": _path,
    "limits": _limits,
    "findings": _findings,
    "reproduce": _reproduce,
}
_ADDED: dict[str, Callable[[StudyResult, Extras], list[Block]]] = {
    "decisions": decision_blocks,
    "cohorts": cohort_blocks,
    "models": model_blocks,
    "questions": question_blocks,
}
