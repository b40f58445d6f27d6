"""Programs that a handler starts in any way end with its job, and what they print is in the job's log."""

import itertools
from contextlib import suppress

import psutil
import pytest

from tests.support.waiting import wait_for

pytestmark = pytest.mark.parametrize("platform", ["embedded"], indirect=True)
# So many seconds that no other program of the machine sleeps as long.
_numbers = itertools.count(71_003)
PRINTED = [
    ("info", "from a program"),
    ("error", "its error"),
    ("info", "from os.system"),
    ("info", "from os.write"),
]


def sleepers(seconds):
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if (process.info["cmdline"] and process.info["cmdline"][-1].endswith(f"sleep {seconds}"))
        or process.info["cmdline"] == ["sleep", str(seconds)]
    ]


def gone(seconds):
    wait_for("the programs are gone", lambda: not sleepers(seconds), within=10)


def test_those_left_behind_end_with_the_job_and_the_log_says_so(platform):
    seconds = next(_numbers)
    with platform.api("operator") as api:
        job = api.await_end(api.create("program_starter", {"seconds": seconds, "stays": False})["job_id"])
        assert (job["state"], job["result"]) == ("succeeded", "left")
        lines = [(line["level"], line["text"]) for line in api.log(job["job_id"])]
        assert [line for line in lines if line[0] == "info"] == [
            line for line in PRINTED if line[0] == "info"
        ]
        assert PRINTED[1] in lines
        assert any(level == "warning" for level, _ in lines)
    gone(seconds)


def test_those_that_run_when_it_is_stopped_end_with_it(platform):
    seconds = next(_numbers)
    with platform.api("operator") as api:
        job_id = api.create("program_starter", {"seconds": seconds})["job_id"]
        wait_for("both programs run", lambda: len(sleepers(seconds)) >= 2, within=20)
        api.post(f"jobs/{job_id}/terminate/").raise_for_status()
        assert api.await_end(job_id)["state"] == "terminated"
    gone(seconds)


@pytest.mark.parametrize("way", ["daemon", "grandchild", "fork_stays"])
def test_no_process_of_any_kind_outlives_its_job(platform, way):
    with platform.api("operator") as api:
        job = api.await_end(api.create("spoiler", {"way": way})["job_id"])
        assert job["state"] == "succeeded"
        wait_for("nothing runs but handler processes", lambda: not has_left_some(platform), within=10)


def has_left_some(platform):
    """Whether a slot has more below it than its handler process."""
    with suppress(psutil.NoSuchProcess):  # one ended meanwhile: looked at again
        slots = psutil.Process(platform.pids()["worker"]).children()
        return any(len(slot.children(recursive=True)) > 1 for slot in slots)
    return True


@pytest.mark.parametrize("victim", ["handler", "slot", pytest.param("worker", marks=pytest.mark.long)])
def test_they_end_when_a_process_above_them_is_killed(platform, victim):
    seconds = next(_numbers)
    with platform.api("operator") as api:
        job_id = api.create("program_starter", {"seconds": seconds})["job_id"]
        (run,) = wait_for("it runs", lambda: direct_sleeps(seconds), within=20)
        above = run.parents()
        place = [one.pid for one in above].index(platform.pids()["worker"])
        handler, slot, worker = above[place - 2 : place + 1]
        {"handler": handler, "slot": slot, "worker": worker}[victim].kill()
        wait_for("those of the first run are gone", lambda: not run.is_running(), within=15)
        api.await_running(job_id, within=60)
        api.post(f"jobs/{job_id}/terminate/").raise_for_status()
        assert api.await_end(job_id, within=60)["state"] == "terminated"
    gone(seconds)


def direct_sleeps(seconds):
    return [process for process in sleepers(seconds) if process.info["cmdline"] == ["sleep", str(seconds)]][
        :1
    ]
