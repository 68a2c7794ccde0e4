"""A report as one HTML file that opens offline: about 5 MB, nearly all of it plotly.js, inlined once.

Nothing in the file asks another host for anything, and a Content-Security-Policy in it forbids the browser
to: only the two scripts written here may run, named by their digests.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import jinja2
import plotly.graph_objects as go
import plotly.io as pio
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from rome.cohorts import CohortBook, cohort_scores
from rome.figures.theme import CONFIG, DARK, LIGHT, group_style
from rome.report.blocks import Code, Heading, Listing, Picture, Points, Prose
from rome.report.contents import available, contents
from rome.report.draft import MOST_NOTES, read_draft
from rome.report.extras import Extras
from rome.results import StudyResult
from rome.store import read_folder
from rome.store.headers import read_label

_KINDS = {
    Prose: "prose",
    Points: "points",
    Heading: "heading",
    Picture: "picture",
    Listing: "listing",
    Code: "code",
}


def render(
    result: StudyResult,
    *,
    title: str | None = None,
    notes: str = "",
    sections: Iterable[str] | None = None,
    extras: Extras | None = None,
) -> str:
    """Return a study's report as one self-contained HTML page.

    Parameters
    ----------
    result : StudyResult
        The finished study.
    title : str or None
        The report's title; ``None`` takes the table's name.
    notes : str
        The analyst's own words, shown below the answer as plain text.
    sections : iterable of str or None
        Keys of ``rome.report.contents.SECTIONS`` to include; ``None`` includes all of them.
    extras : Extras or None
        Questions, named cohorts and a comparison with other models.

    Raises
    ------
    SettingError
        A section that does not exist was asked for.
    """
    chosen = contents(result, sections, extras)
    environment = _environment()
    boot = Markup(environment.get_template("boot.js.j2").render().strip())
    plotly = Markup(_plotly_script())
    return environment.get_template("report.html.j2").render(
        title=title or f"ROME report: {result.data.name}",
        notes=notes.strip()[:MOST_NOTES],
        sections=chosen,
        result=result,
        light=LIGHT,
        dark=DARK,
        policy=_policy(plotly, boot),
        plotly=plotly,
        boot=boot,
        templates={"light": _template(LIGHT.name), "dark": _template(DARK.name), "config": CONFIG},
    )


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("rome.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["json_script"] = json_script
    environment.filters["figure_json"] = _figure_json
    environment.filters["kind"] = lambda block: _KINDS[type(block)]
    environment.globals["group_style"] = group_style
    return environment


def json_script(value: object) -> Markup:
    """Return ``value`` as JSON that can't end or open a script element, whatever its strings hold."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)


def _figure_json(figure: go.Figure) -> Markup:
    """Return a figure's JSON without its template, which the page holds once for all figures."""
    bare = go.Figure(figure)
    bare.update_layout(template="none")
    plain = json.loads(bare.to_json())
    plain["layout"].pop("template", None)
    return json_script(plain)


def _template(name: str) -> dict:
    return json.loads(pio.templates[name].to_json())


@cache
def _plotly_script() -> str:
    return get_plotlyjs().replace("</script", "<\\/script").strip()


def _policy(*scripts: str) -> str:
    """Return a policy under which only ``scripts`` run and nothing is fetched."""
    digests = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {digests}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def render_folder(folder: str | Path) -> str:
    """Return the report of the study in ``folder`` as its draft wants it, with its cohorts.

    Raises
    ------
    StoreError
        The study, its draft or its cohorts can't be read.
    """
    result, draft = read_folder(folder), read_draft(folder)
    found = cohort_scores(result, CohortBook(folder).all())
    threshold = read_label(Path(folder)).threshold if result.data.outcome_kind == "binary" else None
    extras = Extras(draft.questions, found, threshold=threshold)
    sections = tuple(key for key in available(extras) if key not in draft.left_out)
    return render(result, title=draft.title or None, notes=draft.notes, sections=sections, extras=extras)
