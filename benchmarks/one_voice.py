"""Does a study speak with one voice: pages, report, ``rome run`` and ``study.json`` of many tables.

    python -m benchmarks.one_voice --data FOLDER [--drawn 40] [--first 0] [--no-real] [--pages 5]

Runs studies on drawn tables of twelve kinds, 300 to 400 rows each, and on ten real ones, at most 600 rows,
and prints every contradiction among their sentences (``contradictions``); for every ``--pages``-th study the
pages are opened, too. Real tables are those of FOLDER that have an outcome and sensitive columns.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from rome import study
from rome.cli.main import answers
from rome.errors import RomeError
from rome.report import render
from rome.results import StudyResult
from rome.results.verdict import NULL_MODELS
from rome.serialize.csv_json import to_csv
from rome.settings.study import Settings
from rome.store import Library
from rome.store.folder import study_document
from rome.table import Roles, Table, read_table
from rome.text import advice, claims, fixes, verdict
from rome.text.failed import failed_sentence

_REAL, _REAL_ROWS = 10, 600
_APP = Path(__file__).resolve().parents[1] / "dashboard" / "app.py"
_PAGES = ("train", "groups", "compare", "report")


def voices(result: StudyResult) -> dict[str, str]:
    """Return everything that a study says, by where it says it; pages say what ``words`` holds."""
    report = re.sub(r"<(script|style)\b.*?</\1>", " ", render(result), flags=re.DOTALL)
    strengths = [item.strength for item in result.evaluations]
    return {
        "rome run": "\n".join(answers(result)),
        "report": " ".join(re.sub(r"<[^>]+>", " ", report).split()),
        "study.json": json.dumps(study_document(result), default=str, ensure_ascii=False),
        "words": "\n".join(
            [
                failed_sentence(result),
                *(claims.headline(result, strength) for strength in strengths),
                advice.recommendation_sentence(result),
                *advice.beside_sentences(result),
                verdict.verdict_answer(result),
                verdict.verdict_detail(result),
                verdict.gain_sentence(result),
                fixes.remedy(result),
            ]
        ),
    }


def contradictions(result: StudyResult, said: Mapping[str, str] | None = None) -> list[str]:
    """Return what a study says against itself, a sentence each; ``said`` are its voices."""
    said = voices(result) if said is None else said
    checks = (_one_advice, _line_that_loses, _nobodys_groups, _curve_that_loses, _number_is_named, _odd_signs)
    return [f"{check.__name__[1:]}: {fault}" for check in checks for fault in check(result, said)]


def _one_advice(result: StudyResult, said: Mapping[str, str]) -> Iterator[str]:
    """Every "Use …" names the advised model, and no other page or file advises another."""
    found = result.advice
    if found is None:
        return
    names = (
        advice.model_name(found.model, found.dro_strength),
        advice.short_name(found.model, found.dro_strength),
    )
    for where, text in said.items():
        for use in re.finditer(r"\bUse (?=one |ROME|boosted|a model)(.{0,90})", text):
            if not use[1].startswith(names):
                yield f'{where} says "{use[0]}", but {names[0]} is advised'
        # The report's text has other signs for quotes and dashes, and so is only searched for others' advice.
        if where != "report" and advice.recommendation_sentence(result) not in text:
            yield f"{where} lacks the advice"
    own = found.own and found.model.kind == "groups"
    if (result.dro.recommended != "pooled") != own:
        yield f"the recommended strength is {result.dro.recommended}, the advice {names[0]}"


def _line_that_loses(result: StudyResult, said: Mapping[str, str]) -> Iterator[str]:
    """A sentence that advises one line says why, where the study's groups beat it on held-out rows."""
    found, sentence = result.advice, advice.recommendation_sentence(result)
    if found is None or found.model.kind != "line" or len(result.groups) < 2:
        return
    change = result.chosen.comparison["overall"]
    if change.relative_high < 0 and not re.search(
        r"allowed|did better|held-out rows (speak|do not)", sentence
    ):
        yield f"groups change the held-out error by {change.relative:+.0%}, but: {sentence}"


def _nobodys_groups(result: StudyResult, said: Mapping[str, str]) -> Iterator[str]:
    """No advice names a group that is nobody's likeliest one."""
    told = [advice.recommendation_sentence(result), *advice.beside_sentences(result)]
    sizes = np.bincount(result.rows.predicted_group, minlength=len(result.groups))
    for group, size in zip(result.groups, sizes, strict=True):
        named = re.compile(rf"\b{re.escape(group.name)}\b(?! is hardly more)")
        if size == 0 and any(named.search(text) for text in told):
            yield f"the advice names {group.name}, which nobody is predicted to be in"


