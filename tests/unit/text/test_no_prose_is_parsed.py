"""Decisions rest on codes and numbers: no source looks for words in a sentence, or takes one apart."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import dashboard
import rome

#: Values that hold words for people, by the last part of their name.
WORDED = {
    "alt", "caption", "detail", "headline", "message", "name", "note", "reason", "remedy", "said", "sentence",
    "text", "title", "what", "words",
}  # fmt: skip
TAKING_APART = {"split", "rsplit", "partition", "rpartition"}
LOOKING_AT_ENDS = {"startswith", "endswith", "removeprefix", "removesuffix"}
SEARCHES = {"search", "match", "fullmatch", "findall", "count", "find", "index"}
#: Reads what another library's parser says of a broken file, which has no code for it.
FOREIGN = "rome/table/reading/delimited.py"
WORD = re.compile(r"[A-Za-z]{2,}")
#: Two words, or one that begins a sentence.
PROSE = re.compile(r"[A-Za-z]{2,},? [A-Za-z]{2,}|^[A-Z][a-z]+[ :,.]")


def faults(source: str) -> list[int]:
    """Return the lines that read prose."""
    return sorted({line for node in ast.walk(ast.parse(source)) for line in _of(node)})


def _of(node: ast.AST) -> Iterator[int]:
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        for operator, left, right in zip(node.ops, sides, sides[1:], strict=False):
            looks_inside = isinstance(operator, (ast.In, ast.NotIn))
            if looks_inside and WORD.search(_literal(left)) and _is_worded(right):
                yield node.lineno
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _reads(node.func, node.args):
        yield node.lineno


def _reads(method: ast.Attribute, given: list[ast.expr]) -> bool:
    """Whether a call takes a sentence apart, or looks for words in one."""
    literals = [text for each in given for text in _literals(each)]
    if method.attr in TAKING_APART:
        return any(text.strip() in (".", ";", ":") and text.endswith(" ") for text in literals)
    if method.attr in LOOKING_AT_ENDS:
        return any(PROSE.search(text) for text in literals)
    about_words = any(_is_worded(each) for each in (method.value, *given))
    return method.attr in SEARCHES and about_words and any(WORD.search(text) for text in literals)


def _literals(node: ast.expr) -> list[str]:
    return [_literal(each) for each in (node.elts if isinstance(node, ast.Tuple) else [node])]


def _literal(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _is_worded(node: ast.expr) -> bool:
    """Whether an expression is a value of words, as it is or in another case, or what a caught error says."""
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute):
            return node.func.attr in ("lower", "casefold", "strip") and _is_worded(node.func.value)
        return isinstance(node.func, ast.Name) and node.func.id == "str"
    last = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return last.rsplit("_", 1)[-1] in WORDED


def _sources() -> list[Path]:
    roots = [Path(package.__file__).parent for package in (rome, dashboard)]
    paths = [path for root in roots for path in sorted(root.rglob("*.py"))]
    return [path for path in paths if path.as_posix()[-len(FOREIGN) :] != FOREIGN]


def test_no_source_reads_prose():
    found = [f"{path}:{line}" for path in _sources() for line in faults(path.read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.parametrize(
    "planted",
    [
        'what, _, remedy = text.partition(". ")',
        'first = result.dro.sentence.split(". ")[0]',
        'what, _, remedy = str(error).rpartition(". ")',
        'settled = "so does one group" in caption',
        'if "curved" in score.name: pass',
        'also = "" if "uneven spread" not in name else "more"',
        'if "small" in comparison.reason.lower(): pass',
        'if "column" in str(error): pass',
        'why = sentence.removeprefix("Use one model: ")',
        'if said.startswith("Use one"): pass',
        'found = re.search("one group", verdict_sentence)',
        'place = caption.find("group")',
    ],
)
def test_a_line_that_reads_prose_is_found(planted):
    assert faults(f"import re\n{planted}\n") == [2]


@pytest.mark.parametrize(
    "harmless",
    [
        'if advice.reason == "null model": pass',
        'if reason in ("one group", "held out"): pass',
        'if "age" in columns: pass',
        'parts = text.split(" · ")',
        'stem = name.removesuffix(".csv")',
        'if name.startswith("moe."): pass',
        'value = text.split(".")',
    ],
)
def test_codes_columns_and_numbers_are_no_prose(harmless):
    assert faults(harmless) == []
