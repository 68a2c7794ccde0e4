"""The report's section on who is in the groups."""

from __future__ import annotations

from rome import figures
from rome.report.blocks import Block, Heading, Points, Prose, picture
from rome.results import StudyResult
from rome.text import groups

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
