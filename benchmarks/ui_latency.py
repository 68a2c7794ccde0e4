"""How long the dashboard keeps people waiting, through a real browser.

``python -m benchmarks.ui_latency`` makes two studies (K = 2 and 3) of a simulated table of ``--rows`` rows
and prints, as medians over ``--repeats``:

- from the server's start to a page with words on it, beside a one-line app of Streamlit's own;
- the server's time, from the request on the line between browser and server to the last byte of the answer,
  when the DRO strength is moved, when another group is looked at, and when K is moved over studies that are
  made and so opens them (the first time from their files, then from the session's memory); beside it the time
  until the browser, which draws meanwhile, has taken the answer in;
- from dropping a CSV of ``--megabytes`` on the Data page to its columns being there (0 leaves this out).
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from benchmarks.live_app import CHROMIUM_ARGUMENTS, live_app
from benchmarks.screenshots import settle, visit
from benchmarks.tap import Tap, tapped
from benchmarks.wire import Rerun, Wire
from rome import study
from rome.datasets import paper_simulation
from rome.settings.study import Settings
from rome.store import Library
from rome.table import Roles, read_table

PLAIN_APP = 'import streamlit as st\n\nst.title("Plain")\n'
#: What is asked for: seconds of server time, and seconds of a start beyond Streamlit's own.
REDRAW, START, UPLOAD = 0.150, 3.0, 10.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ui_latency", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--starts", type=int, default=3)
    parser.add_argument("--megabytes", type=int, default=100)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        folder = Path(scratch)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS
        )
        _say_starts(browser, folder, options.starts)
        table = folder / "table.csv"
        study_id = _studies(table, folder / "studies", options.rows)
        with live_app(folder / "studies", folder / "server.log") as address:
            print(f"\nServer time of a redraw, {options.rows:,} rows (asked: {REDRAW * 1000:.0f} ms)")
            with tapped(address) as tap:
                _say_redraws(_page(browser), tap, study_id, options.repeats)
            if options.megabytes:
                _say_upload(_page(browser), address, folder, options.megabytes)
        browser.close()


def _page(browser: Browser) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 1600}).new_page()
    page.set_default_timeout(300_000)
    return page


def _say_starts(browser: Browser, folder: Path, repeats: int) -> None:
    """Print how long a cold start takes until a heading is painted, ours beside a one-line app."""
    plain = folder / "plain.py"
    plain.write_text(PLAIN_APP)
    scripts = {"a one-line app": plain, "ROME Studio": None}
    taken = {
        name: statistics.median(_start(browser, folder, script) for _ in range(repeats))
        for name, script in scripts.items()
    }
    print("From starting the server to the first heading, seconds")
    for name, seconds in taken.items():
        print(f"  {name:<28} {seconds:6.2f}")
    beyond = taken["ROME Studio"] - taken["a one-line app"]
    print(f"  {'beyond Streamlit itself':<28} {beyond:6.2f}  (asked: {START:g})")


def _start(browser: Browser, folder: Path, script: Path | None) -> float:
    started = time.monotonic()
    with live_app(folder / "empty", folder / "start.log", script=script) as address:
        page = _page(browser)
        page.goto(address)
        page.get_by_role("heading").first.wait_for()
        taken = time.monotonic() - started
        page.context.close()
    return taken


def _studies(path: Path, folder: Path, rows: int) -> str:
    """Write a simulated table, keep its studies with two and three groups; return the name of the first."""
    paper_simulation(rows, random_state=0).frame.to_csv(path, index=False)
    table = read_table(path)
    sensitive = ("S1", "S2", "S3", "S4", "S5")
    features = tuple(name for name in table.frame.columns if name not in (*sensitive, "outcome"))
    roles = Roles("outcome", features=features, sensitive=sensitive)
    library, names = Library(folder), []
    # So that the link of a study opens its table too, without which Train has no form.
    if not library.tables.keep(table, path.read_bytes()):
        raise SystemExit(f"No copy of {rows:,} rows is kept: raise ROME_TABLES_MB, or ask for fewer --rows.")
    for n_groups in (2, 3):
        run = study.run(table, roles, Settings(n_groups=n_groups))
        library.save(run)
        names.append(run.result.study_id)
    return names[0]


def _say_redraws(page: Page, tap: Tap, study_id: str, repeats: int) -> None:
    line = _Line(Wire(page), tap)
    page.goto(f"{tap.address}/?study={study_id}")
    # The head of the page comes before the study: only this says that study and table are there.
    page.get_by_role("heading", name="What each column is", exact=True).wait_for()
    visit(page, "Compare")
    _say("Compare: the DRO strength moves", line, _strength(page), repeats)
    visit(page, "Groups")
    _say("Groups: another group is looked at", line, _picks(page, study_id), repeats)
    visit(page, "Train")
    _say("Train: K moves over studies that are made", line, _groups(page), repeats)


@dataclass(frozen=True)
class _Line:
    """A page's messages as the browser takes them in, and as they pass on the line."""

    wire: Wire
    tap: Tap

    def rerun(self, act: Callable[[], object]) -> tuple[float, Rerun]:
        """Do something on the page; return the server's seconds, and what the browser saw."""
        self.wire.wait_until_quiet()
        self.tap.forget()
        seen = self.wire.rerun(act)
        return self.tap.seconds(), seen


