"""Long-running work in other processes: requesting it, following it, cancelling it, finding its results.

``JobQueue(Library(), Processes(2)).submit(study_request(table, roles, settings), follower)`` returns a
``Job``.
"""

from rome.jobs.attempt import ACTIVE, Outcome, Progress, State
from rome.jobs.comparisons import Asked, asked_comparisons, has_comparison, load_comparison
from rome.jobs.kinds import Kind, register
from rome.jobs.perform import InProcess, Runner
from rome.jobs.processes import Processes, default_count, share_of_cores
from rome.jobs.progress import JobReporter
from rome.jobs.queue import Job, JobQueue
from rome.jobs.request import Request
from rome.jobs.work import (
    advice_of,
    advice_request,
    compare_request,
    has_umap,
    read_umap,
    study_request,
    umap_identity,
    umap_request,
)

__all__ = [
    "ACTIVE",
    "Asked",
    "InProcess",
    "Job",
    "JobQueue",
    "JobReporter",
    "Kind",
    "Outcome",
    "Processes",
    "Progress",
    "Request",
    "Runner",
    "State",
    "advice_of",
    "advice_request",
    "asked_comparisons",
    "compare_request",
    "default_count",
    "has_comparison",
    "has_umap",
    "load_comparison",
    "read_umap",
    "register",
    "share_of_cores",
    "study_request",
    "umap_identity",
    "umap_request",
]