def _curve_that_loses(result: StudyResult, said: Mapping[str, str]) -> Iterator[str]:
    """A curve is said to explain the table only where it does better than every straight account."""
    remedy, judged = fixes.remedy(result), result.verdict
    if "curve" not in remedy.replace("logistic curve", "") or judged is None:
        return
    gains = {score.code: score.gain.value for score in judged.null_models}
    straight = [
        gain for code, gain in gains.items() if code in NULL_MODELS and not NULL_MODELS[code].is_curved
    ]
    if not all(gains[judged.hardest] < gain for gain in straight):
        yield f"a straight account does as well, but: {remedy}"
    if result.advice is not None:
        yield f"curves were tried, yet: {remedy}"


def _number_is_named(result: StudyResult, said: Mapping[str, str]) -> Iterator[str]:
    """Sentences of the verdict name their K, agree with each other, and don't call "best" what was left."""
    judged = result.verdict
    if judged is not None:
        for sentence in (verdict.verdict_answer(result), verdict.verdict_detail(result)):
            if not re.search(rf"\b{judged.n_groups}\b[^.]*\b(groups|levels)\b", sentence):
                yield f"no number of groups in: {sentence}"
        refused = judged.level == "not supported"
        if refused and re.search(r"better than (every|any) single", verdict.verdict_answer(result)):
            yield "an unsupported verdict claims that groups are better"
        gain = verdict.gain_sentence(result)
        if refused and "better than one" in gain and not re.search("speak|Whether|neither", gain):
            yield f"a gain stands beside a refuted verdict without a word: {gain}"
    choice = result.selection_reason
    if choice is not None and not isinstance(choice, str) and choice.left_out:
        sentence = verdict.choice_sentence(choice, result.selection)
        if " best" in sentence or "left out, since" not in sentence:
            yield f"a number was left out, but: {sentence}"


def _odd_signs(result: StudyResult, said: Mapping[str, str]) -> Iterator[str]:
    for where in ("rome run", "words"):
        odd = re.search(r"\bnan\b|\bNone\b|\(\(|\.\.|  | ,", said[where])
        if odd:
            at = max(odd.start() - 40, 0)
            yield f'{where} says "{said[where][at : odd.end() + 20]}"'


@dataclass(frozen=True)
class Asked:
    """A table with its roles and the number of groups that is asked for."""

    name: str
    table: Table
    roles: Roles
    n_groups: int | str


def _groups(rng, x, z, sex, age) -> np.ndarray:
    second = rng.random(len(x)) < np.where(sex == "f", 0.85, 0.15)
    return np.where(second, 2.5, -1.5) * x + 0.5 * z + 0.6 * rng.standard_normal(len(x))


def _hidden(rng, x, z, sex, age) -> np.ndarray:
    return np.where(rng.random(len(x)) < 0.5, 2.5, -1.5) * x + z + 0.6 * rng.standard_normal(len(x))


def _noise(rng, x) -> np.ndarray:
    return rng.standard_normal(len(x))


#: What an outcome is made of: features, sex and age.
KINDS: Mapping[str, Callable[..., np.ndarray]] = {
    "line": lambda rng, x, z, sex, age: 2 * x + z + _noise(rng, x),
    "shift": lambda rng, x, z, sex, age: 2 * x + z + 2 * (sex == "f") + _noise(rng, x),
    "curve": lambda rng, x, z, sex, age: x**2 + x * z + 0.7 * _noise(rng, x),
    "groups": _groups,
    "hidden groups": _hidden,
    "levels": lambda rng, x, z, sex, age: 2 * x + 5 * (rng.random(len(x)) < 0.4) + 0.7 * _noise(rng, x),
    "age slopes": lambda rng, x, z, sex, age: np.where(age > 45, 2.0, 0.2) * x + z + _noise(rng, x),
    "log line": lambda rng, x, z, sex, age: np.exp(0.7 * x + 0.3 * z + 0.5 * _noise(rng, x)),
    "zeros": lambda rng, x, z, sex, age: np.where(
        rng.random(len(x)) < np.where(sex == "f", 0.45, 0.1), 0.0, 6 + 2 * x + _noise(rng, x)
    ),
    "tails": lambda rng, x, z, sex, age: 2 * x + z + rng.standard_t(2, len(x)),
    "uneven": lambda rng, x, z, sex, age: 2 * x + np.exp(0.8 * z) * _noise(rng, x),
    "yes or no": lambda rng, x, z, sex, age: (rng.random(len(x)) < 1 / (1 + np.exp(-x - z))).astype(float),
}
_NUMBERS = (2, "auto", 3, 2, 6)


