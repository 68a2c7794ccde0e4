"""Which column plays which part in a study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Literal, Protocol, get_args

from rome.errors import ColumnError, nearest

Role = Literal["outcome", "feature", "sensitive", "sensitive_allowed", "weight", "prediction", "id", "ignore"]
ROLES: tuple[Role, ...] = get_args(Role)


class Assigned(Protocol):
    """Anything that says which columns have which role."""

    outcome: str | None
    weight: str | None
    prediction: str | None
    allowed: tuple[str, ...]
    sensitive: tuple[str, ...]
    features: tuple[str, ...]
    ids: tuple[str, ...]


def role_among(assigned: Assigned, column: str) -> Role:
    """Return the role that ``assigned`` gives ``column``; one that is not mentioned is ignored."""
    if column == assigned.outcome:
        return "outcome"
    if column == assigned.weight:
        return "weight"
    if column == assigned.prediction:
        return "prediction"
    if column in assigned.allowed:
        return "sensitive_allowed"
    named = ((assigned.sensitive, "sensitive"), (assigned.features, "feature"), (assigned.ids, "id"))
    return next((role for names, role in named if column in names), "ignore")


@dataclass(frozen=True)
class Roles:
    """The part of every column that matters to a study.

    Parameters
    ----------
    outcome : str
        The column to predict.
    features : tuple of str
        Ordinary columns: they enter the outcome model, and never the gate.
    sensitive : tuple of str
        Every sensitive column, in order: they enter the gate.
    allowed : tuple of str
        The sensitive columns that may enter the outcome model too; a subset of ``sensitive``.
    weight : str or None
        A column of case weights.
    ids, ignored : tuple of str
        Columns that are carried along, or left out.
    prediction : str or None
        The predictions of a model to be audited; no model of the study sees them.
    """

    outcome: str
    features: tuple[str, ...]
    sensitive: tuple[str, ...]
    allowed: tuple[str, ...] = ()
    weight: str | None = None
    ids: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    prediction: str | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in _SINGLE:
                continue
            if isinstance(value, str):
                raise ColumnError(
                    f'{field.name} is the single word "{value}"; give a list of names, like ["{value}"].'
                )
            object.__setattr__(self, field.name, tuple(value))
        self._check_one_role_each()

    @property
    def expert_columns(self) -> tuple[str, ...]:
        """Columns that the outcome model sees: the features, then the allowed sensitive ones."""
        return self.features + self.allowed

    @property
    def gate_columns(self) -> tuple[str, ...]:
        """Columns that move membership: all the sensitive ones."""
        return self.sensitive

    @property
    def used_columns(self) -> tuple[str, ...]:
        """Every column that a study reads: outcome, features, sensitive ones, weight and prediction."""
        single = (name for name in (self.weight, self.prediction) if name is not None)
        return (self.outcome, *self.features, *self.sensitive, *single)

    def role_of(self, column: str) -> Role:
        """Return the role of ``column``; one that is not mentioned is ignored."""
        return role_among(self, column)

    def validate(self, columns: Iterable[str]) -> None:
        """Raise unless a study can be made of these roles on a table with ``columns``.

        Raises
        ------
        ColumnError
            A column is not in the table, or twice, or there is no sensitive column, or no feature.
        """
        columns = list(columns)
        for name, option in self._named():
            if name not in columns:
                raise ColumnError(_absent(name, option, columns))
            if columns.count(name) > 1:
                raise ColumnError(
                    f'{columns.count(name)} columns of the table are called "{name}". Rename all but one.'
                )
        if not self.sensitive:
            raise ColumnError(
                "No column is sensitive, and ROME needs at least one to look for groups by. "
                'Give one the role "sensitive" on the Data page, or pass sensitive=["age"].'
            )
        if not self.expert_columns:
            raise ColumnError(
                "No column is a feature, so there is nothing to predict the outcome from. "
                'Give one the role "feature" on the Data page, or pass features=["name"].'
            )

    def as_dict(self) -> dict[str, object]:
        """Return the roles as plain values, ready for JSON; ``prediction`` only where one is given."""
        plain = {
            name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()
        }
        if self.prediction is None:
            del plain["prediction"]
        return plain

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> Roles:
        """Return roles from what ``as_dict`` gave; an unknown name is an error."""
        known = [field.name for field in fields(cls)]
        for name in values:
            if name not in known:
                raise ColumnError(f'There is no list of columns called "{name}".{nearest(name, known)}')
        for name in ("outcome", "features", "sensitive"):
            if name not in values:
                raise ColumnError(f'The roles hold no "{name}"; give outcome, features and sensitive.')
        return cls(**values)

    @classmethod
    def from_assignment(cls, assignment: Mapping[str, Role]) -> Roles:
        """Return roles from one role for every column, in the table's order.

        Raises
        ------
        ColumnError
            No outcome or more than one, more than one weight or prediction, or a role that does not exist.
        """
        for column, role in assignment.items():
            if role not in ROLES:
                raise ColumnError(
                    f'Column "{column}" has the role {role!r}; it can be {", ".join(ROLES)}.'
                    f"{nearest(str(role), ROLES)}"
                )
        having = {role: tuple(name for name, given in assignment.items() if given == role) for role in ROLES}
        allowed = having["sensitive_allowed"]
        return cls(
            outcome=_the_one_outcome(having["outcome"], len(assignment)),
            features=having["feature"],
            sensitive=tuple(n for n, r in assignment.items() if r in ("sensitive", "sensitive_allowed")),
            allowed=allowed,
            weight=_at_most_one("weight", having["weight"]),
            prediction=_at_most_one("prediction", having["prediction"]),
            ids=having["id"],
            ignored=having["ignore"],
        )

    def _named(self) -> list[tuple[str, str]]:
        """Every column with the option that names it in code."""
        named = [(getattr(self, option), option) for option in _SINGLE]
        single = [(name, option) for name, option in named if name is not None]
        several = ("features", "sensitive", "ids", "ignored")
        return single + [(name, option) for option in several for name in getattr(self, option)]

    def _check_one_role_each(self) -> None:
        seen: dict[str, str] = {}
        for name, option in self._named():
            if name in seen:
                raise ColumnError(
                    f'Column "{name}" is given twice: as {seen[name]} and as {option}. Give it one role.'
                )
            seen[name] = option
        for name in self.allowed:
            if name not in self.sensitive:
                raise ColumnError(
                    f'Column "{name}" is allowed in prediction but is not among the sensitive columns '
                    f"({', '.join(self.sensitive) or 'none'}). List it in both, or make it a feature."
                )


#: Roles of one column each.
_SINGLE = ("outcome", "weight", "prediction")


def _absent(name: str, option: str, columns: list[str]) -> str:
    what = {"features": "Feature", "sensitive": "Sensitive"} | {each: each.capitalize() for each in _SINGLE}
    closest = nearest(name, columns)
    example = closest.split('"')[1] if closest else "name"
    passed = f'{option}="{example}"' if option in _SINGLE else f'{option}=["{example}"]'
    noun = f"{what[option]} column" if option in what else "Column"
    return (
        f'{noun} "{name}" is not in the table ({len(columns)} columns).{closest} '
        f"Choose one on the Data page, or pass {passed}."
    )


def _the_one_outcome(outcomes: tuple[str, ...], n_columns: int) -> str:
    if not outcomes:
        raise ColumnError(
            f'No column of {n_columns} is the outcome. Give the one to predict the role "outcome" on the '
            'Data page, or pass outcome="name".'
        )
    if len(outcomes) > 1:
        raise ColumnError(
            f"{len(outcomes)} columns are outcomes ({', '.join(outcomes)}); a study predicts one. "
            "Keep one and make the others features, or leave them out."
        )
    return outcomes[0]


def _at_most_one(role: str, columns: tuple[str, ...]) -> str | None:
    if len(columns) > 1:
        raise ColumnError(
            f"{len(columns)} columns are {role}s ({', '.join(columns)}); a study takes one at most. "
            "Keep one and leave the others out."
        )
    return columns[0] if columns else None
