"""The command line: ``rome run``, ``compare``, ``score``, ``check``, ``sample`` and ``report``.

Exit status 0 for success, 1 where a study breaks a limit, 2 with one plain line on stderr for anything that
the user can fix. Results go to files, progress and findings to stderr.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rome.cli.options import PrintCompletion, add_settings, add_study, given, study_settings
from rome.cli.table import add_reading, add_table, hint, hint_of_error, read_asked, reading_options, roles_of
from rome.errors import RomeError, SettingError
from rome.settings.comparison import CompareSettings
from rome.settings.limits import Limits
from rome.settings.spec import settings_of
from rome.settings.study import Settings

if TYPE_CHECKING:
    from rome.results import StudyResult
    from rome.results.first_look import FirstLook
    from rome.table import Finding


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
        return options.command(options) or 0
    except RomeError as error:
        print(f"rome: {one_line(str(error) + hint_of_error(error))}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("rome: stopped.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    from rome import __version__

    parser = _Parser(prog="rome", description="Find the latent groups that one model fails.")
    parser.add_argument("--version", action="version", version=f"rome {__version__}")
    parser.add_argument(
        "--print-completion",
        action=PrintCompletion,
        choices=("bash", "zsh", "tcsh"),
        help="print the script that completes this command line in a shell",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    _add_run(commands)
    _add_compare(commands)
    _add_score(commands)
    _add_check(commands)
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
    add_table(run)
    add_reading(run)
    run.add_argument(
        "--scheduler", metavar="ADDRESS", help="fit on the workers of a dask scheduler, as tcp://host:8786"
    )
    add_study(run)
    run.set_defaults(command=_run)


def _add_compare(commands) -> None:
    compare = commands.add_parser("compare", help="compare models over repeated splits")
    add_table(compare)
    add_reading(compare)
    add_settings(compare, settings_of(CompareSettings))
    compare.add_argument("--jobs", metavar="N", type=int, help="processes at most; default: all cores")
    compare.set_defaults(command=_compare)


def _add_score(commands) -> None:
    score = commands.add_parser("score", help="score a new table with a finished study")
    score.add_argument("study", metavar="STUDY", type=Path, help="the folder that rome run wrote")
    score.add_argument("table", metavar="TABLE", help="CSV, TSV, gzip, Parquet or .xlsx, told by its content")
    score.add_argument("--out", required=True, metavar="FILE.csv", type=Path, help="one line a row")
    score.add_argument("--json", action="store_true", help="print the summary as JSON")
    add_reading(score)
    score.set_defaults(command=_score)


def _add_check(commands) -> None:
    check = commands.add_parser(
        "check", help="hold a finished study to limits: exit status 1 where one is broken"
    )
    check.add_argument("study", metavar="STUDY", type=Path, help="the folder that rome run wrote")
    add_settings(check, settings_of(Limits))
    check.add_argument("--json", action="store_true", help="print the limits and values as JSON")
    check.set_defaults(command=_check)


def _run(options: argparse.Namespace) -> None:
    from rome import store, study
    from rome.report import render

    settings = Settings(**study_settings(options))
    with _new_folder(options.out):
        table = read_asked(options)
        roles = roles_of(table.frame, options)
        finished = study.run(
            table,
            roles,
            settings,
            progress=Progress(),
            scheduler=options.scheduler,
            first_look=_print_first_look,
        )
    folder = store.write_folder(finished, options.out)
    _write_text(folder / "report.html", render(finished.result))
    for finding in finished.result.findings:
        print(finding_line(finding), file=sys.stderr)
    for said in answers(finished.result):
        print(said)
    print(f"The study is in {folder}; open {folder / 'report.html'} in a browser.")


def _print_first_look(look: FirstLook) -> None:
    """Say on stderr what the groups look like while the study goes on."""
    from rome.text.first_look import CAVEAT, TITLE, first_look_lines

    print(f"     {TITLE}:", file=sys.stderr)
    for line in (*first_look_lines(look), CAVEAT):
        print(f"       {one_line(line)}", file=sys.stderr, flush=True)


def answers(result: StudyResult) -> list[str]:
    """Return what ``rome run`` prints of a study, line by line: who is failed, what helps, and the groups."""
    from rome.text import groups
    from rome.text.advice import beside_sentences, recommendation_sentence
    from rome.text.failed import failed_sentence
    from rome.text.fixes import remedy
    from rome.text.verdict import verdict_detail

    said = [failed_sentence(result), recommendation_sentence(result), *beside_sentences(result)]
    said += [verdict_detail(result), remedy(result)]
    if len(result.groups) > 1:
        said += [groups.short_description(result, index) for index in range(len(result.groups))]
    return [one_line(line) for line in said if line]


def _compare(options: argparse.Namespace) -> None:
    from rome.compare import compare, standing_lines, write_comparison

    with _new_folder(options.out):
        table = read_asked(options)
        result = compare(
            table,
            roles_of(table.frame, options),
            **given(options, settings_of(CompareSettings)),
            folder=options.out,
            n_jobs=options.jobs,
            progress=Progress(),
        )
    folder = write_comparison(result, options.out)
    for failure in result.failures:
        print(one_line(f"split {failure.split + 1}, {failure.model}: {failure.reason}"), file=sys.stderr)
    for grouping in result.groupings:
        print("\n".join(standing_lines(result, grouping)))
    print(f"Every score is in {folder / 'scores.parquet'}.")


def _score(options: argparse.Namespace) -> None:
    from rome.score import load_scorer, read_to_score, score, summary_document, write_csv
    from rome.score.words import summary_lines
    from rome.serialize.csv_json import to_json

    scorer = load_scorer(options.study)
    table = read_to_score(options.table, scorer.study, options=reading_options(options))
    scored = score(table, scorer, Progress())
    path = write_csv(scored, options.out, table.frame, scorer.study.roles.ids)
    for finding in scored.findings:
        print(finding_line(finding), file=sys.stderr)
    if options.json:
        print(to_json(summary_document(scored)).decode())
        return
    for line in summary_lines(scored):
        print(one_line(line))
    print(f"One line for each of {len(scored.rows.row):,} rows is in {path}.")


def _check(options: argparse.Namespace) -> int:
    """Say of each limit whether the study keeps it; 1 where one is broken."""
    from rome.results.limits import check_limits
    from rome.serialize.csv_json import to_json
    from rome.store import read_folder
    from rome.text.kept_limits import limit_sentence

    limits = Limits(**given(options, settings_of(Limits)))
    result = read_folder(options.study)
    held = check_limits(result, limits)
    sentences = [one_line(limit_sentence(each, result.settings.confidence)) for each in held]
    if options.json:
        kept = [
            asdict(each) | {"kept": each.is_kept, "sentence": said}
            for each, said in zip(held, sentences, strict=True)
        ]
        print(to_json({"study_id": result.study_id, "limits": kept}).decode())
    else:
        print("\n".join(sentences))
    return 0 if all(each.is_kept for each in held) else 1


def _sample(options: argparse.Namespace) -> None:
    from rome.datasets import load_sample

    frame = load_sample(options.name)
    _write_text(options.out, frame.to_csv(index=False))
    print(f"{len(frame):,} rows and {frame.shape[1]} columns are in {options.out}.")


def _report(options: argparse.Namespace) -> None:
    from rome.report import render_folder

    _write_text(options.out, render_folder(options.folder))
    print(f"The report is in {options.out}.")


def one_line(text: str) -> str:
    """Return text as one line without signs that would steer a terminal."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def finding_line(finding: Finding) -> str:
    """Return a finding with its step as the option that takes it."""
    where = f" [{finding.column}]" if finding.column else ""
    said = f"{finding.what} {finding.remedy}{hint(finding.mend)}"
    return one_line(f"{finding.severity}{where}: {said}")


class Progress:
    """Says on stderr what is being done: one line a stage, and no more."""

    def __init__(self) -> None:
        self.stage = ""

    def __call__(self, share: float, what: str) -> None:
        if what != self.stage:
            self.stage = what
            print(f"{share:4.0%} {what}", file=sys.stderr, flush=True)


@contextmanager
def _new_folder(folder: Path) -> Iterator[None]:
    """Make the folder for results, and take it away again where the work ends without any."""
    from rome.store import make_folder

    new = not folder.exists()
    make_folder(folder)
    try:
        yield
    except BaseException:
        if new and not any(folder.iterdir()):
            folder.rmdir()
        raise


def _write_text(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "replace"))
    except OSError as error:
        raise SettingError(f'"{path}" can\'t be written: {error.strerror}. Choose another place.') from error
