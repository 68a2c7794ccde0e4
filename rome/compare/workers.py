"""Tasks on several cores: one process each, one thread in each, and an end when it is asked for."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, wait

from joblib import cpu_count
from joblib.externals.loky import ProcessPoolExecutor

from rome.compare.work import Bench, Job, Task
from rome.errors import RomeError
from rome.runtime.threads import one_thread
from rome.settings.spec import check_number

#: Seconds between two looks at whether the work should stop.
_LOOK = 0.5
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_bench: list[Bench] = []


def cores(n_jobs: int | None, n_tasks: int) -> int:
    """Return how many processes to use: those asked for, at most the cores, at most the tasks."""
    if n_jobs is not None:
        check_number("n_jobs", n_jobs, 1, 10_000, whole=True)
    available = min(cpu_count(), len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 10_000)
    return max(1, min(available, n_tasks, available if n_jobs is None else int(n_jobs)))


def done_tasks(job: Job, tasks: Sequence[Task], n_processes: int, look: Callable[[], None]) -> Iterator[Task]:
    """Do the tasks and yield each when it is done; ``look`` is called often, and may raise to stop.

    With one process they are done here, in order.
    """
    if n_processes == 1:
        bench = Bench(job)
        with one_thread():
            for task in tasks:
                bench.do(task, look)
                yield task
        return
    # A pool of our own: joblib's shared one may be at work for somebody else, and ours ends by force.
    set_up = {"initializer": _take, "initargs": (job, os.getpid())}
    pool = ProcessPoolExecutor(n_processes, **set_up, env=_ONE_THREAD, timeout=60)
    try:
        waiting = {pool.submit(_do, task): task for task in tasks}
        while waiting:
            look()
            finished, _ = wait(waiting, timeout=_LOOK, return_when=FIRST_COMPLETED)
            for future in finished:
                future.result()
                yield waiting.pop(future)
    except BrokenExecutor as error:
        raise RomeError(
            "A process of the comparison ended by itself, most likely for want of memory, with "
            f"{n_processes} at work. Run it again with fewer (n_jobs); "
            "what is done is kept where a folder was given."
        ) from error
    finally:
        # Nothing is lost: a task either wrote its file or begins again next time.
        pool.shutdown(wait=True, kill_workers=True)


def _take(job: Job, parent: int) -> None:
    """Set up a worker process."""
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _bench[:] = [Bench(job)]


def _end_with(parent: int) -> None:
    """End this process soon after its parent, however that went: else it would fit on for nobody."""
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os._exit(1)


def _do(task: Task) -> None:
    with one_thread():
        _bench[0].do(task)
