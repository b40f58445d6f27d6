"""The audit trail over REST: what people did by any door, in pages and as a stream of lines."""

import json
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.test import AsyncClient
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry
from accounts.origin import Origin, Via
from accounts.roles import Actor, Role
from accounts.services.users import create_user
from jobs.models import JobEvent
from jobs.services.control import terminate_job
from tests.api.caller import Caller, refused
from tests.factories import OTP, document, finish, recurring, running, scheduled, store

pytestmark = pytest.mark.django_db
BEN = Actor("ben", Role.EDITOR, origin=Origin(Via.API, "192.0.2.7", "token:3"))


@pytest.fixture
def admin():
    return Caller(Role.ADMIN)


def rows(admin, query=""):
    return admin.client.get(f"/api/v1/audit/{query}").json()["results"]


def test_an_entry_tells_who_from_where_and_what_changed(admin):
    audit.record(
        BEN, "group_changed", "group:ops", before={"name": "ops", "x": 1}, after={"name": "dev", "x": 1}
    )
    (row,) = rows(admin, "?object=group:ops")
    entry = AuditEntry.objects.get(action="group_changed")
    assert row == {
        "id": str(entry.pk),
        "at": row["at"],
        "actor": "ben",
        "on_behalf_of": "token:3",
        "address": "192.0.2.7",
        "via": "api",
        "action": "group_changed",
        "object": "group:ops",
        "before": {"name": "ops"},
        "after": {"name": "dev"},
    }


def test_what_happened_to_jobs_is_among_the_entries_newest_first(admin):
    store(document(OTP))
    created = admin.client.post(
        "/api/v1/jobs/",
        {"job_type": OTP, "payload": {"user_id": 1}},
        "application/json",
        REMOTE_ADDR="192.0.2.9",
    )
    assert created.status_code == 201, created.content
    job_id = created.json()["job_id"]
    audit.record(BEN, "tested", "session:all")
    admin.client.post(f"/api/v1/jobs/{job_id}/terminate/")
    found = rows(admin, "?page_size=3")
    assert [row["action"] for row in found] == ["job_terminated", "tested", "job_created"]
    assert {row["object"] for row in found} == {f"job:{job_id}", "session:all"}
    assert (found[2]["actor"], found[2]["address"], found[2]["after"]) == (
        admin.user.username,
        "192.0.2.9",
        {"job_type": OTP},
    )


def test_what_the_platform_does_to_jobs_is_not(admin):
    finish(running())
    store(recurring(OTP))
    assert JobEvent.objects.filter(via=None, kind="job_created").exists()
    assert JobEvent.objects.filter(via=None, kind="job_terminated").exists()
    assert [row for row in rows(admin) if row["object"].startswith("job:")] == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?actor=ben", {"a", "b"}),
        ("?action=b", {"b"}),
        ("?object=user:x", {"a"}),
        ("?via=api&actor=ben", {"a", "b"}),
        ("?via=cli", set()),
        ("?object=job:no-id", set()),
        ("?action=job_created", set()),
    ],
)
def test_filters_select(admin, query, expected):
    audit.record(BEN, "a", "user:x")
    audit.record(BEN, "b", "user:y")
    assert {row["action"] for row in rows(admin, query)} == expected


def test_times_select_entries_and_events(admin):
    store(document(OTP))
    early = scheduled()
    terminate_job(job_id=early, actor=BEN)
    audit.record(BEN, "early", "user:x")
    middle = timezone.now()
    late = scheduled()
    terminate_job(job_id=late, actor=BEN)
    audit.record(BEN, "late", "user:x")
    stamp = middle.isoformat().replace("+00:00", "Z")
    assert [row["action"] for row in rows(admin, f"?actor=ben&before={stamp}")] == ["early", "job_terminated"]
    assert [row["object"] for row in rows(admin, f"?actor=ben&after={stamp}")] == ["user:x", f"job:{late}"]


def test_the_timeline_of_a_job_has_all_that_was_done_to_it(admin):
    store(document(OTP))
    job, other = scheduled(), scheduled()
    for one in (job, other):
        terminate_job(job_id=one, actor=BEN)
    assert [(row["action"], row["actor"]) for row in rows(admin, f"?object=job:{job}&via=api")] == [
        ("job_terminated", "ben")
    ]


@pytest.mark.parametrize("size", [1, 3, 4])
def test_pages_lead_there_and_back(admin, size):
    store(document(OTP))
    for number in range(3):
        audit.record(BEN, f"number_{number}", "user:x")
        terminate_job(job_id=scheduled(), actor=BEN)
    expected = [row["id"] for row in rows(admin, "?actor=ben")]
    assert len(expected) == 6

    def walk(address, link):
        seen = []
        while address:
            page = admin.client.get(address).json()
            seen.append([row["id"] for row in page["results"]])
            address, last = page[link], address
        return seen, last

    forth, last = walk(f"/api/v1/audit/?actor=ben&page_size={size}", "next")
    assert [one for page in forth for one in page] == expected
    back, _ = walk(last, "previous")
    assert back == forth[::-1]


