"""Column names as written to names that are there, apart, and free of stray spaces."""

from __future__ import annotations

from collections.abc import Sequence

from rome.table.finding import Finding, some


def tidy_names(written: Sequence[str] | None, width: int) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Return ``width`` names, all different, and what was changed.

    Names lose the spaces around them; an empty one becomes "column 3", a repeated one "x1 (2)".
    """
    given = [name.strip() for name in written] if written is not None else [""] * width
    names: list[str] = []
    unnamed: list[str] = []
    repeated: list[str] = []
    reserved = {name for name in given if name}
    for place, name in enumerate(given, start=1):
        wanted = name or f"column {place}"
        chosen = _free(wanted, names, reserved if not name or name in names else set())
        if not name:
            unnamed.append(chosen)
        elif chosen != name:
            repeated.append(chosen)
        names.append(chosen)
    findings = _repeated_finding(repeated)
    if written is not None:
        findings += _unnamed_finding(unnamed)
    return tuple(names), findings


def _free(wanted: str, taken: Sequence[str], reserved: set[str]) -> str:
    """Return ``wanted``, or the first of "wanted (2)", "wanted (3)", … that no other column has."""
    chosen, number = wanted, 2
    while chosen in taken or chosen in reserved:
        chosen, number = f"{wanted} ({number})", number + 1
    return chosen


def _repeated_finding(repeated: list[str]) -> tuple[Finding, ...]:
    if not repeated:
        return ()
    what = f"Two or more columns have the same name; the later ones are called {some(repeated, 5)}."
    return (
        Finding("warning", repeated[0], what, "Check which column is meant, or rename them in the file."),
    )


def _unnamed_finding(unnamed: list[str]) -> tuple[Finding, ...]:
    if not unnamed:
        return ()
    what = f"The header has no name for {some(unnamed, 5)}."
    return (Finding("note", unnamed[0], what, "Name the column in the file if it matters."),)
