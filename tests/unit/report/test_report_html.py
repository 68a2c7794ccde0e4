"""The report is one file of bounded size that asks nobody for anything and runs nothing but its own."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser

import pandas as pd
import pytest
from results_factory import HOSTILE, make_result

from rome.errors import SettingError
from rome.report.contents import MAP_POINTS, SECTIONS, available, contents
from rome.report.html import json_script, render
from rome.report.tables import MAX_ROWS, text_table
from rome.table.finding import Finding
from rome.text.advice import recommendation_sentence

LOADING = {"src", "href", "data", "action", "formaction", "poster", "srcset", "background", "cite", "ping"}


class _Page(HTMLParser):
    """Collects elements, scripts and text, as a browser would see them."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict]] = []
        self.scripts: list[tuple[dict, str]] = []
        self.text: list[str] = []
        self._script: dict | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self._script = dict(attrs)
            self.scripts.append((self._script, ""))

    def handle_endtag(self, tag):
        if tag == "script":
            self._script = None

    def handle_data(self, data):
        if self._script is not None:
            attributes, before = self.scripts[-1]
            self.scripts[-1] = (attributes, before + data)
        else:
            self.text.append(data)


@cache
def _hostile() -> tuple[str, _Page]:
    result = make_result(3, hostile=True, rows=900)
    finding = Finding("error", HOSTILE[3], f"</td></table>{HOSTILE[0]}", '"><img src=x onerror=alert(1)>')
    result = replace(result, findings=(finding,), data=replace(result.data, name=HOSTILE[0] + ".csv"))
    html = render(result, title="</title><script>alert(2)</script>", notes="<img src=x onerror=alert(3)>")
    return html, _Page(html)


@cache
def _plain() -> tuple[str, _Page]:
    html = render(make_result(2, rows=900))
    return html, _Page(html)


def _body(page):
    return " ".join(" ".join(page.text).split())


def test_only_the_reports_own_scripts_are_in_it():
    _, page = _hostile()
    figures = [attributes for tag, attributes in page.elements if "data-figure" in attributes]
    executable = [attributes for attributes, _ in page.scripts if "type" not in attributes]
    data = [attributes["id"] for attributes, _ in page.scripts if "type" in attributes]
    assert len(executable) == 2
    assert sorted(data) == sorted(["look", *(item["data-figure"] for item in figures)])
    assert {attributes.get("type") for attributes, _ in page.scripts} == {None, "application/json"}


def test_no_element_has_an_event_handler_or_comes_from_the_table():
    _, page = _hostile()
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on")]
        assert tag not in ("img", "iframe", "object", "embed", "base", "form", "b")


def test_hostile_names_are_shown_as_they_are():
    _, page = _hostile()
    text = _body(page)
    for name in HOSTILE:
        assert name in text
    assert "</title><script>alert(2)</script>" in text
    assert "<img src=x onerror=alert(3)>" in text


@pytest.mark.parametrize("make", [_plain, _hostile])
def test_nothing_is_asked_of_another_host(make):
    _, page = make()
    for _, attributes in page.elements:
        for name in LOADING & set(attributes):
            assert attributes[name].startswith(("#", "data:")), (name, attributes[name])
    styles = re.search(r"<style>(.*?)</style>", make()[0], re.S).group(1)
    assert "url(" not in styles
    assert "@import" not in styles
    assert "@font-face" not in styles


def test_the_policy_lets_exactly_the_two_scripts_run_and_nothing_load():
    for _, page in (_plain(), _hostile()):
        policy = next(
            attributes["content"]
            for tag, attributes in page.elements
            if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
        )
        assert "default-src 'none'" in policy
        digests = set(re.findall(r"'sha256-([^']+)'", policy))
        own = {
            base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            for attributes, text in page.scripts
            if "type" not in attributes
        }
        assert digests == own


def test_plotly_is_in_the_file_once_and_uploads_nothing():
    html, page = _plain()
    assert sum("Plotly, Inc." in text for _, text in page.scripts) == 1
    look = next(json.loads(text) for attributes, text in page.scripts if attributes.get("id") == "look")
    assert look["config"]["plotlyServerURL"] == ""
    assert look["config"]["displaylogo"] is False
    assert len(html.encode()) < 6_000_000


def test_every_figure_is_valid_json_with_words_beside_it():
    for _, page in (_plain(), _hostile()):
        scripts = {attributes.get("id"): text for attributes, text in page.scripts}
        shown = [attributes for _, attributes in page.elements if "data-figure" in attributes]
        assert len(shown) >= 9
        for attributes in shown:
            figure = json.loads(scripts[attributes["data-figure"]])
            assert figure["data"]
            assert attributes["role"] == "img"
            assert len(attributes["aria-label"]) > 20


