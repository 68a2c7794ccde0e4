"""What was changed on the Data page, and how each step is taken back: pure, tested without a browser."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from dashboard.roles_choice import RolesChoice
from rome.table import Fix, ReadingOptions, Role


@dataclass(frozen=True)
class Mended:
    """A finding's step that was taken. ``role`` is what its column had been, where a role was changed."""

    mend: Fix
    role: Role | None = None


@dataclass(frozen=True)
class Version:
    """How a table is read and what its columns are at one moment, with the steps that led there."""

    options: ReadingOptions
    choice: RolesChoice
    mended: tuple[Mended, ...] = field(default=())

    def after(self, mends: Iterable[Fix]) -> Version:
        """Return the version after some steps; one that was taken already changes nothing."""
        version = self
        for mend in mends:
            if mend not in (each.mend for each in version.mended):
                version = version._after(mend)
        return version

    def without(self, undone: Mended) -> Version:
        """Return the version as if one step had not been taken; the others stay."""
        rest = tuple(each for each in self.mended if each != undone)
        mend = undone.mend
        if mend.needs_reading:
            return replace(self, options=self.options.without_fix(mend), mended=rest)
        return replace(
            self, choice=self.choice.given(str(mend.column), undone.role or "feature"), mended=rest
        )

    def settled(self) -> Version:
        """Return the version without the steps that an edit by hand has overtaken."""
        return replace(self, mended=tuple(each for each in self.mended if self._holds(each.mend)))

    def _after(self, mend: Fix) -> Version:
        if mend.needs_reading:
            return replace(self, options=self.options.with_fix(mend), mended=(*self.mended, Mended(mend)))
        column = str(mend.column)
        done = Mended(mend, self.choice.role_of(column))
        return replace(self, choice=self.choice.given(column, "ignore"), mended=(*self.mended, done))

    def _holds(self, mend: Fix) -> bool:
        if mend.needs_reading:
            return self.options.with_fix(mend) == self.options
        return self.choice.role_of(str(mend.column)) == "ignore"
