"""How many groups, and are they there: evidence from rows that the judged fits never saw."""

from rome.evidence.reality import judge
from rome.evidence.selection import select, settle
from rome.evidence.sweep import Problem, Sweep, sweep

__all__ = ["Problem", "Sweep", "judge", "select", "settle", "sweep"]
