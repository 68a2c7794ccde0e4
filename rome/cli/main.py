"""The command line: ``rome run``, ``compare``, ``score``, ``sample`` and ``report``, or ``python -m rome``.

Exit status 0 for success, 2 with one plain line on stderr for anything that the user can mend. Results go
to files, progress and findings to stderr.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rome.cli import reading
from rome.cli.networks import add_moe, moe_settings
from rome.cli.output import Progress, finding_line, one_line
from rome.cli.score import add_score
from rome.cli.table import add_table, columns, roles_of
from rome.errors import RomeError, SettingError
from rome.settings.study import Settings

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
        print(f"rome: {one_line(str(error) + reading.hint_of_error(error))}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("rome: stopped.", file=sys.stderr)
        return 130
    return 0


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
    _add_compare(commands)
    add_score(commands)
    sample = commands.add_parser("sample", help="write a sample table")
    sample.add_argument("name", metavar="NAME", help="diabetes, hiring or paper")
    sample.add_argument("--out", required=True, metavar="FILE.csv", type=Path)
    sample.set_defaults(command=_sample)
    report = commands.add_parser("report", help="write the report of a finished study")
    report.add_argument("folder", metavar="FOLDER", type=Path)
    report.add_argument("--out", required=True, metavar="FILE.html", type=Path)
    report.set_defaults(command=_report)
    return parser


def _add_compare(commands) -> None:
    compare = commands.add_parser("compare", help="compare models over repeated splits")
    add_table(compare)
    reading.add_reading(compare)
    compare.add_argument(
        "--models", metavar="M,…", type=columns, help="plain names, the reference first; default: all"
    )
    compare.add_argument("--splits", metavar="N", type=int, default=20, help="default: 20")
    compare.add_argument(
        "--budget", metavar="N", type=int, default=8, help="configurations a model may try in each split"
    )
    compare.add_argument(
        "--tune-by", metavar="C", default="worst_observed", help="worst_observed or overall loss"
    )
    compare.add_argument(
        "--latent-groups", metavar="K", type=int, default=2, help="1 leaves latent groups out"
    )
    compare.add_argument("--jobs", metavar="N", type=int, help="processes at most; default: all cores")
    compare.set_defaults(command=_compare)


def _add_run(commands) -> None:
    run = commands.add_parser("run", help="run a study on a table")
    add_table(run)
    reading.add_reading(run)
    run.add_argument("--groups", metavar="K", type=_count, default=_DEFAULTS.n_groups, help="1 to 12 or auto")
    run.add_argument(
        "--family", metavar="F", default=_DEFAULTS.family, help="em (groups of lines) or moe (neural groups)"
    )
    run.add_argument("--predictor", metavar="P", default=_DEFAULTS.predictor, help="gated or aggregate")
    run.add_argument("--criterion", metavar="C", default=_DEFAULTS.criterion, help="regret, risk or reward")
    run.add_argument(
        "--dro-strength", metavar="R", type=_strength, default=None, help="0 to 1 or recommended"
    )
    run.add_argument("--noise", metavar="N", default=_DEFAULTS.noise, help="normal or t (heavy tails)")
    run.add_argument("--gate", metavar="G", default=_DEFAULTS.gate, help="linear or flexible")
    run.add_argument(
        "--gamma", metavar="G", default=_DEFAULTS.gamma, help="of aggregate: plain or cross_fitted"
    )
    run.add_argument("--guard", metavar="G", default=_DEFAULTS.guard, help="latent or observed")
    run.add_argument(
        "--scheduler", metavar="ADDRESS", help="fit on the workers of a dask scheduler, as tcp://host:8786"
    )
    add_moe(run)
    run.set_defaults(command=_run)


def _run(options: argparse.Namespace) -> None:
    from rome import store, study
    from rome.report import render
    from rome.text import groups
    from rome.text.fixes import remedy

    settings = Settings(
        n_groups=options.groups,
        family=options.family,
        moe=moe_settings(options),
        predictor=options.predictor,
        criterion=options.criterion,
        noise=options.noise,
        gate=options.gate,
        gamma=options.gamma,
        dro_strength=options.dro_strength,
        guard=options.guard,
        observed=options.observed,
        test_size=options.test_size,
        random_state=options.seed,
    )
    with _new_folder(options.out):
        table = reading.read(options)
        roles = roles_of(table.frame, options)
        finished = study.run(table, roles, settings, progress=Progress(), scheduler=options.scheduler)
    folder = store.write_folder(finished, options.out)
    _write_text(folder / "report.html", render(finished.result))
    for finding in finished.result.findings:
        print(finding_line(finding), file=sys.stderr)
    if finished.result.verdict is not None:
        print(finished.result.verdict.sentence)
        if remedy(finished.result):
            print(remedy(finished.result))
    print(finished.result.dro.sentence)
    if len(finished.result.groups) > 1:
        for index in range(len(finished.result.groups)):
            print(one_line(groups.short_description(finished.result, index)))
    print(f"The study is in {folder}; open {folder / 'report.html'} in a browser.")


def _compare(options: argparse.Namespace) -> None:
    from rome.compare import compare, standing_lines, write_comparison

    with _new_folder(options.out):
        table = reading.read(options)
        result = compare(
            table,
            roles_of(table.frame, options),
            options.models,
            options.splits,
            options.budget,
            criterion=options.tune_by,
            test_size=options.test_size,
            latent_groups=options.latent_groups,
            observed=options.observed,
            random_state=options.seed,
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


def _sample(options: argparse.Namespace) -> None:
    from rome.datasets import load_sample

    frame = load_sample(options.name)
    _write_text(options.out, frame.to_csv(index=False))
    print(f"{len(frame):,} rows and {frame.shape[1]} columns are in {options.out}.")


def _report(options: argparse.Namespace) -> None:
    from rome.report import render_folder

    _write_text(options.out, render_folder(options.folder))
    print(f"The report is in {options.out}.")


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
