"""What one study says of every real table: are there groups, and does it recommend ROME or one model.

    python -m benchmarks.results_studies --data FOLDER [--tables law_school …] [--rows 5000] [--groups 2|auto]

A study with its defaults (seed 0, the strength chosen on validation rows, confirmed on held-out rows), of the
same tables and rows as ``benchmarks.results_table``.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from benchmarks.real_tables import SOURCES, real_table
from rome import study
from rome.settings.study import Settings
from rome.text.advice import recommendation_sentence
from rome.text.verdict import verdict_detail


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tables", nargs="+", default=list(SOURCES))
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--groups", type=lambda text: text if text == "auto" else int(text), default=2)
    asked = parser.parse_args()
    for name in asked.tables:
        began = time.perf_counter()
        real = real_table(asked.data, name, asked.rows)
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
