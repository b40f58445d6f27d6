"""/ws/jobs/: who may open it."""

from __future__ import annotations

import threading

import pytest
from channels.db import database_sync_to_async
from django.test import Client

from accounts import channels_auth
from accounts.models import ApiToken, User
from accounts.roles import SYSTEM, Role
from accounts.services.one_time import issue_ticket
from accounts.services.users import change_user
from jobs.live import consumers
from tests.ws.stream import OURS, Stream

pytestmark = pytest.mark.django_db(transaction=True)
do = database_sync_to_async


@pytest.fixture
def vic(token: str) -> User:
    return User.objects.get(username="vic")


@pytest.fixture
def cookie(vic: User) -> str:
    browser = Client()
    browser.force_login(vic)
    return f"sessionid={browser.cookies['sessionid'].value}"


@pytest.fixture
def ticket(vic: User) -> str:
    return issue_ticket(user=vic)


async def opens(query: str = "", **headers: str) -> bool:
    stream = Stream(query, **headers)
    opened = await stream.open()
    await stream.close()
    return opened


async def test_a_stranger_is_refused(transactional_db: None) -> None:
    assert not await opens()
    assert not await opens(authorization="Token made-up")
    assert not await opens("ticket=made-up")


async def test_a_program_opens_it_with_its_token(token: str) -> None:
    assert await opens(authorization=f"Token {token}")


async def test_a_browser_opens_it_from_our_own_pages_only(cookie: str) -> None:
    assert await opens(cookie=cookie, origin=OURS)
    assert not await opens(cookie=cookie, origin="http://evil.example")
    assert not await opens(cookie=cookie)


async def test_a_ticket_opens_it_once(ticket: str) -> None:
    assert await opens(f"ticket={ticket}")
    assert not await opens(f"ticket={ticket}")


async def test_a_ticket_goes_with_filters(ticket: str) -> None:
    assert await opens(f"job_type=otp_send_job&ticket={ticket}&batch=250")


async def test_rights_that_are_lost_later_close_it_with_4403(
    monkeypatch: pytest.MonkeyPatch, token: str, cookie: str, ticket: str, vic: User
) -> None:
    monkeypatch.setattr(consumers, "RECHECK_SECONDS", 0.05)
    streams = [
        Stream(authorization=f"Token {token}"),
        Stream(cookie=cookie, origin=OURS),
        Stream(f"ticket={ticket}"),
    ]
    for stream in streams:
        assert await stream.open()
    await do(change_user)(user=vic, by=SYSTEM, active=False)
    assert [await stream.close_code() for stream in streams] == [4403, 4403, 4403]


async def test_a_revoked_token_closes_it_with_4403(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setattr(consumers, "RECHECK_SECONDS", 0.05)
    stream = Stream(authorization=f"Token {token}")
    assert await stream.open()
    await do(ApiToken.objects.all().delete)()
    assert await stream.close_code() == 4403


async def test_another_role_keeps_it_open(monkeypatch: pytest.MonkeyPatch, token: str, vic: User) -> None:
    monkeypatch.setattr(consumers, "RECHECK_SECONDS", 0.05)
    stream = Stream(authorization=f"Token {token}")
    assert await stream.open()
    await stream.receive()
    await do(change_user)(user=vic, by=SYSTEM, role=Role.EDITOR)
    assert await stream.is_silent()
    await stream.close()


async def test_a_database_that_says_nothing_refuses_in_time(
    token: str, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()
    monkeypatch.setattr(channels_auth, "MAX_WAIT_SECONDS", 0.1)
    monkeypatch.setattr(channels_auth, "user_of_token", lambda _: answers.wait(60) and None)
    try:
        assert not await opens(authorization=f"Token {token}")
    finally:
        answers.set()
