"""What each caller gets of a job of a restricted type at /ws/jobs/, by each kind of connection and query parameter.

A query parameter or a type of frame that is missing from the tables fails the test.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import pytest
from channels.db import database_sync_to_async
from django.test import Client

from accounts.models import User
from accounts.rights import JobRight
from accounts.roles import Role
from accounts.services.one_time import issue_ticket
from accounts.services.tokens import issue_token, user_of_token
from accounts.services.users import create_user
from jobs import transitions
from jobs.live.consumers import PARAMETERS
from jobs.live.frames import notification_type
from jobs.states import EventKind
from scheduler_project import asgi
from tests import factories
from tests.api.rights import RESTRICTED, grant, store_both
from tests.ws.stream import OURS, Stream, relay_turn

pytestmark = pytest.mark.django_db(transaction=True)
do = database_sync_to_async
CANARY = 777_000_111
NOTHING, HIDDEN, WHOLE = "nothing", "that it runs", "all of it"


class Person(NamedTuple):
    """`gets`: how much of the job reaches the person."""

    gets: str
    role: Role = Role.VIEWER
    right: JobRight | None = None
    scope: str = "manage"
    job_types: list[str] | None = None


PEOPLE = {
    **{role.value: Person(WHOLE if role == Role.ADMIN else NOTHING, role) for role in Role},
    **{f"who may {right}": Person(HIDDEN, right=right) for right in JobRight},
    "who may read": Person(WHOLE, right=JobRight.READ),
    "a token to read": Person(WHOLE, Role.ADMIN, scope="read"),
    "a token for other types": Person(NOTHING, Role.ADMIN, job_types=["mail_*"]),
    "a token for the type": Person(WHOLE, Role.ADMIN, job_types=[RESTRICTED]),
}
# Parameter -> the query with it. A ticket is a kind of connection, too.
QUERIES = {
    "job_type": f"job_type={RESTRICTED}",
    "job_id": "job_id={job_id}",
    "batch": "batch=1",
    "ticket": "ticket={ticket}",
}
# Type of frame -> whether it comes without `?job_id=`.
FRAMES = {
    "job_created": True,
    "job_started": True,
    "job_progress": True,
    "job_terminated": True,
    "job_log": False,
}
# What clients send is ignored, whatever it asks for.
INBOUND: list[dict[str, Any]] = [
    {"text": f'{{"type": "subscribe", "job_type": "{RESTRICTED}"}}'},
    {"text": '{"notification_type": "job_log", "all": true}'},
    {"text": "no JSON \0"},
    {"text": ""},
    {"bytes": b"\xff\xfe"},
]


def test_there_is_no_other_address_of_websockets() -> None:
    patterns = [str(one.pattern) for one in asgi._websocket_urls]
    assert patterns == ["ws/jobs/", ""], "the last one is 404"


def test_every_parameter_has_an_entry() -> None:
    assert sorted(QUERIES) == sorted(PARAMETERS)


def test_every_type_of_frame_has_an_entry() -> None:
    assert sorted(FRAMES) == sorted({notification_type(kind) for kind in EventKind})


def credentials(person: Person) -> tuple[User, str]:
    user = create_user(name=f"person-{uuid.uuid4().hex[:8]}", role=person.role)
    if person.right:
        grant(user, person.right)
    row, plain = issue_token(user=user, name="ws")
    row.scope, row.job_types = person.scope, person.job_types
    row.save()
    return user, plain


def streams_of(person: Person, job_id: uuid.UUID) -> dict[str, Stream]:
    """One for each kind of connection, and for each query parameter."""
    user, plain = credentials(person)
    limited = user_of_token(plain)
    assert limited is not None
    ticket = issue_ticket(user=limited)
    found = {"token": Stream(authorization=f"Token {plain}")}
    for name, query in QUERIES.items():
        credential = {} if name == "ticket" else {"authorization": f"Token {plain}"}
        found[name] = Stream(query.format(job_id=job_id, ticket=ticket), **credential)
    if person.scope == "manage" and person.job_types is None:
        browser = Client()
        browser.force_login(user)
        cookie = f"sessionid={browser.cookies['sessionid'].value}"
        found["session"] = Stream(cookie=cookie, origin=OURS)
    return found


def run_a_job(job_id: uuid.UUID) -> None:
    attempt = factories.begin(factories.enqueue(job_id))
    line = {"time": "2026-01-31T12:00:00Z", "level": "info", "attempt": 1, "text": str(CANARY)}
    transitions.append_log(job_id=job_id, lease=attempt.lease, lines=[line])
    transitions.report_progress(
        job_id=job_id, lease=attempt.lease, percent=10, message=str(CANARY), actor="worker"
    )
    factories.finish(attempt)


@pytest.fixture
async def job_id(transactional_db: None) -> uuid.UUID:
    await do(store_both)()
    found: uuid.UUID = await do(factories.scheduled)(RESTRICTED, payload={"user_id": CANARY})
    return found


@pytest.fixture
async def opened() -> AsyncIterator[list[Stream]]:
    found: list[Stream] = []
    yield found
    await asyncio.gather(*(stream.close() for stream in found))


async def test_each_gets_what_they_may_by_whatever_connection(
    job_id: uuid.UUID, opened: list[Stream]
) -> None:
    asked = {who: await do(streams_of)(person, job_id) for who, person in PEOPLE.items()}
    for streams in asked.values():
        for stream in streams.values():
            opened.append(stream)
            assert await stream.open()
            await stream.receive()  # the sync
            for sent in INBOUND:
                await stream.send_message(sent)
    await do(run_a_job)(job_id)
    await relay_turn()
    found = {
        (who, how): await what_comes(stream, PEOPLE[who])
        for who, streams in asked.items()
        for how, stream in streams.items()
    }
    assert found == {(who, how): expected(PEOPLE[who], how) for who, how in found}


async def what_comes(stream: Stream, person: Person) -> tuple[set[str], str]:
    """The types of frames up to the job's end, and how much of it they tell."""
    if person.gets == NOTHING:
        return set(), NOTHING if await stream.is_silent() else WHOLE
    kinds: set[str] = set()
    texts = ""
    while "job_terminated" not in kinds:
        for frame in await stream.events(1):
            kinds.add(frame["notification_type"])
            texts += str(frame)
    return kinds, WHOLE if str(CANARY) in texts else HIDDEN


def expected(person: Person, how: str) -> tuple[set[str], str]:
    if person.gets == NOTHING:
        return set(), NOTHING
    with_log = how == "job_id" and person.gets == WHOLE
    return {kind for kind, always in FRAMES.items() if always or with_log}, person.gets


@pytest.mark.parametrize("how", ["nothing", *QUERIES])
async def test_nobody_gets_in_by_any_parameter(job_id: uuid.UUID, how: str) -> None:
    query = QUERIES.get(how, "").format(job_id=job_id, ticket="made-up")
    assert not await Stream(query).open()
