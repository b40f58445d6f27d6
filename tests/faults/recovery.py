"""After a fault: how long until a new job runs, what was lost runs again, and everybody sees it."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING

from tests.faults import bounds, evidence, invariants, watches
from tests.faults.audience import Watcher

if TYPE_CHECKING:
    from tests.faults.performance import Performance

LONGEST_SECONDS = 180.0  # a deadline for slow machines; the bounds say what was promised
LOOK_EVERY_SECONDS = 0.25
Versions = dict[str, tuple[str, int]]  # job -> type, version


def of_a_new_job(play: Performance, key: uuid.UUID, *, when: str) -> None:
    """That it runs at all is what every test asks for."""
    began = time.monotonic()
    job_id = _create(play, key)
    while not _has_ended(play, job_id):
        _give_up("a job runs again", began)
    _note_new_job(play, time.monotonic() - began, when)


def of_everything(play: Performance, key: uuid.UUID, *, when: str) -> None:
    """Also of what was lost, and of what clients show: it waits for all of it."""
    began = time.monotonic()
    with play.stage.sql() as sql:
        lost = watches.died(sql)
        told = {job_id: (job.job_type, job.version) for job_id, job in evidence.read_jobs(sql).items()}
    job_id = _create(play, key)
    open_questions = {bounds.NEW_JOB, bounds.LOST, bounds.SHOWN}
    while open_questions:
        passed = time.monotonic() - began
        if bounds.NEW_JOB in open_questions and _has_ended(play, job_id):
            open_questions.remove(bounds.NEW_JOB)
            _note_new_job(play, passed, when)
        if bounds.LOST in open_questions and _made_up_for(play, lost):
            open_questions.remove(bounds.LOST)
            if lost:
                play.bounds.note(bounds.LOST, passed, when)
        if bounds.SHOWN in open_questions and all(_shows(one, told) for one in play.audience.watchers):
            open_questions.remove(bounds.SHOWN)
            play.bounds.note(bounds.SHOWN, passed, when)
        if open_questions:
            _give_up(" and ".join(sorted(open_questions)), began)


def _create(play: Performance, key: uuid.UUID) -> str:
    with play.stage.api("operator") as api:
        job_id = play.load.create(api, {"job_type": "laborer", "priority": 9}, str(key))
    assert job_id, "no job could be created"
    return job_id


def _note_new_job(play: Performance, seconds: float, when: str) -> None:
    is_brokers = "rabbitmq" in when or "queue" in when
    play.bounds.note(bounds.NEW_JOB_BROKER if is_brokers else bounds.NEW_JOB, seconds, when)


def _has_ended(play: Performance, job_id: str) -> bool:
    with play.stage.sql() as sql:
        row = sql.execute("SELECT state FROM jobs_job WHERE id = %s", [job_id]).fetchone()
    return row is not None and row["state"] in invariants.TERMINAL


def _made_up_for(play: Performance, lost: watches.Attempts) -> bool:
    if not lost:
        return True
    with play.stage.sql() as sql:
        return not watches.not_made_up_for(sql, lost)


def _shows(watcher: Watcher, told: Versions) -> bool:
    return all(
        watcher.seen.get(job_id, ("", 0))[1] >= version
        for job_id, (job_type, version) in told.items()
        if watcher.wants(job_type)
    )


def _give_up(what: str, began: float) -> None:
    assert time.monotonic() < began + LONGEST_SECONDS, f"not within {LONGEST_SECONDS:g} s: {what}"
    time.sleep(LOOK_EVERY_SECONDS)
