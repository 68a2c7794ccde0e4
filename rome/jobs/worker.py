"""A worker process: ``python -m rome.jobs.worker MODULE…``, a folder of an attempt on each line of its input.

It imports beforehand what studies need, does one piece of work after another, and ends with its input: when
the server that started it is gone, however it went.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
from pathlib import Path


def main(modules: list[str]) -> None:
    """Serve until the input ends."""
    # Ctrl-C in the server's terminal reaches all processes; this one ends when the server does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(waiting,), daemon=True).start()

    from rome.jobs import kinds
    from rome.jobs.attempt import Attempt
    from rome.jobs.perform import perform

    kinds.load((*kinds.OWN, *modules))
    while True:
        perform(Attempt(Path(os.fsdecode(waiting.get()))))


def _listen(waiting: queue.SimpleQueue[bytes]) -> None:
    """Pass lines on; leave at once, amid whatever is being done, when there will be no more."""
    # As bytes: a folder's name may be no text in this process's encoding, nor in the server's. Without a
    # buffer: its lock, held while there is nothing to read, would make an orderly end of the process a crash.
    with open(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as lines:
        for line in lines:
            waiting.put(line.rstrip(b"\n"))
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
