"""`celery inspect` and `status` work as everywhere; `control` says what does it instead; nobody ends a worker by it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from kombu import Connection
from kombu.pidbox import Mailbox

from tests.support.platform import WORKER_SLOTS
from tests.support.waiting import wait_for

pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning"
)  # kombu leaves the sockets of its pools to the end


def asked(platform, *words):
    """What the one worker answers; named, it is not waited for others until the time is over."""
    with platform.api("viewer") as api:
        (worker,) = api.get("workers/").json()["results"]
    done = platform.celery("inspect", *words, "--json", "--timeout", "20", "--destination", worker["name"])
    assert done.returncode == 0, done.stdout + done.stderr
    (answer,) = json.loads(done.stdout).values()
    return answer


@pytest.mark.long  # a shell for each question
def test_status_and_the_questions_of_inspect_are_answered(platform):
    done = platform.celery("status", "--timeout", "5")
    assert (done.returncode, "1 node online" in done.stdout) == (0, True), done.stdout + done.stderr
    assert asked(platform, "ping") == {"ok": "pong"}
    assert asked(platform, "registered") == ["jobs.run"]
    (queue,) = asked(platform, "active_queues")
    assert queue["name"] == "default"
    assert asked(platform, "stats")["pool"]["max-concurrency"] == WORKER_SLOTS
    for question in ("reserved", "scheduled", "revoked"):
        assert asked(platform, question) == []
    assert asked(platform, "query_task", "no-such-id") == {}


@pytest.mark.long  # a shell for each question
def test_a_running_job_is_seen_and_no_password_is(platform):
    with platform.api("operator") as api:
        job_id = api.create("sleeper", {"seconds": 60})["job_id"]
        api.await_running(job_id)
        active = asked(platform, "active")
        api.post(f"jobs/{job_id}/terminate/").raise_for_status()
    assert job_id in json.dumps(active)
    settings = json.loads((platform.state_dir / "settings.json").read_text())
    told = json.dumps([asked(platform, "conf"), asked(platform, "report")])
    passwords = [settings[url].rpartition("@")[0].rpartition(":")[2] for url in ("BROKER_URL", "REDIS_URL")]
    for secret in [settings["SECRET_KEY"], *passwords]:
        assert secret in ("", "guest") or secret not in told


@pytest.mark.parametrize("pool", ["solo", "threads"])
def test_a_worker_with_another_pool_says_what_to_write_instead(platform, pool):
    done = platform.celery("--quiet", "worker", "--pool", pool)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "Workers run each job in a process: leave out --pool, or say --pool=prefork."
    )


@pytest.mark.parametrize("words", [["shutdown"], ["drain", "--now"], []])
def test_control_answers_one_sentence(platform, words):
    pids = platform.pids()
    done = platform.celery("control", *words)
    assert done.returncode not in (0, None)
    (line,) = (done.stdout + done.stderr).strip().splitlines()
    for word in ("drain", "pause", "terminate", "REMOTE_CONTROL=1"):
        assert word in line
    assert platform.pids() == pids


@pytest.fixture
def mailbox(platform):
    """Talks to the workers as somebody who can write to the broker."""
    url = json.loads((platform.state_dir / "run.json").read_text())["broker_url"]
    with Connection(url) as connection:
        yield Mailbox(f"restjobscheduler.{platform.name}.control", type="fanout", accept=["json"])(connection)


COMMANDS: dict[str, dict[str, Any]] = {
    "shutdown": {},
    "revoke": {"task_id": "*", "terminate": True, "signal": "KILL"},
    "pool_shrink": {"n": 99},
    "pool_restart": {},
    "cancel_consumer": {"queue": "default"},
    "rate_limit": {"task_name": "jobs.run", "rate_limit": "1/h"},
    "time_limit": {"task_name": "jobs.run", "hard": 0.1},
    "enable_events": {},
    "hello": {"from_node": "x", "revoked": {"a": 1}},
    "memdump": {},
    "no_such_command": {"x": ["y" * 100_000]},
}


def test_whoever_writes_to_the_broker_ends_neither_jobs_nor_workers(platform, mailbox):
    pids = platform.pids()
    with platform.api("operator") as api:
        job_id = api.create("sleeper", {"seconds": 60})["job_id"]
        api.await_running(job_id)
        for command, arguments in COMMANDS.items():
            arguments = {**arguments, **({"task_id": job_id} if command == "revoke" else {})}
            mailbox.abcast(command, arguments)
        (reply,) = mailbox.multi_call("shutdown", timeout=10, limit=1)
        assert "drain" in next(iter(reply.values()))["error"]
        assert api.job(job_id)["state"] == "running"
        # The queue is still served, by all slots.
        others = [api.create("sleeper", {"seconds": 60})["job_id"] for _ in range(WORKER_SLOTS - 1)]
        for other in others:
            api.await_running(other)
        for one in (job_id, *others):
            api.post(f"jobs/{one}/terminate/").raise_for_status()
            assert api.await_end(one)["state"] == "terminated"
    assert platform.pids() == pids


def test_requests_of_any_shape_leave_it_answering(platform, mailbox):
    pids = platform.pids()
    exchange = mailbox.exchange
    with mailbox.connection.Producer(serializer="json") as producer:
        for body in (
            7,
            [],
            {"method": ["ping"]},
            {"method": "ping", "reply_to": {"exchange": "amq.topic", "routing_key": "x"}, "ticket": 7},
            {"method": "ping", "reply_to": {"exchange": "", "routing_key": "default"}, "ticket": "1"},
            {"method": "ping", "pattern": "(a+)+$" * 10, "matcher": "pcre", "destination": None},
            {"method": "ping", "destination": {"a": 1}},
            {"method": "query_task", "arguments": {"ids": ["x"] * 10_000}},
            {"method": "conf", "arguments": {"state": 1}, "unknown": {}},
            "x" * 200_000,
        ):
            producer.publish(body, exchange=exchange.name, declare=[exchange], headers={"clock": "no number"})
        for content_type in ("application/x-python-serialize", "application/data", "text/plain"):
            producer.publish(
                b"\x80", exchange=exchange.name, content_type=content_type, content_encoding="zlib"
            )
    wait_for("it answers again", lambda: mailbox.multi_call("ping", timeout=3, limit=1), within=20)
    assert platform.pids() == pids


@pytest.mark.parametrize("platform", ["embedded"], indirect=True)
def test_with_the_setting_celery_has_its_commands(platform):
    done = platform.celery("control", "--list", REMOTE_CONTROL="1")
    assert done.returncode == 0
    assert "shutdown" in done.stdout
