"""What one study says of every real table: are there groups, and does it recommend ROME or one model.

    python -m benchmarks.results_studies --data FOLDER [--tables law_school …] [--rows 5000] [--groups 2|auto]

A study with its defaults (seed 0, the strength chosen on validation rows, confirmed on held-out rows), of the
same tables and rows as ``benchmarks.results_table``. ``--evidence`` asks of the training rows of that study
only what the groups are, with two groups and with the number left to the data.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from benchmarks.real_tables import SOURCES, RealTable, real_table
from benchmarks.verdict_calibration import judge_twice
from rome import study
from rome.evidence import Problem
from rome.settings.study import Settings
from rome.study.prepare import prepare
from rome.text.advice import recommendation_sentence
from rome.text.verdict import null_model_words, verdict_detail


def _evidence(name: str, real: RealTable) -> str:
    """Return what the groups of a study's training rows are, in one line."""
    data, settings = prepare(real.table.frame, real.roles, Settings()), Settings()
    train = data.train
    problem = Problem(
        data.X[train],
        data.y[train],
        data.weights[train],
        data.design.gate_index,
        data.design.expert_index,
        data.outcome.kind,
        settings.random_state,
    )
    found = judge_twice("real", name, 0, problem.limited())
    chosen = f"{found.said} groups, {found.suggested} suggested"
    most = f"at most {found.errors:.1f} errors over {null_model_words(found.hardest)}"
    return f"{name}: {found.n} rows; two groups: {found.two}; auto: {found.auto} ({chosen}; {most})"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tables", nargs="+", default=list(SOURCES))
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--groups", type=lambda text: text if text == "auto" else int(text), default=2)
    parser.add_argument("--evidence", action="store_true")
    asked = parser.parse_args()
    for name in asked.tables:
        began = time.perf_counter()
        real = real_table(asked.data, name, asked.rows)
        if asked.evidence:
            print(_evidence(name, real), flush=True)
            continue
        result = study.run(real.table, real.roles, Settings(n_groups=asked.groups)).result
        print(
            f"\n{name}: {result.data.used:,} rows, {asked.groups} groups asked, {result.fit.n_groups} fitted"
        )
        if result.verdict is not None:
            print(f"  {result.verdict.level}: {verdict_detail(result)}")
        print(f"  {recommendation_sentence(result)}")
        print(f"  {time.perf_counter() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
