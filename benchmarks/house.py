"""How the code is laid out: rooms, floors, loose files, circles of imports, small files, lines by room.

    python -m benchmarks.house [--against REVISION] [--fail]
    python -m benchmarks.house --map      # the map of CONTRIBUTING.md, from the first line of each room

A room is a folder of Python files; a floor is the longest way down from a room through the rooms it imports.
``--against`` prints the same figures of an earlier revision beside today's.
"""

from __future__ import annotations

import argparse
import ast
import io
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import networkx

ROOTS = ("rome", "dashboard")
SMALL = 40
#: Files that may stand loose in ``rome/``.
LOOSE = {"__init__.py", "__main__.py", "errors.py"}


@dataclass(frozen=True)
class House:
    """What was measured of one checkout; ``lines`` is by room, and every file is a path below the root."""

    files: tuple[str, ...]
    loose: tuple[str, ...]
    circles: tuple[tuple[str, ...], ...]
    small: tuple[str, ...]
    lines: Mapping[str, int]
    floors: int

    def figures(self) -> dict[str, int]:
        """Return the figures that a newcomer feels, by name."""
        return {
            "lines of rome": sum(n for room, n in self.lines.items() if room.split("/")[0] == "rome"),
            "lines of dashboard": sum(
                n for room, n in self.lines.items() if room.split("/")[0] == "dashboard"
            ),
            "files": len(self.files),
            "rooms of rome": sum(room.startswith("rome/") for room in self.lines),
            "floors of rome": self.floors,
            "loose files in rome": len(self.loose),
            "circles of files": len(self.circles),
            f"files under {SMALL} lines": len(self.small),
        }

    def _lines_below(self, root: str) -> int:
        return sum(lines for room, lines in self.lines.items() if room.split("/")[0] == root)


def measure(root: Path) -> House:
    """Measure the checkout at ``root``."""
    paths = sorted(path for base in ROOTS for path in (root / base).rglob("*.py"))
    names = {_dotted(path, root): path for path in paths}
    imports = {name: _imports(path, name, names) for name, path in names.items()}
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in paths}
    lines: dict[str, int] = {}
    for path, length in lengths.items():
        room = path.parent.relative_to(root).as_posix()
        lines[room] = lines.get(room, 0) + length
    inits = {path for path in paths if path.name == "__init__.py"}
    return House(
        files=tuple(path.relative_to(root).as_posix() for path in paths),
        loose=tuple(sorted(path.name for path in paths if path.parent == root / "rome")),
        circles=tuple(_circles(imports)),
        small=tuple(
            path.relative_to(root).as_posix()
            for path, length in lengths.items()
            if length < SMALL and path not in inits
        ),
        lines=dict(sorted(lines.items(), key=lambda item: -item[1])),
        floors=_floors(imports),
    )


def _dotted(path: Path, root: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def _imports(path: Path, name: str, names: Mapping[str, Path]) -> set[str]:
    """Return the project's files that a file imports, at its top or late in a function."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name in names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module in names:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in names else node.module)
    return found - {name}


def _circles(imports: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    parts = networkx.strongly_connected_components(networkx.DiGraph(imports))
    return sorted(tuple(sorted(part)) for part in parts if len(part) > 1)


def _floors(imports: Mapping[str, Iterable[str]]) -> int:
    """Return how many rooms of ``rome`` the longest way down passes; a circle of rooms counts as one.

    What lies below a room belongs to it, and a loose file is a room of its own.
    """

    def room(name: str) -> str:
        return ".".join(name.split(".")[:2])

    graph = networkx.DiGraph()
    for name, others in imports.items():
        graph.add_edges_from(
            (room(name), room(other))
            for other in others
            if name.startswith("rome") and other.startswith("rome") and room(name) != room(other)
        )
    return networkx.dag_longest_path_length(networkx.condensation(graph)) + 1 if len(graph) else 0


def room_map(root: Path) -> str:
    """Return every room with the first line of its docstring and the names of its files, floors from the top.

    Raises
    ------
    ValueError
        A room says nothing about itself.
    """
    lines = []
    for base in ROOTS:
        for init in sorted((root / base).rglob("__init__.py"), key=lambda path: path.parent.parts):
            room = init.parent.relative_to(root).as_posix()
            said = ast.get_docstring(ast.parse(init.read_text("utf-8")))
            if not said:
                raise ValueError(f"{room}/__init__.py has no docstring; say in one line what the room holds.")
            files = sorted(path.stem for path in init.parent.glob("*.py") if path != init)
            lines.append(f"- **`{room}/`** {said.splitlines()[0]}")
            lines += [f"  `{'` `'.join(files)}`"] if files else []
    return "\n".join(lines)


def _earlier(revision: str) -> House:
    content = subprocess.run(["git", "archive", revision, *ROOTS], check=True, capture_output=True).stdout
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            archive.extractall(folder, filter="data")
        return measure(Path(folder))


def main() -> int:
    """Print the figures, and exit with 1 under ``--fail`` where a rule of the house is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--against", metavar="REVISION", help="an earlier revision to print beside today's")
    parser.add_argument(
        "--fail", action="store_true", help="exit with 1 where a file is loose or in a circle"
    )
    parser.add_argument("--map", action="store_true", help="print the map of rooms and nothing else")
    options = parser.parse_args()
    if options.map:
        print(room_map(Path.cwd()))
        return 0
    now = measure(Path.cwd())
    before = _earlier(options.against) if options.against else None
    for name, value in now.figures().items():
        print(f"{name:<28}{'' if before is None else f'{before.figures()[name]:>8,}'}{value:>8,}")
    print("\nlines by room")
    for room in sorted(set(now.lines) | set(before.lines if before else ())):
        was = "" if before is None else f"{before.lines.get(room, 0):>8,}"
        print(f"{room:<28}{was}{now.lines.get(room, 0):>8,}")
    for title, found in (
        ("loose files", [name for name in now.loose if name not in LOOSE]),
        ("circles", [" ~ ".join(circle) for circle in now.circles]),
        (f"files under {SMALL} lines", now.small),
    ):
        print(f"\n{title}: {len(found)}")
        print("\n".join(f"  {line}" for line in found))
    return int(options.fail and (bool(now.circles) or not set(now.loose) <= LOOSE))


if __name__ == "__main__":
    sys.exit(main())
