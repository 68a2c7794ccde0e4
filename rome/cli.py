"""The command line: ``rome run``, ``rome sample`` and ``rome report``, also as ``python -m rome``.

Exit status 0 for success, 2 with one plain line on stderr for anything that the user can mend. Results go
to files, progress and findings to stderr.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from rome.config import Settings
from rome.errors import RomeError, SettingError

_DEFAULTS = Settings()


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one plain line, like every other error of the program."""

    def error(self, message: str) -> None:
        raise SettingError(f"{message[:1].upper()}{message[1:]}. See {self.prog} --help.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A console of another encoding shows "?" for a sign that it lacks; it doesn't end the program.
        sys.stdout.reconfigure(errors="replace")
    try:
        options = _parser().parse_args(arguments)
        options.command(options)
    except RomeError as error:
        print(f"rome: {_one_line(str(error))}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("rome: stopped.", file=sys.stderr)
        return 130
    return 0


def _one_line(text: str) -> str:
    """Return text as one line without signs that would steer a terminal."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _columns(text: str) -> tuple[str, ...]:
    """Split ``a,b`` into names; a name with a comma is written in double quotes, as in a CSV file."""
    try:
        names = next(csv.reader([text], skipinitialspace=True))
    except csv.Error as error:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no list of columns ({error})") from None
    return tuple(name.strip() for name in names if name.strip())


def _strength(text: str) -> float | None:
    if text == "recommended":
        return None
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f'{text[:40]!r} is neither a number from 0 to 1 nor "recommended"'
        ) from None


def _count(text: str) -> int | str:
    if text == "auto":
        return text
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'{text[:40]!r} is neither a whole number nor "auto"') from None


def _parser() -> argparse.ArgumentParser:
    from rome import __version__

    parser = _Parser(prog="rome", description="Find the latent groups that one model fails.")
    parser.add_argument("--version", action="version", version=f"rome {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    _add_run(commands)
    sample = commands.add_parser("sample", help="write a sample table")
    sample.add_argument("name", metavar="NAME", help="diabetes, hiring or paper")
    sample.add_argument("--out", required=True, metavar="FILE.csv", type=Path)
    sample.set_defaults(command=_sample)
    report = commands.add_parser("report", help="write the report of a finished study")
    report.add_argument("folder", metavar="FOLDER", type=Path)
    report.add_argument("--out", required=True, metavar="FILE.html", type=Path)
    report.set_defaults(command=_report)
    return parser


def _add_run(commands) -> None:
    run = commands.add_parser("run", help="run a study on a table")
    run.add_argument("table", metavar="TABLE", help="CSV, TSV, gzip, Parquet or .xlsx, told by its content")
    run.add_argument("--outcome", metavar="C", help="the column to predict")
    run.add_argument("--sensitive", metavar="C,C", type=_columns, help="columns that drive membership")
    run.add_argument("--features", metavar="C,…", type=_columns, help="default: all other columns fit for it")
    run.add_argument("--ignore", metavar="C,…", type=_columns, default=(), help="columns to leave out")
    run.add_argument(
        "--allow",
        metavar="C,…",
        type=_columns,
        default=(),
        help="sensitive columns that may enter the outcome model",
    )
    run.add_argument("--weight", metavar="C", help="column of case weights")
    run.add_argument("--groups", metavar="K", type=_count, default=_DEFAULTS.n_groups, help="1 to 12 or auto")
    run.add_argument("--predictor", metavar="P", default=_DEFAULTS.predictor, help="gated or aggregate")
    run.add_argument("--criterion", metavar="C", default=_DEFAULTS.criterion, help="regret, risk or reward")
    run.add_argument(
        "--dro-strength", metavar="R", type=_strength, default=None, help="0 to 1 or recommended"
    )
    run.add_argument("--guard", metavar="G", default=_DEFAULTS.guard, help="latent or observed")
    run.add_argument("--observed", metavar="C,…", type=_columns, help="columns crossed into observed groups")
    run.add_argument("--test-size", metavar="F", type=float, default=_DEFAULTS.test_size)
    run.add_argument("--seed", metavar="N", type=int, default=_DEFAULTS.random_state)
    run.add_argument("--out", required=True, metavar="FOLDER", type=Path)
    run.set_defaults(command=_run)


def _run(options: argparse.Namespace) -> None:
    from rome import store, study
    from rome.report import render
    from rome.table import read_table

    settings = Settings(
        n_groups=options.groups,
        predictor=options.predictor,
        criterion=options.criterion,
        dro_strength=options.dro_strength,
        guard=options.guard,
        observed=options.observed,
        test_size=options.test_size,
        random_state=options.seed,
    )
    store.make_folder(options.out)
    table = read_table(options.table)
    roles = _roles(table.frame, options)
    finished = study.run(table, roles, settings, progress=_Progress())
    folder = store.write_folder(finished, options.out)
    _write_text(folder / "report.html", render(finished.result))
    for finding in finished.result.findings:
        where = f" [{finding.column}]" if finding.column else ""
        print(_one_line(f"{finding.severity}{where}: {finding.what} {finding.remedy}"), file=sys.stderr)
    if finished.result.verdict is not None:
        print(finished.result.verdict.sentence)
    print(finished.result.dro.sentence)
    print(f"The study is in {folder}; open {folder / 'report.html'} in a browser.")


def _roles(frame, options: argparse.Namespace):
    from rome.table import Roles, guess_roles

    _require(options.outcome, "--outcome", "the column to predict", frame)
    _require(options.sensitive, "--sensitive", "the columns that may drive membership", frame)
    named = {
        options.outcome,
        options.weight,
        *options.sensitive,
        *options.ignore,
        *options.allow,
        *(options.features or ()),
    }
    guessed = guess_roles(frame)
    features, left = options.features, []
    if features is None:
        # What the guess would call sensitive but the user didn't name is an ordinary feature here.
        rest = [column for column in frame.columns if column not in named]
        features = tuple(column for column in rest if guessed[column] not in ("id", "ignore"))
        left = [column for column in rest if column not in features]
    ignored = (*options.ignore, *left, *_unnamed(frame, named, features, left))
    return Roles(
        outcome=options.outcome,
        features=tuple(features),
        sensitive=options.sensitive,
        allowed=options.allow,
        weight=options.weight,
        ignored=tuple(dict.fromkeys(ignored)),
    )


def _unnamed(frame, named: set, features: Sequence[str], left: Sequence[str]) -> list[str]:
    taken = {*named, *features, *left}
    return [column for column in frame.columns if column not in taken]


def _require(value: object, option: str, what: str, frame) -> None:
    if not value:
        shown = ", ".join(map(str, frame.columns[:12])) + (", …" if frame.shape[1] > 12 else "")
        raise SettingError(f"Name {what} with {option}. The table has the columns {shown}.")


def _sample(options: argparse.Namespace) -> None:
    from rome.datasets import load_sample

    frame = load_sample(options.name)
    _write_text(options.out, frame.to_csv(index=False))
    print(f"{len(frame):,} rows and {frame.shape[1]} columns are in {options.out}.")


def _report(options: argparse.Namespace) -> None:
    from rome import store
    from rome.report import render

    _write_text(options.out, render(store.read_folder(options.folder)))
    print(f"The report is in {options.out}.")


def _write_text(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "replace"))
    except OSError as error:
        raise SettingError(f'"{path}" can\'t be written: {error.strerror}. Choose another place.') from error


class _Progress:
    """Says on stderr what is being done: one line a stage, and no more."""

    def __init__(self) -> None:
        self.stage = ""

    def __call__(self, share: float, what: str) -> None:
        if what != self.stage:
            self.stage = what
            print(f"{share:4.0%} {what}", file=sys.stderr, flush=True)
