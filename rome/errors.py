"""Every error and warning that ROME raises on purpose.

Each message names the thing, the value that was seen and the remedy, in plain words, so that the
command line and the dashboard can show it as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class RomeError(ValueError):
    """Root of every error that ROME raises on purpose; the message is meant for the user."""


class TableError(RomeError):
    """A file can't be read as a table.

    Parameters
    ----------
    message : str
        What is wrong, and what to do, in words that fit any place.
    option : str or None
        The option of the reading that may mend it, as "separator": a page shows its control, a command line
        names its flag.
    """

    def __init__(self, message: str, option: str | None = None) -> None:
        super().__init__(message)
        self.option = option


class ColumnError(RomeError):
    """A column is missing, or can't play the role that it was given."""


class OutcomeError(RomeError):
    """The outcome column can't be modelled: what is wrong, and what to do."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what, remedy)
        self.what, self.remedy = what, remedy

    def __str__(self) -> str:
        return _joined(self.what, self.remedy)


class PredictionError(OutcomeError):
    """A column of predictions can't be audited: what is wrong, and what to do."""


class TooFewRowsError(RomeError):
    """Fewer rows than a fit, or a study's honest split, needs."""


class OneValueGroupError(RomeError):
    """A group of a mixture is hardly more than one value of the outcome, so that it counts as none."""


class SettingError(RomeError):
    """A setting is outside the values that it can take."""


class StoreError(RomeError):
    """A study can't be read from, or written to, a folder."""


class Cancelled(Exception):
    """The caller asked for the work to stop; not a fault, so not a ``RomeError``."""


class RomeWarning(UserWarning):
    """Something an analyst should know before acting on the numbers: what it is, and what to do."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what, remedy)
        self.what, self.remedy = what, remedy

    def __str__(self) -> str:
        return _joined(self.what, self.remedy)


class FewRowsWarning(RomeWarning):
    """Fewer rows than free parameters: there is a fit, but it says next to nothing."""


class DegenerateGroupWarning(RomeWarning):
    """A group is nearly empty, or its spread has collapsed onto the floor."""


class StandardErrorWarning(RomeWarning):
    """The rows don't determine a coefficient, so that it has no standard error."""


class ColumnWarning(RomeWarning):
    """A column adds nothing, or separates: the model is fitted, but its coefficients mean little.

    Parameters
    ----------
    what, remedy : str
        What is odd, with ``{columns}`` where the columns are named, and what to do.
    columns : sequence of int
        Positions in X of the columns that it is about.
    names : sequence of str
        Their names there.
    """

    def __init__(self, what: str, remedy: str, columns: Iterable[int], names: Iterable[str]) -> None:
        self.columns, self.names = tuple(columns), tuple(names)
        named = what.format(columns=" and ".join(f'"{name}"' for name in self.names))
        super().__init__(named, remedy)
        self.args = (what, remedy, self.columns, self.names)

    def renamed(self, names: Iterable[str]) -> ColumnWarning:
        """Return the same warning with other names for its columns."""
        what, remedy, *_ = self.args
        return type(self)(what, remedy, self.columns, names)


class CollinearColumnsWarning(ColumnWarning):
    """Columns determine each other, so that none of them has a coefficient of its own."""


class ConstantColumnWarning(ColumnWarning):
    """A column has one value in all rows."""


class SeparationWarning(ColumnWarning):
    """A column tells groups, or outcomes, apart without exception; only the ridge keeps its coefficient."""


class HeavyTailsWarning(RomeWarning):
    """Residuals of a group lie far outside a normal distribution."""


class OverdispersionWarning(RomeWarning):
    """Counts of a group scatter more than Poisson counts with their means do."""


def _joined(what: str, remedy: str) -> str:
    return f"{what} {remedy}" if remedy else what


def nearest(name: str, known: Iterable[str]) -> str:
    """Return `` The nearest name is "x".`` for the closest known name, or an empty string."""
    known = [str(option) for option in known]
    by_lower = {option.lower(): option for option in known}
    match = get_close_matches(str(name).lower(), by_lower, n=1, cutoff=0.4)
    contains = [option for option in known if str(name).lower() in option.lower()]
    best = by_lower[match[0]] if match else (contains[0] if contains else None)
    return f' The nearest name is "{best}".' if best else ""
