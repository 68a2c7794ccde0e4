"""Columns become checked matrices: roles, checks and findings, outcome, coding, design, split."""

from rome.table.checks import check_table
from rome.table.columns import numbers
from rome.table.design import Design, Term
from rome.table.finding import Finding, Fix, Severity
from rome.table.fingerprint import fingerprint
from rome.table.guess import guess_roles
from rome.table.outcome import OutcomeValues, outcome_values
from rome.table.reading.options import ReadingOptions
from rome.table.reading.read import Reading, Table, read_table
from rome.table.roles import ROLES, Role, Roles
from rome.table.split import Split, UsableRows, split_rows, usable_rows

__all__ = [
    "ROLES",
    "Design",
    "Finding",
    "Fix",
    "OutcomeValues",
    "Reading",
    "ReadingOptions",
    "Role",
    "Roles",
    "Severity",
    "Split",
    "Table",
    "Term",
    "UsableRows",
    "check_table",
    "fingerprint",
    "guess_roles",
    "numbers",
    "outcome_values",
    "read_table",
    "split_rows",
    "usable_rows",
]
