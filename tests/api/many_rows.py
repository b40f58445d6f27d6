"""Makes N rows for each list, and returns their names in the order of the list."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import Session, User
from accounts.services.tokens import issue_token
from jobs import transitions
from jobs.models import JobEvent, JobMinute, Series, WorkerNode
from tests.api.caller import Caller
from tests.factories import (
    OTP,
    document,
    finish,
    number_events,
    process,
    recurring,
    running,
    scheduled,
    store,
    succeeded,
)

N = 7


def many_templates(_: Caller) -> list[Any]:
    names = [f"job_{number}" for number in range(N)]
    store(*(document(name) for name in names))
    return names


def many_versions(_: Caller) -> list[Any]:
    for number in range(N):
        store(document(priority=number))
    return list(range(N, 0, -1))


def many_tokens(caller: Caller) -> list[Any]:
    assert caller.user is not None
    return [issue_token(user=caller.user, name=f"t{number}")[0].pk for number in range(N)][::-1]


def many_sessions(_: Caller) -> list[Any]:
    for _number in range(N - 1):
        Client().force_login(User.objects.get())
    return list(Session.objects.order_by("-pk").values_list("pk", flat=True))


def many_series(_: Caller) -> list[Any]:
    store(recurring(OTP))
    owned = Series.objects.get()
    # Of the same moment: then the id decides.
    for _number in range(N - 1):
        Series.objects.create(
            template_id=OTP, every_seconds=60, created_by="ann", created_at=owned.created_at
        )
    return [str(one) for one in Series.objects.order_by("created_at", "pk").values_list("pk", flat=True)]


def many_workers(_: Caller) -> list[Any]:
    names = [f"worker{number}@host" for number in range(N)]
    for name in reversed(names):
        WorkerNode.objects.create(name=name, host="host-1", pid=1, queues=[name], slots=1)
    return names


def many_processes(_: Caller) -> list[Any]:
    return sorted(process(kind).name for kind in ("beat", "web", "web", "dispatcher", "web", "web", "beat"))


def many_types_with_jobs(_: Caller) -> list[Any]:
    names = [f"type_{number}" for number in range(N)]
    succeeded()
    number_events()
    (counted,) = JobMinute.objects.values()
    JobMinute.objects.all().delete()
    JobMinute.objects.bulk_create(JobMinute(**counted | {"job_type": name}) for name in names)
    return names


def many_jobs(_: Caller) -> list[Any]:
    return [str(scheduled()) for _number in range(N)][::-1]


def many_events(_: Caller) -> list[Any]:
    attempt = running()
    transitions.request_stop(job_ids=[attempt.job_id], actor="ann")
    finish(attempt)
    return [event.kind for event in JobEvent.objects.order_by("id")]
