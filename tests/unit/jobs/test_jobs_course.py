"""The course of work in real processes: progress, result, errors, cancel, death, and restarts."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest
from job_waits import ME, OTHER, wait_for

from rome.errors import SettingError, StoreError
from rome.jobs import JobQueue, Processes, Request
from rome.jobs.attempt import Attempt
from rome.store import Library


def _steady(seconds: float, **more: object) -> Request:
    return Request("steady", {"seconds": seconds, **more})


def _begun(job, stage: str = "Working"):
    return wait_for(lambda: (told := job.progress()) is not None and told.stage == stage and told)


def test_progress_grows_and_the_result_is_what_the_work_returned(desk, ended):
    job = desk.submit(_steady(0.6, echo="x"), ME)
    shares = []
    while (outcome := job.outcome()) is None:
        told = job.progress()
        shares.append(told.share if told else 0.0)
        time.sleep(0.05)
    assert shares == sorted(shares)
    assert len(set(shares)) > 2
    assert outcome.state == job.state() == "done"
    assert outcome.result["echo"] == "x"
    assert outcome.result["pid"] != os.getpid()
    told = job.progress()
    assert [what for _, what in told.log] == ["Starting", "Working"]
    assert told.curve[0] == (1, 1, 1.0)


def test_a_warm_worker_gives_a_first_sign_within_a_second_and_a_half(desk, ended):
    ended(desk.submit(_steady(0.0), ME))
    started = time.monotonic()
    job = desk.submit(_steady(3.0), ME)
    _begun(job)
    assert time.monotonic() - started < 1.5
    job.cancel(ME)


def test_a_table_arrives_as_it_was_sent(desk, ended):
    from rome.table import read_table

    table = read_table(b"a;b\n1,5;2\n3,5;\n", "t.csv")
    job = desk.submit(Request("sum", table=table), ME)
    assert ended(job).result == {"a": 5.0, "b": 2.0}
    sent = Request("sum", table=table)
    folder = desk.library.root / "copy"
    folder.mkdir()
    sent.write(folder)
    back = Request.read(folder)
    assert back.identity == sent.identity
    assert (back.table.name, back.table.reading, back.table.findings) == (
        "t.csv",
        table.reading,
        table.findings,
    )
    np.testing.assert_array_equal(back.table.frame.to_numpy(), table.frame.to_numpy())


def test_the_rows_of_ended_work_do_not_stay_behind(desk, ended):
    from rome.table import read_table

    job = desk.submit(Request("sum", table=read_table(b"a,b\n1,2\n3,4\n", "t.csv")), ME)
    ended(job)
    wait_for(lambda: not list(job.attempt.folder.glob("table.*")), 2)


def test_an_error_that_is_meant_for_the_user_keeps_its_words(desk, ended):
    outcome = ended(desk.submit(Request("faulty"), ME))
    assert (outcome.state, outcome.message) == ("failed", "The dial is at 11; it goes from 0 to 1.")
    assert outcome.details == ""


def test_an_error_that_nobody_expected_is_told_with_a_traceback_for_the_log(desk, ended):
    outcome = ended(desk.submit(Request("faulty", {"expected": False}), ME))
    assert outcome.state == "broken"
    assert "ZeroDivisionError: by nought" in outcome.message
    assert "Traceback" in outcome.details


def test_an_unknown_kind_of_work_is_refused_before_anything_is_written(desk, tmp_path):
    with pytest.raises(SettingError, match='no kind of work "stedy"'):
        desk.submit(Request("stedy"), ME)
    assert not (tmp_path / "jobs").exists()


@pytest.mark.parametrize("kind", ["steady", "deaf"])
def test_a_cancel_ends_the_work_within_two_seconds_and_leaves_a_worker_for_the_next(desk, ended, kind):
    job = desk.submit(Request(kind, {"seconds": 60.0}), ME)
    _begun(job, {"steady": "Working", "deaf": "Deaf"}[kind])
    asked = time.monotonic()
    job.cancel(ME)
    assert job.state() == "cancelled"
    wait_for(job.attempt.outcome, 5)
    # Two seconds are promised; the rest is for a machine that does other things too.
    assert time.monotonic() - asked < 3.5
    assert ended(desk.submit(_steady(0.0, echo=kind), ME)).state == "done"


def test_work_that_is_cancelled_while_it_waits_is_never_begun(desk):
    busy = [desk.submit(_steady(60.0, echo=number), ME) for number in range(2)]
    for job in busy:
        _begun(job)
    waiting = desk.submit(_steady(60.0, echo="waits"), ME)
    time.sleep(0.3)
    assert waiting.state() == "waiting"
    waiting.cancel(ME)
    for job in busy:
        job.cancel(ME)
    wait_for(waiting.attempt.outcome, 5)
    assert waiting.progress() is None


def test_a_killed_worker_is_seen_and_its_work_can_be_asked_again(desk, ended):
    from rome.table import read_table

    table = read_table(b"a,b\n1,2\n3,4\n", "t.csv")
    job = desk.submit(Request("dying", table=table), ME)
    outcome = ended(job)
    assert outcome.state == "killed"
    assert "memory" in outcome.message
    assert job.can_repeat()
    again = desk.again(job, ME)
    assert again.identity == job.identity
    assert again.attempt != job.attempt
    assert ended(again).state == "killed"


def test_what_others_do_survives_the_death_of_one_worker(desk, ended):
    other = desk.submit(_steady(2.0, echo="survives"), ME)
    _begun(other)
    assert ended(desk.submit(Request("dying"), ME)).state == "killed"
    assert ended(other).result["echo"] == "survives"


def test_the_same_content_is_the_same_work_and_is_done_once(desk, ended):
    first, second = (desk.submit(_steady(0.5, echo="same"), follower) for follower in (ME, OTHER))
    assert first.attempt == second.attempt
    assert ended(first) == ended(second)
    third = desk.submit(_steady(0.5, echo="other"), ME)
    assert third.identity != first.identity
    third.cancel(ME)


def test_one_of_two_followers_who_gives_up_does_not_stop_the_other(desk):
    mine = desk.submit(_steady(60.0, echo="two"), ME)
    theirs = desk.submit(_steady(60.0, echo="two"), OTHER)
    _begun(mine)
    mine.cancel(ME)
    time.sleep(0.5)
    assert theirs.state() == "running"
    assert not mine.followed_by(ME)
    theirs.cancel(OTHER)
    wait_for(theirs.attempt.outcome, 5)
    assert theirs.state() == "cancelled"


def test_work_that_was_cancelled_can_be_asked_again_at_once(desk, ended):
    job = desk.submit(_steady(0.8, echo="again"), ME)
    _begun(job)
    job.cancel(ME)
    again = desk.submit(_steady(0.8, echo="again"), ME)
    assert again.attempt != job.attempt
    assert ended(again).state == "done"


def test_a_restarted_server_finds_orphans_interrupted_and_can_repeat_them(tmp_path, processes, ended):
    first = Processes(1, ["odd_work"])
    job = JobQueue(Library(tmp_path), first).submit(_steady(60.0, echo="orphan"), ME)
    _begun(job)
    pids = first.pids()
    first.close()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    desk = JobQueue(Library(tmp_path), processes)
    found = desk.job(job.identity)
    assert found.state() == "interrupted"
    assert found.request.arguments["echo"] == "orphan"
    assert not found.can_repeat(), "without a table there is nothing to repeat from"
    again = desk.submit(found.request, ME)
    _begun(again)
    again.cancel(ME)
    wait_for(again.attempt.outcome, 5)


def test_a_worker_ends_with_its_server_even_if_that_is_killed(tmp_path):
    import subprocess
    import sys

    code = (
        "import time; from rome.jobs import Processes; runner = Processes(1);"
        "print(*runner.pids(), flush=True); time.sleep(60)"
    )
    server = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    pid = int(server.stdout.readline())
    server.send_signal(signal.SIGKILL)
    server.wait()
    server.stdout.close()
    wait_for(lambda: not _runs(pid), 20)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    # A process that ended and that nobody has asked after is none.
    return not stat.exists() or stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_a_folder_that_disappears_takes_no_other_work_with_it(desk, ended):
    import shutil

    job = desk.submit(_steady(1.0, echo="gone"), ME)
    _begun(job)
    shutil.rmtree(job.attempt.folder)
    assert ended(desk.submit(_steady(0.1, echo="next"), ME)).state == "done"
    time.sleep(1.2)
    assert ended(desk.submit(_steady(0.1, echo="after"), ME)).state == "done"


def test_a_followers_key_is_no_path(desk):
    with pytest.raises(StoreError, match="no follower"):
        desk.submit(_steady(0.0), "../../etc")


def test_ended_work_is_forgotten_after_a_week_and_running_work_never(desk, ended):
    old, young = (desk.submit(_steady(0.0, echo=echo), ME) for echo in ("old", "young"))
    running = desk.submit(_steady(60.0, echo="running"), ME)
    for job in (old, young):
        ended(job)
    long_ago = time.time() - 8 * 24 * 3600
    for job in (old, running):
        os.utime(job.attempt.folder, (long_ago, long_ago))
    draft = desk.library.root / "jobs" / old.identity / ".draft"
    draft.mkdir()
    os.utime(draft, (long_ago, long_ago))
    desk.tidy()
    assert not draft.exists()
    assert desk.job(old.identity) is None
    assert desk.job(young.identity) is not None
    assert Attempt(running.attempt.folder).state() in ("waiting", "running")
    running.cancel(ME)