def drawn(number: int, rows: int | None = None) -> Asked:
    """Return a drawn table: kinds by turns, K by turns, 300 to 400 rows."""
    rng = np.random.default_rng(number)
    name, outcome = list(KINDS.items())[number % len(KINDS)]
    n = rows or int(rng.integers(300, 401))
    x, z = rng.standard_normal((2, n))
    sex, age = rng.choice(["f", "m"], n), rng.integers(20, 70, n).astype(float)
    y = outcome(rng, x, z, sex, age)
    table = read_table(to_csv(pd.DataFrame({"y": y, "x": x, "z": z, "sex": sex, "age": age})), f"{name}.csv")
    roles = Roles("y", ("x", "z"), ("sex", "age"))
    return Asked(f"drawn {number} ({name})", table, roles, _NUMBERS[number % len(_NUMBERS)])


def real(folder: Path, seed: int = 0, rows: int = _REAL_ROWS) -> Iterator[Asked]:
    """Give real tables with at most ``rows`` rows, drawn by the seed, and their columns with a role."""
    for number, path in enumerate(sorted(folder.glob("*.json"))):
        said = json.loads(path.read_text(encoding="utf-8"))
        if not said.get("outcome") or not said.get("sensitive"):
            continue
        roles = Roles(said["outcome"], tuple(said["features"]), tuple(said["sensitive"]))
        frame = read_table(path.with_suffix(".csv")).frame[[roles.outcome, *roles.features, *roles.sensitive]]
        frame = frame.dropna(subset=[roles.outcome])
        frame = frame.sample(min(rows, len(frame)), random_state=seed).reset_index(drop=True)
        table = read_table(to_csv(frame), path.with_suffix(".csv").name)
        yield Asked(path.stem, table, roles, _NUMBERS[number % 2])


def finished(asked: Asked, seed: int = 0) -> study.StudyRun:
    """Run the study of a table, with few bootstrap resamples."""
    settings = Settings(n_groups=asked.n_groups, n_bootstrap=200, n_init=4, random_state=seed)
    return study.run(asked.table, asked.roles, settings)


def pages(run: study.StudyRun) -> dict[str, str]:
    """Return what the pages say of a study."""
    from streamlit.testing.v1 import AppTest

    with tempfile.TemporaryDirectory() as root:
        os.environ |= {"ROME_STUDIES": root, "ROME_WORKERS": "0"}
        Library(Path(root)).save(run)
        at = AppTest.from_file(_APP, default_timeout=240)
        at.query_params["study"] = run.result.study_id
        at.run()
        said = {}
        for page in _PAGES:
            at.switch_page(f"screens/{page}/page.py").run()
            told = [*at.markdown, *at.caption, *at.info]
            said[page] = "\n".join(str(element.value).replace("\\", "") for element in told)
            if at.exception:
                raise RuntimeError(f"{page}: {at.exception[0].value}")
        return said


def _page_faults(run: study.StudyRun) -> list[str]:
    said = pages(run)
    found = [f"{fault}" for fault in _one_advice(run.result, said) if "lacks" not in fault]
    if advice.recommendation_sentence(run.result) not in said["train"] + said["compare"]:
        found.append("neither Train nor Compare says the advice")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path)
    parser.add_argument("--drawn", type=int, default=40)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--no-real", action="store_true")
    parser.add_argument("--pages", type=int, default=5, help="0: open the pages of none")
    asked = parser.parse_args()
    tables = [drawn(asked.first + number) for number in range(asked.drawn)]
    if asked.data is not None and not asked.no_real:
        tables += list(real(asked.data))[:_REAL]
    faults, began = 0, time.perf_counter()
    for number, table in enumerate(tables):
        try:
            run = finished(table)
        except RomeError as error:
            print(f"{table.name}: no study, {error}", flush=True)
            continue
        found = contradictions(run.result)
        if asked.pages and number % asked.pages == 0:
            found += _page_faults(run)
        faults += len(found)
        print(f"{table.name}, K={table.n_groups}: {answers(run.result)[1]}", flush=True)
        for fault in found:
            print(f"  CONTRADICTION {fault}", flush=True)
    print(f"{len(tables)} tables, {faults} contradictions, {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
