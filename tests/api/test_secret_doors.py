"""No secret value is shown anywhere: routes and pages, websocket frames, the command line, exports, the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.roles import Role
from foundation.encryption import unseal
from jobs.live.frames import frame
from jobs.models import Job, Series
from jobs.read import queries, records
from jobs.services.execute import run_jobs
from jobs.services.series_editing import create_series
from tests.api.caller import Caller
from tests.api.people import group_and_grant
from tests.api.routes import api_routes, readable
from tests.factories import EDITOR, WORKER, document, enqueue, number_events, operation, scheduled, store
from tests.support.shell import run_jobs_command

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "trial_job"
OF_TEMPLATE, OF_JOB, OF_SERIES = "s3cret-of-template", "s3cret-of-job", "s3cret-of-series"
TELLS = """
print(data["api_key"])
job.log("key %s", data["api_key"])
job.progress(10, data["api_key"])
if job.attempt == 1:
    raise ValueError(data["api_key"])
return data
"""


@pytest.fixture
def things(write_handler: Callable[..., None], transactional_db: None) -> dict[str, Any]:
    """Creates a template, a series and jobs whose handler logs their secrets; returns their ids for addresses."""
    write_handler(NAME, TELLS)
    fields = {"api_key": {"type": "secret"}}
    for label in ("one", "two"):
        store(
            document(
                NAME, label=label, payload_schema=fields, payload={"api_key": OF_TEMPLATE}, maxAttempts=2
            )
        )
    changes = {"payload": {"api_key": OF_SERIES}, "every_seconds": 600}
    series_id = create_series(job_type=NAME, fields=changes, actor=EDITOR)
    job_id = scheduled(NAME, payload={"api_key": OF_JOB})
    for _ in range(2):
        run_jobs(job_ids=[enqueue(job_id)], worker=WORKER, queues=["default"])
    waiting = scheduled(NAME, payload={"api_key": OF_JOB})
    number_events()
    assert Job.objects.get(pk=job_id).state == "succeeded"
    assert unseal(Job.objects.get(pk=waiting).secrets) == {"api_key": OF_JOB}
    assert unseal(Series.objects.get(pk=series_id).secrets) == {"api_key": OF_SERIES}
    return {
        "job_type": NAME,
        "job_id": job_id,
        "series_id": series_id,
        "operation_id": operation(),
        "username": "admin-person",
        "version": 2,
        **group_and_grant(),
    }


def test_no_route_shows_it_neither_as_json_nor_as_a_page(things: dict[str, Any]) -> None:
    admin = Caller(Role.ADMIN)
    for route in sorted({route for method, route in api_routes() if method == "GET"}):
        for accepted in ("application/json", "text/html"):
            answer = admin.get(readable(route, **things), Accept=accepted)
            assert answer.status_code == 200, route
            assert b"s3cret" not in answer.content, f"{route} as {accepted}"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("jobs/", {"job_type": NAME, "payload": {"api_key": "s3cret-new"}}),
        ("series/", {"job_type": NAME, "payload": {"api_key": "s3cret-new"}, "every_seconds": 9}),
        (f"templates/{NAME}/validate/", {"payload": {"api_key": "s3cret-new"}}),
        (
            "templates/import/?dry_run",
            {NAME: {"payload_schema": {"api_key": {"type": "secret", "minLength": 99}}}},
        ),
        (f"templates/{NAME}/validate/", {"payload": {"api_key": 4711, "other": "s3cret-other"}}),
    ],
)
def test_no_answer_shows_what_was_sent(things: dict[str, Any], path: str, body: dict[str, Any]) -> None:
    if path.startswith("templates/import"):
        body = {NAME: document(NAME, payload={"api_key": "s3cret-new"}) | body[NAME]}
    answer = Caller(Role.ADMIN).post(path, body)
    assert answer.status_code in (200, 201, 400)
    assert b"s3cret" not in answer.content


def test_no_page_of_the_admin_shows_it(things: dict[str, Any]) -> None:
    client: Client = Caller(Role.ADMIN).client
    for page in (
        "restjob_jobs/job/",
        f"restjob_jobs/job/{things['job_id']}/change/",
        "restjob_jobs/series/",
        f"restjob_jobs/series/{things['series_id']}/change/",
        "templates_app/jobtemplate/",
        f"templates_app/jobtemplate/{NAME}/change/",
        "templates_app/jobtemplate/export/",
        "restjob_accounts/auditentry/",
    ):
        answer = client.get(f"/admin/{page}", follow=True)
        assert answer.status_code == 200, page
        assert b"s3cret" not in answer.content, page


def test_no_frame_shows_it(things: dict[str, Any]) -> None:
    facts = queries.waiting_facts()
    frames = [frame(event, facts=facts) for event in records.events_after(0, limit=1000)]
    texts = [one.text for one in frames if one is not None]
    assert any("job_log" in text for text in texts)
    assert "$encrypted$" in texts[0]
    assert not [text for text in texts if "s3cret" in text]


def test_no_command_shows_it(things: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    told_on_the_shell = [
        run_jobs_command(*words).out
        for words in (
            ("list", "--json"),
            ("show", things["job_id"]),
            ("show", "--json", things["job_id"]),
            ("log", things["job_id"]),
        )
    ]
    call_command("export_templates")
    told_on_the_shell.append(capsys.readouterr().out)
    assert all("$encrypted$" in one for one in told_on_the_shell)
    assert not [one for one in told_on_the_shell if "s3cret" in one]


def columns_with(text: str) -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'
            AND data_type IN ('text', 'character varying', 'jsonb')"""
        )
        found = set()
        for table, column in cursor.fetchall():
            cursor.execute(
                f"""SELECT EXISTS (SELECT FROM "{table}" WHERE position(%s IN "{column}"::text) > 0)""",
                [text],
            )
            if cursor.fetchone() == (True,):
                found.add((table, column))
        return found


def test_it_stands_in_no_column_of_the_database(things: dict[str, Any]) -> None:
    assert columns_with("s3cret") == set()
    assert columns_with("$encrypted$") >= {
        ("jobs_job", "payload"),
        ("jobs_job", "result"),
        ("jobs_event", "snapshot"),
        ("jobs_log", "lines"),
        ("jobs_series", "payload"),
        ("templates_app_templateversion", "document"),
    }
