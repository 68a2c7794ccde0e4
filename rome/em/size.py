"""How many rows a mixture needs: fewer than its free parameters bear a fit, but no conclusion."""

from __future__ import annotations

import warnings

from rome.errors import FewRowsWarning, TooFewRowsError

#: Rows a group below which nothing is fitted: one row has no spread.
FEWEST_ROWS_A_GROUP = 2


def free_parameters(n_groups: int, n_experts: int, n_gate: int, outcome: str, noise: str = "normal") -> int:
    """Return the free parameters of a mixture: β and, for a numeric outcome, σ (and df) of each group, and γ.

    Parameters
    ----------
    n_groups : int
    n_experts, n_gate : int
        Columns of the experts and of the gate, without the intercept.
    outcome : {"numeric", "binary"}
    noise : {"normal", "t"}
    """
    per_group = n_experts + 1 + (outcome == "numeric") * (2 if noise == "t" else 1)
    return int(n_groups * per_group + (n_groups - 1) * (n_gate + 1))


def require_rows(
    rows: int, n_groups: int, n_experts: int, n_gate: int, outcome: str, noise: str = "normal"
) -> None:
    """Raise ``TooFewRowsError`` where several groups have more free parameters than ``rows``.

    One group is ordinary least squares, which has a minimum-norm answer however few the rows.
    """
    needed = free_parameters(n_groups, n_experts, n_gate, outcome, noise)
    if n_groups > 1 and rows < needed:
        raise TooFewRowsError(_message(rows, n_groups, n_experts, n_gate, needed))


def warn_of_few_rows(
    rows: int, n_groups: int, n_experts: int, n_gate: int, outcome: str, noise: str = "normal"
) -> None:
    """Warn where ``require_rows`` would raise, and raise below ``FEWEST_ROWS_A_GROUP`` rows a group.

    Between the two a fit exists (minimum norm, variances on their floor) and says next to nothing; an
    estimator gives it with a warning, a study refuses it.
    """
    needed = free_parameters(n_groups, n_experts, n_gate, outcome, noise)
    if n_groups == 1 or rows >= needed:
        return
    message = _message(rows, n_groups, n_experts, n_gate, needed)
    if rows < FEWEST_ROWS_A_GROUP * n_groups:
        raise TooFewRowsError(message)
    warnings.warn(message, FewRowsWarning, stacklevel=4)


def _message(rows: int, n_groups: int, n_experts: int, n_gate: int, needed: int) -> str:
    return (
        f"{n_groups:g} groups on {n_experts} expert and {n_gate} gate columns have {needed} free parameters, "
        f"but n_samples = {rows}. Use fewer groups or fewer columns, or more rows."
    )
