"""Every sentence that the user reads, besides those that ``rome`` says about a table or a study."""

from dashboard.wording import compare, data, figures, groups, journey, report, running, train
from dashboard.wording.escape import plain

__all__ = ["compare", "data", "figures", "groups", "journey", "plain", "report", "running", "train"]
