"""A comparison in plain lines: the standings of one grouping, best first."""

from __future__ import annotations

from rome.compare.result import ComparisonResult, ScoredGrouping, Standing

_WHOSE = {
    "overall": "Everybody",
    "observed": "Worst observed group",
    "latent": "Worst latent group",
}


def standing_lines(result: ComparisonResult, grouping: ScoredGrouping) -> tuple[str, ...]:
    """Return a heading and one line a model: its mean loss over splits and how it stands to the reference."""
    reference = result.models[0]
    head = (
        f"{_WHOSE[grouping]}: {result.metric}, mean over {result.settings.n_splits} splits, against "
        f'"{reference.name}"'
    )
    return head, *(f"  {_line(standing, reference.name)}" for standing in result.standings(grouping))


def _line(standing: Standing, reference: str) -> str:
    name = f"{standing.model:<16}"
    if standing.n_splits == 0:
        return f"{name} no split in which it could be scored"
    start = f"{name} {standing.loss:.4g}"
    if standing.model == reference:
        return f"{start}  (reference)"
    if standing.n_splits == 1:
        return f"{start}  (one split: no interval)"
    change, low, high = (100 * value for value in standing.relative)
    return (
        f"{start}  {change:+.1f}% (95% {low:+.1f} to {high:+.1f}), p = {standing.p_holm:.2g} after Holm, "
        f"{standing.wins} of {standing.n_splits} splits better"
    )
