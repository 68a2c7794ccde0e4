"""How often advice and verdict differ under three seeds, and whether the sentences say that it was close.

    python -m benchmarks.three_seeds --data FOLDER [--tables insurance …] [--rows 600] [--groups 2|auto]

The rows of a table are drawn once; each seed splits them anew into training and held-out rows, draws its own
folds and starts anew.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.one_voice import Asked, finished, real
from rome.results import StudyResult
from rome.text.advice import model_name

SEEDS = (0, 1, 2)


def advised(result: StudyResult) -> tuple[str, bool]:
    """Return the advised model's name and whether the advice is said to have been close."""
    advice = result.advice
    return model_name(advice.model, advice.dro_strength), advice.near_edge


def judged(result: StudyResult) -> tuple[str, bool]:
    """Return the verdict and whether its sentence says that it is close: weak support, narrow support, or a
    gain that could be chance."""
    verdict = result.verdict
    said = f"{verdict.level} ({verdict.n_groups}, {verdict.kind})"
    narrow = verdict.level == "weak" or (verdict.gain.low <= 0 < verdict.gain.value)
    return said, narrow


def under_seeds(asked: Asked) -> list[str]:
    """Return what three seeds say of a table, a line each for advice and verdict."""
    results = [finished(asked, seed).result for seed in SEEDS]
    lines = []
    for name, of in (("advice", advised), ("verdict", judged)):
        said = [of(result) for result in results]
        kinds = (
            {result.advice.model.kind for result in results}
            if name == "advice"
            else {result.verdict.level for result in results}
        )
        same = "same" if len(kinds) == 1 else f"{len(kinds)} kinds"
        close = sum(near for _, near in said)
        told = "; ".join(words for words, _ in said)
        lines.append(f"{asked.name}: {name} {same}, said to be close in {close} of {len(said)}: {told}")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tables", nargs="+", default=None, help="default: all with a numeric outcome")
    parser.add_argument("--rows", type=int, default=600)
    parser.add_argument("--groups", type=lambda text: text if text == "auto" else int(text), default=2)
    options = parser.parse_args()
    for asked in real(options.data, rows=options.rows):
        if options.tables is not None and asked.name not in options.tables:
            continue
        began = time.perf_counter()
        for line in under_seeds(replace(asked, n_groups=options.groups)):
            print(line)
        print(f"  {time.perf_counter() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
