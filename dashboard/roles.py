"""What an analyst decides about a table: each column's role, and every step that can be taken back. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from rome.table import Fix, ReadingOptions, Role, Roles
from rome.table.roles import role_among

Field = Literal["outcome", "sensitive", "allowed", "features", "weight", "prediction"]
ROLE_FIELDS: tuple[Role, ...] = (
    "outcome",
    "feature",
    "sensitive",
    "sensitive_allowed",
    "weight",
    "prediction",
    "id",
)
#: Roles that one column has at most.
_SINGLE: tuple[Role, ...] = ("outcome", "weight", "prediction")


@dataclass(frozen=True)
class RolesChoice:
    """What the roles form shows: every column of the table has at most one role in it.

    ``columns`` are all columns in the table's order; those named nowhere are left out of the study.
    """

    columns: tuple[str, ...]
    outcome: str | None
    sensitive: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    weight: str | None = None
    ids: tuple[str, ...] = ()
    prediction: str | None = None

    @classmethod
    def from_guess(cls, guess: Mapping[str, Role]) -> RolesChoice:
        """Return the form's start from one guessed role for every column."""
        having = {role: tuple(name for name, given in guess.items() if given == role) for role in ROLE_FIELDS}
        sensitive = [name for name, role in guess.items() if role in ("sensitive", "sensitive_allowed")]
        return cls(
            columns=tuple(guess),
            outcome=next(iter(having["outcome"]), None),
            sensitive=tuple(sensitive),
            allowed=having["sensitive_allowed"],
            features=having["feature"],
            weight=next(iter(having["weight"]), None),
            ids=having["id"],
            prediction=next(iter(having["prediction"]), None),
        )

    @classmethod
    def from_roles(cls, columns: Iterable[str], roles: Roles) -> RolesChoice:
        """Return the form's start from roles that are known, as a sample's are."""
        return cls.from_guess({column: roles.role_of(column) for column in columns})

    @property
    def left_out(self) -> tuple[str, ...]:
        """The columns that the study does not read."""
        return tuple(name for name in self.columns if name not in self._used())

    def roles(self) -> Roles:
        """Return the roles of the choice.

        Raises
        ------
        ColumnError
            There is no outcome, no sensitive column or no feature.
        """
        assignment = {column: self.role_of(column) for column in self.columns}
        roles = Roles.from_assignment(assignment)
        roles.validate(self.columns)
        return roles

    def after(self, field: Field, chosen: str | Iterable[str] | None) -> RolesChoice:
        """Return the choice after one control was set to ``chosen``.

        A column that is given a new role loses its old one; one that stops being the outcome, the weight
        or sensitive becomes a feature; one that stops being a feature is left out.
        """
        if field in _SINGLE:
            return self._with_single(field, chosen)
        names = tuple(name for name in self.columns if name in set(chosen or ()))
        if field == "allowed":
            return replace(self, allowed=tuple(name for name in names if name in self.sensitive))
        freed = () if field == "features" else tuple(name for name in self.sensitive if name not in names)
        taken = self._without(names)
        moved = replace(taken, **{field: names})
        return moved._tidy(moved.features + freed)

    def given(self, column: str, role: Role) -> RolesChoice:
        """Return the choice after one column was given a role.

        A study has one outcome, weight and prediction: the column that was it before becomes a feature, but
        one that was the prediction is left out.
        """
        assignment = {name: self.role_of(name) for name in self.columns}
        if role in _SINGLE:
            freed = "ignore" if role == "prediction" else "feature"
            assignment |= {name: freed for name, held in assignment.items() if held == role}
        return RolesChoice.from_guess(assignment | {column: role})

    def carried_to(self, guess: RolesChoice) -> RolesChoice:
        """Return ``guess``, for the table as it is read now, with the roles that its columns had before."""
        kept = {name: self.role_of(name) for name in guess.columns if name in self.columns}
        start = guess
        for role in _SINGLE:
            if role in kept.values():
                start = RolesChoice.from_guess(
                    {
                        name: "feature" if start.role_of(name) == role else start.role_of(name)
                        for name in start.columns
                    }
                )
        return RolesChoice.from_guess({name: kept.get(name, start.role_of(name)) for name in start.columns})

    @property
    def lacks(self) -> Literal["outcome", "sensitive", "features", ""]:
        """The role that a study needs and no column has; empty where nothing lacks."""
        if self.outcome is None:
            return "outcome"
        if not self.sensitive:
            return "sensitive"
        return "" if self.features or self.allowed else "features"

    def _with_single(self, field: str, name: str | None) -> RolesChoice:
        before = getattr(self, field)
        # A prediction would give the outcome away: what no longer is it, is left out.
        freed = () if before in (None, name) or field == "prediction" else (before,)
        moved = replace(self._without((name,) if name else ()), **{field: name})
        return moved._tidy(moved.features + freed)

    def _without(self, names: tuple[str, ...]) -> RolesChoice:
        """Return the choice in which ``names`` have no role yet."""
        return replace(
            self,
            outcome=None if self.outcome in names else self.outcome,
            weight=None if self.weight in names else self.weight,
            prediction=None if self.prediction in names else self.prediction,
            sensitive=tuple(name for name in self.sensitive if name not in names),
            features=tuple(name for name in self.features if name not in names),
            ids=tuple(name for name in self.ids if name not in names),
        )

    def _tidy(self, features: tuple[str, ...]) -> RolesChoice:
        """Return the choice with ``features`` in the table's order and ``allowed`` among the sensitive."""
        return replace(
            self,
            features=tuple(name for name in self.columns if name in features),
            allowed=tuple(name for name in self.allowed if name in self.sensitive),
        )

    def _used(self) -> set[str]:
        single = {name for name in (self.outcome, self.weight, self.prediction) if name is not None}
        return single | set(self.sensitive) | set(self.features)

    def role_of(self, column: str) -> Role:
        """Return the role that ``column`` has in the form."""
        return role_among(self, column)