def test_json_can_not_end_its_script_and_reads_back_the_same():
    value = {"a": "</script><script>alert(1)</script><!--", "b": "\u2028\u2029&"}
    text = str(json_script(value))
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == value


def test_two_hundred_thousand_rows_stay_under_six_megabytes():
    html = render(make_result(4, rows=200_000, observed_levels=60))
    assert len(html.encode()) < 6_000_000
    page = _Page(html)
    figures = [json.loads(text) for attributes, text in page.scripts if "type" in attributes]
    points = [
        sum(len(trace.get("customdata") or ()) for trace in figure["data"])
        for figure in figures
        if "data" in figure
    ]
    assert max(points) == MAP_POINTS


def test_the_answer_comes_first():
    text = _body(_plain()[1])
    result = make_result(2, rows=900)
    assert text.index(recommendation_sentence(result)) < text.index("600 of them")
    assert contents(result)[0].key == "answer"


def test_every_section_is_there_and_linked():
    page = _plain()[1]
    ids = {attributes.get("id") for tag, attributes in page.elements if tag == "section"}
    links = {attributes["href"][1:] for tag, attributes in page.elements if tag == "a"}
    shown = set(available())
    assert set(SECTIONS) - shown == {"cohorts", "models", "decisions"}
    assert shown <= ids
    assert links == shown
    for key in shown:
        assert SECTIONS[key] in _body(page)


def test_sections_can_be_chosen_and_keep_their_order():
    result = make_result(2)
    assert [section.key for section in contents(result, ("limits", "answer"))] == ["answer", "limits"]
    page = _Page(render(result, sections=("answer",)))
    assert {attributes.get("id") for tag, attributes in page.elements if tag == "section"} == {"answer"}


def test_an_unknown_section_is_named_with_the_nearest():
    with pytest.raises(SettingError, match=r'no report section "anwser".*nearest name is "answer"'):
        render(make_result(2), sections=("anwser",))


def test_the_report_says_what_it_does_not_show():
    text = _body(_plain()[1])
    assert "not a certification" in text
    assert "They do not say what causes the outcome" in text
    assert "while the fitted models stay as they are" in text
    assert "Questions that the numbers do not answer" in text


def test_the_report_holds_what_is_needed_to_repeat_the_study():
    text = _body(_plain()[1])
    result = make_result(2, rows=900)
    assert "rome run 'people & places.csv' --outcome outcome" in text
    assert "study.run(table, roles, Settings(" in text
    assert result.data.fingerprint in text
    assert result.study_id in text
    for name, version in result.versions.items():
        assert f"{name} {version}" in text


def test_settings_without_a_flag_are_told_beside_the_command_line():
    result = make_result(2)
    changed = replace(result, settings=replace(result.settings, n_bootstrap=2000))
    assert "need Python: n bootstrap 2000" in _body(_Page(render(changed)))


@pytest.mark.parametrize("result", [make_result(1), make_result(2, "binary"), make_result(12, rows=2000)])
def test_every_kind_of_study_can_be_reported(result):
    text = _body(_Page(render(result)))
    assert recommendation_sentence(result) in text


def test_a_study_without_findings_says_so():
    text = _body(_Page(render(replace(make_result(2), findings=()))))
    assert "Nothing was found in the table" in text


def test_the_same_study_gives_the_same_file():
    assert render(make_result(2)) == render(make_result(2))


def test_light_dark_and_print_are_all_styled():
    html, _ = _plain()
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html


def test_a_table_puts_an_interval_into_its_values_cell():
    frame = pd.DataFrame(
        {
            "group": ["a"],
            "n": [1234],
            "share": [0.25],
            "rome": [23.64],
            "rome_low": [21.0],
            "rome_high": [26.3],
        }
    )
    table = text_table(frame, {"rome": "ROME"})
    assert table.header == ("group", "n", "share", "ROME")
    assert table.rows == (("a", "1,234", "25%", "23.6 (21.0 to 26.3)"),)
    assert table.numeric == (False, True, True, True)


def test_a_table_writes_relative_changes_in_percent():
    frame = pd.DataFrame({"relative": [-0.3], "relative_low": [-0.36], "relative_high": [-0.24]})
    assert text_table(frame).rows == (("−30% (−36% to −24%)",),)


def test_a_missing_number_is_a_dash_and_a_long_table_is_cut_and_says_so():
    frame = pd.DataFrame({"x": [float("nan")] * (MAX_ROWS + 5)})
    table = text_table(frame)
    assert table.rows[0] == ("–",)
    assert len(table.rows) == MAX_ROWS
    assert table.note == f"The first {MAX_ROWS} of {MAX_ROWS + 5} rows."


def test_a_unit_that_a_number_shares_with_its_interval_is_written_once():
    frame = pd.DataFrame({"pooled": [60.5e6], "pooled_low": [46.8e6], "pooled_high": [75.7e6]})
    assert text_table(frame).rows == (("60 (47 to 76) million",),)
