"""How often what is said of failed groups is true: the worst group's interval, and groups failed by chance.

``python -m benchmarks.failed_calibration --tables 400`` draws tables of held-out rows whose groups are
equally bad, nearly so, or far apart, and prints how often the interval of the worst group's error holds the
truth, beside what the percentiles of the resampled maximum would do; then, on tables in which nobody is
failed, how often an observed group or a slice is said to be.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rome.groups.failed import against_everybody
from rome.groups.groupings import from_labels
from rome.groups.rules import Attribute
from rome.groups.slices import find_slices
from rome.stats.bootstrap import Resampling, group_sums, resampled_group_sums

RESAMPLES = 400
ATTRIBUTES = tuple(Attribute(f"x{place}", f"x{place}", "numeric", False) for place in range(6))


@dataclass(frozen=True)
class Case:
    """Held-out rows in groups of equal share with these standard deviations; ``tail`` are the degrees of
    freedom of Student's t, None for normal errors."""

    name: str
    rows: int
    spreads: tuple[float, ...]
    tail: int | None = None

    def draw(self, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the residuals and the group of each row."""
        rng = np.random.default_rng([2711, seed])
        group = rng.integers(0, len(self.spreads), self.rows)
        return noise(rng, self.rows, self.tail) * np.array(self.spreads)[group], group


CASES = (
    Case("four tied", 600, (1, 1, 1, 1)),
    Case("four nearly tied", 600, (1, 1, 1, 1.1)),
    Case("four apart", 600, (1, 1, 1, 2)),
    Case("eight tied", 300, (1,) * 8),
    Case("twenty tied", 2000, (1,) * 20),
    Case("four tied, t(5)", 600, (1, 1, 1, 1), 5),
    Case("four apart, t(5)", 600, (1, 1, 1, 2), 5),
)


def noise(rng: np.random.Generator, rows: int, tail: int | None) -> np.ndarray:
    """Return errors of variance 1."""
    if tail is None:
        return rng.standard_normal(rows)
    return rng.standard_t(tail, rows) / np.sqrt(tail / (tail - 2))


def worst_covered(case: Case, seed: int) -> tuple[bool, bool]:
    """Return whether the worst group's interval, and the percentiles of the maximum, hold the truth."""
    residual, group = case.draw(seed)
    weights = np.eye(len(case.spreads))[group]
    columns = np.column_stack([np.ones(case.rows), residual**2])
    resampling = Resampling(case.rows, RESAMPLES, seed)
    sums = [resampled_group_sums(counts, weights, columns) for counts in resampling.counts()]
    point, again = group_sums(weights, columns), np.concatenate(sums)
    losses = again[..., 1] / again[..., 0]
    truth = max(spread**2 for spread in case.spreads)
    found = resampling.largest(point[:, 1] / point[:, 0], losses)
    low, high = resampling.limits(losses.max(axis=1))
    return found.low <= truth <= found.high, low <= truth <= high


def failed_by_chance(rows: int, groups: int, tail: int | None, seed: int) -> tuple[bool, bool]:
    """Return whether an observed group, and whether a slice, is called failed where nobody is."""
    rng = np.random.default_rng([2712, seed])
    residual, values = noise(rng, rows, tail), rng.standard_normal((rows, len(ATTRIBUTES)))
    observed = from_labels(rng.integers(0, groups, rows).astype(str))
    half, ones = rows // 2, np.ones(rows)
    slices = find_slices(values[:half], ATTRIBUTES, residual[:half] ** 2, ones[:half], 30)
    candidates = slices.candidate_groups(values[half:])
    asked = (("observed", observed, slice(None)), ("slice", candidates, slice(half, None)))
    found = []
    for grouping, grouped, part in asked:
        size = len(residual[part])
        scored = against_everybody(
            grouping,
            grouped,
            residual[part],
            {"pooled": np.zeros(size)},
            ones[part],
            kind="numeric",
            resampling=Resampling(size, RESAMPLES, seed),
            min_group_size=30,
        )
        found.append(any(group.is_failed for group in scored))
    return found[0], found[1]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.failed_calibration", description=__doc__)
    parser.add_argument("--tables", type=int, default=400)
    tables = parser.parse_args(arguments).tables
    print("95% interval of the worst group's error holds the truth (percentiles of the maximum)")
    for case in CASES:
        shares = np.mean([worst_covered(case, seed) for seed in range(tables)], axis=0)
        print(f"  {case.name}, {case.rows} rows: {shares[0]:.3f} ({shares[1]:.3f})", flush=True)
    print("Nobody is failed, and is said to be: an observed group of 8, a slice")
    for rows in (600, 2000):
        for tail in (None, 5):
            found = [failed_by_chance(rows, 8, tail, seed) for seed in range(tables)]
            observed, by_slice = np.mean(found, axis=0)
            errors = "normal" if tail is None else f"t({tail})"
            print(f"  {rows} rows, {errors}: {observed:.3f}, {by_slice:.3f}", flush=True)


if __name__ == "__main__":
    main()