@dataclass(frozen=True)
class TakenFix:
    """A finding's step that was taken. ``role`` is what its column had been, where a role was changed."""

    fix: Fix
    role: Role | None = None


@dataclass(frozen=True)
class Version:
    """How a table is read and what its columns are at one moment, with the steps that led there."""

    options: ReadingOptions
    choice: RolesChoice
    fixes: tuple[TakenFix, ...] = field(default=())

    def after(self, fixes: Iterable[Fix]) -> Version:
        """Return the version after some steps; one that was taken already changes nothing."""
        version = self
        for fix in fixes:
            if fix not in (each.fix for each in version.fixes):
                version = version._after(fix)
        return version

    def without(self, undone: TakenFix) -> Version:
        """Return the version as if one step had not been taken; the others stay."""
        rest = tuple(each for each in self.fixes if each != undone)
        fix = undone.fix
        if fix.needs_reading:
            return replace(self, options=self.options.without_fix(fix), fixes=rest)
        return replace(self, choice=self.choice.given(str(fix.column), undone.role or "feature"), fixes=rest)

    def settled(self) -> Version:
        """Return the version without the steps that an edit by hand has overtaken."""
        return replace(self, fixes=tuple(each for each in self.fixes if self._holds(each.fix)))

    def _after(self, fix: Fix) -> Version:
        if fix.needs_reading:
            return replace(self, options=self.options.with_fix(fix), fixes=(*self.fixes, TakenFix(fix)))
        column = str(fix.column)
        done = TakenFix(fix, self.choice.role_of(column))
        return replace(self, choice=self.choice.given(column, fix.role), fixes=(*self.fixes, done))

    def _holds(self, fix: Fix) -> bool:
        if fix.needs_reading:
            return self.options.with_fix(fix) == self.options
        return self.choice.role_of(str(fix.column)) == fix.role
