"""What is kept of a study's folder and of its report: readable, small, and free of what changes by itself."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from rome.report import render
from rome.report.reproduce import command_line, python_code
from rome.results import StudyResult

#: Every how manyth line of rows.csv is kept.
_EVERY = 20
_UNLIKE = {"study_id": "STUDY", "seconds": 0.0, "versions": {}}


def kept(result: StudyResult, folder: Path) -> dict[str, str]:
    """Return the golden files of a study, name to text, from its result and the folder it was written to."""
    study = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    return {
        "study.json": as_text(without_chance(study)),
        "rows.json": as_text(rows_digest((folder / "rows.csv").read_bytes())),
        "folder.json": as_text(folder_digest(folder)),
        "report.txt": report_text(result),
        "command.txt": command_line(result) + "\n\n" + python_code(result),
    }


def as_text(value: object) -> str:
    """Return plain values as JSON with sorted keys, a line for each."""
    return json.dumps(_rounded(value), sort_keys=True, ensure_ascii=False, indent=0) + "\n"


def _rounded(value: object) -> object:
    """Return plain values with ten digits, more than are compared."""
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return float(f"{value:.10g}") if isinstance(value, float) else value


def without_chance(value: object) -> object:
    """Return a document without times, versions, and the id that follows from them."""
    if isinstance(value, dict):
        return {key: _UNLIKE[key] if key in _UNLIKE else without_chance(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_chance(item) for item in value]
    return value


def rows_digest(content: bytes) -> dict[str, object]:
    """Return how ``rows.csv`` is written, some of its lines, and the sum or the counts of every column."""
    text = content.decode("utf-8-sig")
    header, *lines = csv.reader(io.StringIO(text, newline=""))
    columns = {name: _column([line[place] for line in lines]) for place, name in enumerate(header)}
    return {
        "has_mark": content.startswith(b"\xef\xbb\xbf"),
        "line_ends": text.count("\r\n"),
        "header": header,
        "lines": [[_cell(cell) for cell in line] for line in lines[::_EVERY]],
        "columns": columns,
    }


def _cell(cell: str) -> object:
    if re.fullmatch(r"-?\d+", cell):
        return int(cell)
    try:
        return float(cell)
    except ValueError:
        return cell


def _column(cells: list[str]) -> object:
    values = [_cell(cell) for cell in cells]
    if all(isinstance(value, (int, float)) for value in values):
        return [float(sum(values)), float(sum(abs(value) for value in values))]
    return {str(value): values.count(value) for value in sorted(set(values), key=str)}


def folder_digest(folder: Path) -> dict[str, object]:
    """Return every file of a study's folder: what it holds, by place, in a few numbers each."""
    readers = {".json": _json_digest, ".npz": _npz_digest, ".safetensors": _safetensors_digest}
    return {
        path.relative_to(folder).as_posix(): readers.get(path.suffix, lambda _: {})(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _json_digest(path: Path) -> dict[str, object]:
    if path.name == "study.json":
        # Kept as a whole.
        return {}
    places: dict[str, list[object]] = {}
    _gather(without_chance(json.loads(path.read_text(encoding="utf-8"))), "", places)
    return {place: _values_digest(values) for place, values in places.items()}


def _gather(value: object, place: str, places: dict[str, list[object]]) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            _gather(item, f"{place}.{key}", places)
    elif isinstance(value, list):
        for item in value:
            _gather(item, f"{place}[]", places)
    else:
        places.setdefault(place, []).append(value)


def _values_digest(values: list[object]) -> list[object]:
    """Return count, sum and weighted sum of numbers (their order counts), and the other values once each."""
    others = [value for value in values if value is None or isinstance(value, (bool, str))]
    numbers = [value for value in values if not (value is None or isinstance(value, (bool, str)))]
    ranks = np.linspace(1, 2, len(numbers))
    sums = [float(np.sum(numbers)), float(ranks @ np.array(numbers, dtype=float))] if numbers else []
    return [len(values), *sums, *dict.fromkeys(map(str, others))]


def _npz_digest(path: Path) -> dict[str, object]:
    with np.load(path, allow_pickle=False) as arrays:
        return {name: _array_digest(arrays[name]) for name in sorted(arrays.files)}


def _safetensors_digest(path: Path) -> dict[str, object]:
    return {name: _array_digest(array) for name, array in sorted(load_file(path).items())}


def _array_digest(array: np.ndarray) -> list[object]:
    about: list[object] = [array.dtype.kind, list(array.shape)]
    if array.dtype.kind in "fiub":
        values = np.nan_to_num(array.astype(float).ravel(), posinf=1e9, neginf=-1e9)
        about += [float(values.sum()), float(np.linspace(1, 2, len(values)) @ values)]
    return about


def report_text(result: StudyResult) -> str:
    """Return a report as a reader sees it, a line for every piece of text, with the words of its figures."""
    reader = _Reader()
    reader.feed(render(result))
    text = "\n".join(reader.lines) + "\n"
    text = text.replace(result.study_id, "STUDY").replace(
        f"ROME Studio {result.versions['rome']}", "ROME Studio"
    )
    for name, version in result.versions.items():
        text = re.sub(rf"(?m)^{re.escape(version)}$", f"VERSION of {name}", text)
    return text


class _Reader(HTMLParser):
    """Collects the texts of a page and the labels of its figures."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._skipped: str | None = None
        self._is_figure = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("aria-label"):
            self.lines.append(f"[{given['aria-label']}]")
        if tag in ("script", "style"):
            self._skipped = tag
            self._is_figure = (given.get("id") or "").startswith("figure-")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._skipped:
            self._skipped, self._is_figure = None, False

    def handle_data(self, data: str) -> None:
        if self._is_figure:
            self.lines += [f"  figure {line}" for line in _words_of_figure(json.loads(data))]
        elif self._skipped is None:
            self.lines += [line.strip() for line in data.splitlines() if line.strip()]


def _words_of_figure(figure: dict) -> list[str]:
    """Return kind, name and hover text of every trace, and the texts of the layout."""
    traces = [
        " | ".join(str(trace[key]) for key in ("type", "name", "hovertemplate") if trace.get(key))
        for trace in figure["data"]
    ]
    return [json.dumps(words, ensure_ascii=False) for words in (*traces, *_texts(figure["layout"]))]


def _texts(value: object) -> list[str]:
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    if not isinstance(value, dict):
        return []
    own = [value["text"]] if isinstance(value.get("text"), str) else []
    return own + [text for key in sorted(value) for text in _texts(value[key])]