def _say(what: str, line: _Line, act: Callable[[], object], repeats: int) -> None:
    """Print the median, the largest and the bytes of several reruns; the first, which fills caches, apart."""
    first, _ = line.rerun(act)
    rest = [line.rerun(act) for _ in range(repeats)]
    served = sorted(seconds for seconds, _ in rest)
    seen = statistics.median(each.seconds for _, each in rest)
    received = statistics.median(each.received for _, each in rest)
    print(
        f"  {what:<44} {statistics.median(served) * 1000:6.0f} ms, largest {served[-1] * 1000:.0f}, "
        f"first {first * 1000:.0f}; in the browser {seen * 1000:.0f}; {received / 1e3:,.0f} kB",
        flush=True,
    )


def _strength(page: Page) -> Callable[[], None]:
    """Return an act that moves the DRO strength by one position, there and back."""
    return _slide(page.locator(".st-key-dro-strength").get_by_role("slider"))


def _picks(page: Page, study_id: str) -> Callable[[], None]:
    """Return an act that looks at the second group and the first in turn."""
    groups = page.locator(f".st-key-group-{study_id}").get_by_role("radio")
    places = itertools.cycle((1, 0))
    return lambda: groups.nth(next(places)).click()


def _groups(page: Page) -> Callable[[], None]:
    """Return an act that moves the number of groups between two and three."""
    return _slide(page.locator("[class*=st-key-train-groups-]").get_by_role("slider"))


def _slide(thumb: Locator) -> Callable[[], None]:
    """Return an act that moves a slider by one position, there and back; away from its end if it is there."""
    at, end = thumb.input_value(), thumb.get_attribute("max")
    there, back = ("ArrowLeft", "ArrowRight") if at == end else ("ArrowRight", "ArrowLeft")
    keys = itertools.cycle((there, back))
    thumb.focus()
    return lambda: thumb.press(next(keys))


def _say_upload(page: Page, address: str, folder: Path, megabytes: int) -> None:
    """Print how long a large file takes from the drop to the table of its columns."""
    path = folder / "large.csv"
    rows = _write_large(path, megabytes)
    visited = f"{address}/data"
    page.goto(visited)
    page.get_by_role("heading").first.wait_for()
    started = time.monotonic()
    page.locator("input[type=file]").first.set_input_files(path)
    page.get_by_text("is open:").first.wait_for()
    settle(page)
    size = path.stat().st_size / 1e6
    taken = time.monotonic() - started
    print(f"\nFrom dropping a CSV of {size:.0f} MB, {rows:,} rows, to its columns (asked: {UPLOAD:g} s)")
    print(f"  {taken:.1f} s")


def _write_large(path: Path, megabytes: int) -> int:
    """Write a table of twelve columns of about this size and return its rows."""
    rng = np.random.default_rng(0)
    rows = int(megabytes * 1e6 / 86)
    columns = {f"x{j}": rng.standard_normal(rows).round(5) for j in range(8)}
    columns |= {
        "age": rng.integers(18, 90, rows),
        "sex": rng.choice(["female", "male"], rows),
        "region": rng.choice(["north", "south", "east", "west"], rows),
        "outcome": rng.standard_normal(rows).round(5),
    }
    pd.DataFrame(columns).to_csv(path, index=False)
    return rows


if __name__ == "__main__":
    main()
