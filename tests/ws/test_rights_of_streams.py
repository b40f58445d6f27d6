"""/ws/jobs/: whose frames come, with what in them, and what happens to open websockets when rights change."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.db import OperationalError

from accounts import channels_auth
from accounts.models import ApiToken, User
from accounts.roles import SYSTEM, Role
from accounts.services.one_time import issue_ticket
from accounts.services.rights import count_changes, note_change
from accounts.services.tokens import issue_token, revoke_token, user_of_token
from accounts.services.users import change_user, create_user
from jobs import transitions
from jobs.live import consumers, rights_watch
from jobs.live.rights_watch import RightsWatch
from tests import factories
from tests.api.rights import OPEN, RESTRICTED, grant, store_both, take_back
from tests.ws.stream import PATIENCE_SECONDS, Stream, relay_turn

pytestmark = pytest.mark.django_db(transaction=True)
do = database_sync_to_async


class Person:
    """A viewer whose websockets are opened by token."""

    def __init__(self, *rights: str, role: Role = Role.VIEWER) -> None:
        self.user = create_user(name=f"person-{uuid.uuid4().hex[:6]}", role=role)
        self.row, self.plain = issue_token(user=self.user, name="ws")
        self.given = grant(self.user, *rights) if rights else None


@pytest.fixture(autouse=True)
def _both_types(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "rights_watch", RightsWatch())
    monkeypatch.setattr(rights_watch, "POLL_SECONDS", 0.05)
    store_both()


@pytest.fixture
async def streams() -> AsyncIterator[list[Stream]]:
    opened: list[Stream] = []
    yield opened
    for stream in opened:
        await stream.close()


async def listen(streams: list[Stream], person: Person, query: str = "") -> Stream:
    stream = Stream(query, authorization=f"Token {person.plain}")
    streams.append(stream)
    assert await stream.open()
    await stream.receive()
    return stream


async def rights_checked() -> None:
    """Waits until the websockets were checked after the last change of rights."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while vars(consumers)["rights_watch"].checked != await do(count_changes)():
            await asyncio.sleep(0.02)


def log_a_line(job_id: uuid.UUID) -> None:
    attempt = factories.begin(factories.enqueue(job_id))
    line: dict[str, Any] = {"time": "2026-01-31T12:00:00Z", "level": "info", "attempt": 1, "text": "secret"}
    transitions.append_log(job_id=job_id, lease=attempt.lease, lines=[line])


async def test_jobs_of_an_unseen_type_bring_no_frame(streams: list[Stream]) -> None:
    stream = await listen(streams, await do(Person)(role=Role.EDITOR))
    await do(factories.scheduled)(RESTRICTED)
    seen = await do(factories.scheduled)(OPEN)
    await relay_turn()
    (frame,) = await stream.events(1)
    assert frame["data"]["job_id"] == str(seen)
    assert await stream.is_silent()


async def test_a_job_that_may_only_be_seen_comes_without_contents_and_log(streams: list[Stream]) -> None:
    job_id = await do(factories.scheduled)(RESTRICTED)
    stream = await listen(streams, await do(Person)("see"), f"job_id={job_id}")
    await do(log_a_line)(job_id)
    await relay_turn()
    created, started = await stream.events(2)
    assert [frame["notification_type"] for frame in (created, started)] == ["job_created", "job_started"]
    assert [(one["data"]["hidden"], one["data"]["payload"]) for one in (created, started)] == [
        (True, None)
    ] * 2
    assert await stream.is_silent()


async def test_who_may_read_gets_all_of_it(streams: list[Stream]) -> None:
    job_id = await do(factories.scheduled)(RESTRICTED)
    stream = await listen(streams, await do(Person)("read"), f"job_id={job_id}")
    await do(log_a_line)(job_id)
    await relay_turn()
    frames = await stream.events(3)
    assert frames[0]["data"]["payload"] == {"user_id": 7}
    assert frames[2]["data"]["lines"][0]["text"] == "secret"


async def test_who_may_run_gets_all_of_their_own_jobs(streams: list[Stream]) -> None:
    person = await do(Person)("run")
    stream = await listen(streams, person)
    actor = await do(lambda: User.objects.get(pk=person.user.pk).actor)()
    await do(factories.scheduled)(RESTRICTED, actor=actor)
    await do(factories.scheduled)(RESTRICTED)
    await relay_turn()
    own, other = await stream.events(2)
    assert (own["data"]["hidden"], other["data"]["hidden"]) == (False, True)


async def test_a_right_taken_away_is_gone_from_open_websockets(streams: list[Stream]) -> None:
    person = await do(Person)("read")
    stream = await listen(streams, person)
    assert person.given is not None
    await do(take_back)(person.given)
    await rights_checked()
    await do(factories.scheduled)(RESTRICTED)
    seen = await do(factories.scheduled)(OPEN)
    await relay_turn()
    (frame,) = await stream.events(1)
    assert frame["data"]["job_id"] == str(seen)


async def test_a_restricted_template_is_gone_from_open_websockets(streams: list[Stream]) -> None:
    stream = await listen(streams, await do(Person)())
    await do(factories.template)(OPEN, access="restricted")
    await rights_checked()
    await do(factories.scheduled)(OPEN)
    await relay_turn()
    assert await stream.is_silent()


@pytest.mark.parametrize("loss", ["token revoked", "switched off"])
async def test_a_websocket_closes_within_seconds_of_the_loss(streams: list[Stream], loss: str) -> None:
    person = await do(Person)()
    stream = await listen(streams, person)
    if loss == "token revoked":
        await do(revoke_token)(token=person.row, by=SYSTEM)
    else:
        await do(change_user)(user=person.user, by=SYSTEM, active=False)
    await do(note_change)()
    assert await stream.close_code() == consumers.RIGHTS_LOST


async def test_a_loss_that_the_database_did_not_tell_at_once_closes_it_too(
    streams: list[Stream], monkeypatch: pytest.MonkeyPatch
) -> None:
    is_away, refused = False, asyncio.Event()

    def look_up(plain: str) -> User | None:
        if is_away:
            refused.set()
            raise OperationalError("the server is gone")
        return user_of_token(plain)

    monkeypatch.setattr(channels_auth, "user_of_token", look_up)
    person = await do(Person)()
    stream = await listen(streams, person)
    await rights_checked()
    is_away = True
    await do(revoke_token)(token=person.row, by=SYSTEM)
    await do(note_change)()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not refused.is_set():
            await asyncio.sleep(0.02)
    assert await stream.is_silent()
    is_away = False
    assert await stream.close_code() == consumers.RIGHTS_LOST


async def test_a_ticket_has_the_limits_of_the_token_it_was_asked_with(streams: list[Stream]) -> None:
    person = await do(Person)(role=Role.ADMIN)
    await do(ApiToken.objects.filter(pk=person.row.pk).update)(job_types=[OPEN])
    limited = await do(user_of_token)(person.plain)
    assert limited is not None
    stream = Stream(f"ticket={await do(issue_ticket)(user=limited)}")
    streams.append(stream)
    assert await stream.open()
    await stream.receive()
    await do(factories.scheduled)(RESTRICTED)
    await do(factories.scheduled)(OPEN)
    await relay_turn()
    (frame,) = await stream.events(1)
    assert frame["data"]["job_type"] == OPEN
    await do(revoke_token)(token=person.row, by=SYSTEM)
    await do(note_change)()
    assert await stream.close_code() == consumers.RIGHTS_LOST
