"""Numbers as text, to the digits that their interval bears; used by figures, report and pages alike."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor, isfinite, log10

from rome.results import Comparison
from rome.results.scores import NotCompared
from rome.stats.estimate import Estimate

#: What stands where a number could not be computed.
MISSING = "not available"
_MINUS = "\N{MINUS SIGN}"
_MOST_DECIMALS = 8
#: By how much a percentage may differ from that of the two numbers beside it before it seems wrong.
_PERCENT_FITS = 0.006


#: Why two models were not compared, as clauses.
NOT_COMPARED: Mapping[NotCompared, str] = {
    "no group ranked": "no group is large enough to be ranked; widen the grouping or use more rows"
}


def as_sentence(clause: str) -> str:
    """Return a clause with a capital and a full stop."""
    return f"{clause[:1].upper()}{clause[1:]}."


def decimals_for(resolution: float) -> int:
    """Return the decimals that show ``resolution`` (an interval's half-width) with two digits.

    Negative for wide intervals: a half-width of 2,650 bears hundreds, which is -2.
    """
    return min(1 - floor(log10(resolution)), _MOST_DECIMALS)


def _plain(value: float, decimals: int) -> str:
    """Write ``value`` to ``decimals``; where they bear no thousands, in millions or billions."""
    for name, power in (("billion", 9), ("million", 6)):
        if decimals <= 2 - power:
            return f"{_plain(value / 10**power, decimals + power)} {name}"
    text = f"{round(value, decimals):,.{max(decimals, 0)}f}"
    if text.startswith("-"):
        text = _MINUS + text[1:] if text.strip("-0.,") else text[1:]
    return text


def format_number(value: float, resolution: float | None = None) -> str:
    """Return ``value`` as text with as many digits as ``resolution`` bears.

    Parameters
    ----------
    value : float
        The number, in its own units.
    resolution : float or None
        How finely the number is known, as an interval's half-width; ``None`` gives three digits, and whole
        numbers as they are.
    """
    if value is None or not isfinite(value):
        return MISSING
    if resolution is not None and isfinite(resolution) and 1e-7 < resolution < 1e15:
        return _plain(value, decimals_for(resolution))
    if value == 0:
        return "0"
    if abs(value) >= 1e15 or abs(value) < 1e-6:
        return f"{value:.2e}".replace("-", _MINUS)
    if float(value).is_integer() and abs(value) < 1e6:
        return _plain(value, 0)
    digits = 2 - floor(log10(abs(value)))
    return _plain(value, min(digits if digits < -3 else max(digits, 0), _MOST_DECIMALS))


def half_width(low: float, high: float) -> float | None:
    """Return half the interval's width, or ``None`` where there is no interval."""
    width = (high - low) / 2
    return width if isfinite(width) and width > 0 else None


def format_estimate(estimate: Estimate, confidence: float = 0.95) -> str:
    """Return ``23.6 (95% 21.0 to 26.3)``, or the value alone where there is no interval."""
    resolution = half_width(estimate.low, estimate.high)
    value = format_number(estimate.value, resolution)
    if resolution is None or value == MISSING:
        return value
    low, high = (format_number(bound, resolution) for bound in (estimate.low, estimate.high))
    return f"{value} ({format_confidence(confidence)} {low} to {high})"


def format_confidence(confidence: float) -> str:
    """Return the level of an interval, ``95%`` or ``99.9%``."""
    return f"{100 * confidence:g}%"


def format_percent(share: float, resolution: float | None = None, signed: bool = False) -> str:
    """Return a share as a percentage: ``0.304`` is ``30%``, ``0.034`` is ``3.4%``.

    ``resolution``, an interval's half-width as a share, sets the decimals where it is known.
    """
    if share is None or not isfinite(share):
        return MISSING
    percent = 100 * share
    if resolution is None:
        decimals = 0 if abs(percent) >= 10 or percent == 0 else 1
    else:
        decimals = min(max(decimals_for(1000 * resolution), 0), 3)
    text = _plain(percent, decimals)
    plus = "+" if signed and percent > 0 and text.strip("0.") else ""
    return f"{plus}{text}%"


def format_membership(share: float) -> str:
    """Return a probability that is never quite certain: 0.998 is ``over 99%``, not ``100%``."""
    return "over 99%" if 0.995 <= share < 1 else format_percent(share)


def format_percent_interval(value: float, low: float, high: float, confidence: float = 0.95) -> str:
    """Return ``−30%, 95% −36 to −24`` for shares -0.30, -0.36 and -0.24."""
    resolution = half_width(low, high)
    text = format_percent(value, resolution, signed=True)
    if resolution is None or text == MISSING:
        return text
    if low < value < high and text in (format_percent(end, resolution, signed=True) for end in (low, high)):
        # Rounded away: the value would seem to lie on the end of its own interval.
        resolution /= 10
        text = format_percent(value, resolution, signed=True)
    bounds = [format_percent(bound, resolution, signed=True).removesuffix("%") for bound in (low, high)]
    return f"{text}, {format_confidence(confidence)} {bounds[0]} to {bounds[1]}"


def format_change(comparison: Comparison, confidence: float = 0.95) -> str:
    """Return ``23.6 → 16.5 (−30%, 95% −36 to −24)``, or the reason why there is no comparison."""
    if not (isfinite(comparison.pooled) and isfinite(comparison.rome)):
        return MISSING if comparison.reason is None else as_sentence(NOT_COMPARED[comparison.reason])
    values = _fitting(comparison, half_width(comparison.low, comparison.high))
    change = format_percent_interval(
        comparison.relative, comparison.relative_low, comparison.relative_high, confidence
    )
    return f"{values[0]} → {values[1]}" + (f" ({change})" if change != MISSING else "")


def _fitting(comparison: Comparison, resolution: float | None) -> list[str]:
    """Write both losses to as many digits as their interval bears, or as the percentage beside them needs."""
    losses = (comparison.pooled, comparison.rome)
    if resolution is not None and 1e-5 < resolution < 1e15 and isfinite(comparison.relative):
        finer = (resolution / 10**step for step in range(3))
        resolution = next((each for each in finer if _fits(comparison, decimals_for(each))), resolution)
    return [format_number(loss, resolution) for loss in losses]


def _fits(comparison: Comparison, decimals: int) -> bool:
    pooled, rome = (round(loss, decimals) for loss in (comparison.pooled, comparison.rome))
    return pooled != 0 and abs((rome - pooled) / pooled - comparison.relative) <= _PERCENT_FITS


def format_p(p_value: float) -> str:
    """Return ``p < 0.001``, ``p = 0.004`` or ``p = 0.23``."""
    if p_value is None or not isfinite(p_value):
        return f"p {MISSING}"
    if p_value < 0.001:
        return "p < 0.001"
    return f"p = {p_value:.3f}" if p_value < 0.01 else f"p = {p_value:.2f}"


def format_count(count: int) -> str:
    """Return a count with thousands marked: ``20,640``."""
    return f"{int(count):,}"
