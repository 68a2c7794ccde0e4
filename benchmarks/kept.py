"""Results of long benchmarks, kept a file each, with what they were made with.

A result is taken from its file only where versions, table and settings are those of now; else a line says
what differs, and it is made anew. Code that was changed within a version is not seen: begin with another
folder then.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from rome.runtime.versions import versions
from rome.serialize.atomic import draft_of

#: What a benchmark's results come from: the table's fingerprint, and all that was chosen, as plain values.
MadeWith = Mapping[str, object]


def made_with(fingerprint: str, **settings: object) -> dict[str, object]:
    """Return what a result of now is made with; settings are plain values or have an exact ``repr``."""
    plain = {name: repr(value) for name, value in settings.items()}
    return {"versions": versions(), "table": fingerprint, "settings": plain}


def file_of(folder: Path, name: str, made: MadeWith) -> Path:
    """Return where a result is kept: other settings have another file, other versions and tables the same."""
    digest = hashlib.sha256(json.dumps(made["settings"], sort_keys=True).encode()).hexdigest()[:12]
    return folder / f"{name}-{digest}.json"


def read_kept(path: Path, made: MadeWith) -> object | None:
    """Return a result as plain values; None where there is none that was made with the same."""
    if not path.is_file():
        return None
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        then, result = document["made_with"], document["result"]
    except (ValueError, LookupError, TypeError) as error:
        _say(path, f"can't be read ({error})")
        return None
    if then != made:
        _say(path, f"was made with {'; '.join(_differing(then, made))}")
        return None
    return result


def keep(path: Path, made: MadeWith, result: object) -> None:
    """Keep a result of plain values, whole or not at all."""
    draft = draft_of(path)
    draft.write_text(json.dumps({"made_with": made, "result": result}), encoding="utf-8")
    draft.replace(path)


def _differing(then: MadeWith, now: MadeWith) -> list[str]:
    """Name what differs, one by one where it can be told apart."""
    if not isinstance(then, Mapping):
        return ["nothing that can be read"]
    said = []
    for part in dict.fromkeys((*then, *now)):
        before, after = then.get(part), now.get(part)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            names = dict.fromkeys((*before, *after))
            said += [
                f"{name} {before.get(name)}, not {after.get(name)}"
                for name in names
                if before.get(name) != after.get(name)
            ]
        elif before != after:
            said.append(f"another {part}")
    return said


def _say(path: Path, what: str) -> None:
    print(f'"{path.name}" {what}: done again.', file=sys.stderr)
