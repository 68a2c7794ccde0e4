"""What a list of studies shows of each, in two small files of its folder, so that no model is read for it.

``header.json`` is drawn from ``study.json`` and made again where it is absent, older or of another layout;
``label.json`` holds what people add: a name, a note, a star.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from rome.errors import SettingError, StoreError
from rome.results import STUDY_SCHEMA
from rome.results.advice import CandidateModel
from rome.serialize.atomic import write_whole
from rome.serialize.codec import ABSENT_IS_DEFAULT, from_plain, to_plain
from rome.serialize.csv_json import to_json
from rome.serialize.document import disk_refuses, read_json
from rome.settings.spec import check_number
from rome.settings.study import Guard, Outcome
from rome.stats.estimate import Estimate

_HEADER, _LABEL, _STUDY = "header.json", "label.json", "study.json"
_LAYOUT = "rome.header/2"
MAX_NAME, MAX_NOTE = 120, 2000


@dataclass(frozen=True)
class StudyHeader:
    """A study in a line. Losses are ``metric`` on held-out rows: of the guarded grouping's worst group and of
    everybody, for one pooled model and for ROME at ``strength``; ``worst_change`` and ``overall_change`` are
    (ROME − pooled) / pooled. ``made`` is in seconds since 1970; ``family`` names the kind of experts.
    ``advised``, at ``advised_strength``, is the model that is advised; None in studies of before.
    """

    study_id: str
    table: str
    fingerprint: str
    rows: int
    outcome: str
    outcome_kind: Outcome
    family: str
    n_groups: int
    strength: float
    recommended: float | Literal["pooled"]
    metric: str
    guard: Guard
    worst_pooled: Estimate
    worst: Estimate
    worst_change: Estimate
    overall_pooled: Estimate
    overall: Estimate
    overall_change: Estimate
    verdict: str | None
    made: float
    advised: CandidateModel | None = field(default=None, metadata=ABSENT_IS_DEFAULT)
    advised_strength: float = field(default=0.0, metadata=ABSENT_IS_DEFAULT)


@dataclass(frozen=True)
class Label:
    """What people add to a study: a name and a note, as they wrote them, whether it is starred, and the
    threshold in [0, 1] from which a probability means yes."""

    name: str = ""
    note: str = ""
    starred: bool = False
    threshold: float = field(default=0.5, metadata=ABSENT_IS_DEFAULT)

    def __post_init__(self) -> None:
        check_number("The threshold", self.threshold, 0.0, 1.0)
        for what, text, most in (("name", self.name, MAX_NAME), ("note", self.note, MAX_NOTE)):
            if len(text) > most:
                raise SettingError(
                    f"The {what} of a study has {len(text)} characters; it can have {most}. Shorten it."
                )


@dataclass(frozen=True)
class Entry:
    """A line of a list of studies."""

    header: StudyHeader
    label: Label

    @property
    def name(self) -> str:
        """The name that people gave it, else its table's."""
        return self.label.name or self.header.table


def header_of(document: Mapping[str, object], made: float) -> StudyHeader:
    """Return the header of a study from the content of its ``study.json``.

    Raises
    ------
    StoreError
        The document lacks what a header holds.
    """
    try:
        if document["schema"] != STUDY_SCHEMA:
            raise StoreError(f'the layout is {document["schema"]!r:.40}, not "{STUDY_SCHEMA}"')
        data, dro, compared = document["data"], document["dro"], document["comparison"]
        guard = document["settings"]["guard"]
        worst, overall, verdict = compared[f"worst_{guard}"], compared["overall"], document.get("verdict")
        plain = {
            "study_id": document["study_id"],
            "table": data["name"],
            "fingerprint": data["fingerprint"],
            "rows": data["used"],
            "outcome": document["roles"]["outcome"],
            "outcome_kind": data["outcome_kind"],
            # Studies of before there were families have linear experts.
            "family": document["settings"].get("family", "em"),
            "n_groups": document["fit"]["n_groups"],
            "advised": (document.get("advice") or {}).get("model"),
            "advised_strength": (document.get("advice") or {}).get("dro_strength", 0.0),
            "strength": dro["strength"],
            "recommended": dro["recommended"],
            "metric": "brier" if data["outcome_kind"] == "binary" else "mse",
            "guard": guard,
            "worst_pooled": _estimate(worst, "pooled"),
            "worst": _estimate(worst, "rome"),
            "worst_change": _estimate(worst, "relative"),
            "overall_pooled": _estimate(overall, "pooled"),
            "overall": _estimate(overall, "rome"),
            "overall_change": _estimate(overall, "relative"),
            "verdict": None if verdict is None else verdict["level"],
            "made": made,
        }
    except (LookupError, TypeError, AttributeError) as error:
        raise StoreError(f"the study lacks {error}") from error
    return from_plain(StudyHeader, plain, "header")


def _estimate(compared: Mapping[str, object], name: str) -> dict[str, object]:
    return {"value": compared[name], "low": compared[f"{name}_low"], "high": compared[f"{name}_high"]}


def read_entry(folder: Path, *, keep: bool = True) -> Entry:
    """Return the line of the study in ``folder``.

    Parameters
    ----------
    folder : Path
        The study's folder.
    keep : bool
        Write a header that had to be made anew, where the folder can be written.

    Raises
    ------
    StoreError
        The study can't be read.
    """
    return Entry(_header(folder, keep), read_label(folder))


def _header(folder: Path, keep: bool) -> StudyHeader:
    try:
        made = (folder / _STUDY).stat().st_mtime
        known = _read_header(folder / _HEADER, made)
        if known is not None:
            return known
        header = header_of(read_json(folder / _STUDY), made)
    except (OSError, ValueError) as error:
        raise StoreError(f'The study "{folder.name}" can\'t be listed: {error}.') from error
    if keep:
        # A library that may only be read is listed all the same, more slowly.
        with contextlib.suppress(OSError):
            write_header(folder, header)
    return header


def _read_header(path: Path, made: float) -> StudyHeader | None:
    """Return the header that is kept; None where it doesn't belong to the study beside it."""
    try:
        plain = read_json(path)
        if plain["layout"] != _LAYOUT or plain["made"] != made:
            return None
        return from_plain(StudyHeader, plain, "header")
    except (OSError, ValueError, LookupError, TypeError):
        return None


def write_header(folder: Path, header: StudyHeader) -> None:
    """Keep a header beside its study."""
    _write(folder / _HEADER, {"layout": _LAYOUT} | to_plain(header))


def read_label(folder: Path) -> Label:
    """Return what people added to the study in ``folder``; nothing where that can't be read."""
    try:
        return from_plain(Label, read_json(folder / _LABEL), "label")
    except (OSError, ValueError):
        return Label()


def write_label(folder: Path, label: Label) -> None:
    """Keep what people add to the study in ``folder``.

    Raises
    ------
    StoreError
        The folder is gone, or can't be written.
    """
    remedy = "Load the page anew to see whether the study is still there."
    with disk_refuses(f'The label of study "{folder.name}" can\'t be written', remedy):
        _write(folder / _LABEL, to_plain(label))


def _write(path: Path, plain: object) -> None:
    try:
        write_whole(path, to_json(plain))
    except FileNotFoundError:
        # The study was made again at this moment, and its new folder has taken the place of that one.
        write_whole(path, to_json(plain))