def test_all_that_matches_comes_as_lines(admin, monkeypatch):
    monkeypatch.setattr("jobs.api.audit_lines.ROWS_A_CHUNK", 2)
    for number in range(5):
        audit.record(BEN, f"number_{number}", "user:x")
    answer = admin.client.get("/api/v1/audit/?actor=ben", HTTP_ACCEPT="application/x-ndjson")
    assert answer["Content-Type"] == "application/x-ndjson"
    lines = b"".join(answer.streaming_content).splitlines()
    assert [json.loads(line)["action"] for line in lines] == [
        f"number_{number}" for number in (4, 3, 2, 1, 0)
    ]


@pytest.mark.django_db(transaction=True)
async def test_lines_are_streamed_by_the_asgi_process_too(monkeypatch):
    monkeypatch.setattr("jobs.api.audit_lines.ROWS_A_CHUNK", 2)

    @sync_to_async
    def prepare():
        for number in range(5):
            audit.record(BEN, f"number_{number}", "user:x")
        return create_user(name="root", role=Role.ADMIN)

    client = AsyncClient()
    await client.aforce_login(await prepare())
    answer = await client.get("/api/v1/audit/", {"actor": "ben"}, headers={"Accept": "application/x-ndjson"})
    assert answer.is_async
    chunks = [chunk async for chunk in answer.streaming_content]
    assert len(chunks) >= 3
    assert len(b"".join(chunks).splitlines()) == 5
    await sync_to_async(connections.close_all)()


def test_a_page_that_takes_long_says_how_far_it_came_and_the_next_goes_on(admin, monkeypatch):
    store(document(OTP))
    old = scheduled()
    terminate_job(job_id=old, actor=BEN)
    for _ in range(3):
        terminate_job(job_id=scheduled(), actor=Actor("eve", Role.ADMIN, origin=Origin(Via.API)))
    audit.record(BEN, "newest", "user:x")
    monkeypatch.setattr("jobs.read.audit_events.STEP", 1)
    monkeypatch.setattr("jobs.read.audit.SECONDS", 0.0)
    monkeypatch.setattr("jobs.read.audit.read_page.__kwdefaults__", {"forth": False, "seconds": 0.0})
    address, found, cut = "/api/v1/audit/?actor=ben", [], 0
    while address:
        page = admin.client.get(address).json()
        found += [row["action"] for row in page["results"]]
        cut += "searched_until" in page
        address = page["next"]
    assert found == ["newest", "job_terminated"]
    assert cut >= 3


@pytest.mark.parametrize(
    ("query", "code", "attr"),
    [
        ("?via=door", "enum", "via"),
        ("?after=yesterday", "format", "after"),
        ("?cursor=x", "format", "cursor"),
        ("?who=ben", "unknown_parameter", "who"),
    ],
)
def test_a_bad_parameter_is_400(admin, query, code, attr):
    answer = admin.client.get(f"/api/v1/audit/{query}")
    assert refused(answer) == (400, [(attr, code)])


@pytest.mark.parametrize("accept", ["application/json", "application/x-ndjson"])
@pytest.mark.parametrize("zone", ["Z", "%2B14:00", "-14:00"])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?after=0001-01-01T00:00:00", True),
        ("?before=0001-01-01T00:00:00", False),
        ("?after=9999-12-31T23:59:59.999999", False),
        ("?before=9999-12-31T23:59:30", True),
    ],
)
def test_times_at_the_ends_of_the_calendar_select_all_or_nothing(admin, query, zone, expected, accept):
    store(document(OTP))
    terminate_job(job_id=scheduled(OTP), actor=BEN)
    audit.record(BEN, "tested", "user:x")
    answer = admin.client.get(f"/api/v1/audit/{query}{zone}", HTTP_ACCEPT=accept)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200
    assert (b"job_terminated" in body, b"tested" in body) == (expected, expected)
    if not answer.streaming:
        again = json.loads(body)
        assert not again["next"] or admin.client.get(again["next"]).status_code == 200


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.EDITOR])
def test_others_than_admins_get_403(role):
    assert Caller(role).client.get("/api/v1/audit/").status_code == 403


def test_only_admins_see_addresses_in_the_history_of_a_job(admin):
    store(document(OTP))
    job = scheduled()
    terminate_job(job_id=job, actor=BEN)

    def last(caller):
        return caller.client.get(f"/api/v1/jobs/{job}/events/").json()["results"][-1]

    assert (last(admin)["via"], last(admin)["address"]) == ("api", "192.0.2.7")
    viewer = Caller(Role.VIEWER)
    assert (last(viewer)["via"], last(viewer)["address"]) == ("api", None)


def test_an_entry_of_the_future_is_listed_first(admin):
    audit.record(BEN, "now", "user:x")
    AuditEntry.objects.bulk_create(
        [AuditEntry(**{**AuditEntry.objects.values().get(action="now"), "id": "0" * 31 + "1", "action": "later",
                       "at": timezone.now() + timedelta(days=1)})]
    )  # fmt: skip
    assert [row["action"] for row in rows(admin, "?actor=ben")] == ["later", "now"]
