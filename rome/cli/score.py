"""``rome score``: the rows of a new table under a finished study."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rome.cli import output, reading


def add_score(commands) -> None:
    """Add the command to the command line's subparsers."""
    score = commands.add_parser("score", help="score a new table with a finished study")
    score.add_argument("study", metavar="STUDY", type=Path, help="the folder that rome run wrote")
    score.add_argument("table", metavar="TABLE", help="CSV, TSV, gzip, Parquet or .xlsx, told by its content")
    score.add_argument("--out", required=True, metavar="FILE.csv", type=Path, help="one line a row")
    score.add_argument("--json", action="store_true", help="print the summary as JSON")
    reading.add_reading(score)
    score.set_defaults(command=_score)


def _score(options: argparse.Namespace) -> None:
    from rome.score import load_scorer, read_to_score, score, summary_document, write_csv
    from rome.score.words import summary_lines
    from rome.serialize.csv_json import to_json

    scorer = load_scorer(options.study)
    table = read_to_score(options.table, scorer.study, told=reading.told(options))
    scored = score(table, scorer, output.Progress())
    path = write_csv(scored, options.out, table.frame, scorer.study.roles.ids)
    for finding in scored.findings:
        print(output.finding_line(finding), file=sys.stderr)
    if options.json:
        print(to_json(summary_document(scored)).decode())
        return
    for line in summary_lines(scored):
        print(output.one_line(line))
    print(f"One line for each of {len(scored.rows.row):,} rows is in {path}.")
