"""/ws/jobs/: websockets of somebody whom a provider has signed in close when the provider takes that back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from channels.db import database_sync_to_async
from django.test import Client

from accounts.models import User
from accounts.origin import Origin
from accounts.roles import Role
from accounts.services.provider_logout import end_provider_sessions
from accounts.services.provider_sign_in import remember_session, sign_in_from_provider
from accounts.services.tokens import issue_token
from accounts.sign_in_oidc.claims import Identity
from accounts.sign_in_oidc.signed import Logout
from foundation.errors import Forbidden
from jobs.live import consumers, rights_watch
from jobs.live.rights_watch import RightsWatch
from tests.ws.stream import OURS, Stream

pytestmark = pytest.mark.django_db(transaction=True)
do = database_sync_to_async
ISSUER = "https://login.example.org"
ANN = Identity(ISSUER, "sub-ann", "ann", Role.OPERATOR, ("ops",), "session 7")


@pytest.fixture(autouse=True)
def _quick_watch(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "rights_watch", RightsWatch())
    monkeypatch.setattr(rights_watch, "POLL_SECONDS", 0.05)


def sign_in() -> str:
    """Signs Ann in and returns the key of her session."""
    user = sign_in_from_provider(identity=ANN, origin=Origin())
    browser = Client()
    browser.force_login(user)
    key = browser.cookies["sessionid"].value
    remember_session(user=user, session_key=key, sid=ANN.session)
    return key


async def open_stream(**headers: str) -> Stream:
    stream = Stream(**headers)
    assert await stream.open()
    await stream.receive()
    return stream


async def test_a_sign_out_at_the_provider_closes_them() -> None:
    stream = await open_stream(cookie=f"sessionid={await do(sign_in)()}", origin=OURS)
    logout = Logout(subject="", session=ANN.session, token_id="1")
    assert await do(end_provider_sessions)(issuer=ISSUER, logout=logout, origin=Origin()) == 1
    assert await stream.close_code() == consumers.RIGHTS_LOST


async def test_a_role_that_is_gone_closes_them_also_those_by_token() -> None:
    by_session = await open_stream(cookie=f"sessionid={await do(sign_in)()}", origin=OURS)
    ann = await do(User.objects.get)(username="ann")
    _, plain = await do(issue_token)(user=ann, name="ci")
    by_token = await open_stream(authorization=f"Token {plain}")
    with pytest.raises(Forbidden):
        await do(sign_in_from_provider)(identity=replace(ANN, role=None, groups=()), origin=Origin())
    assert await by_session.close_code() == consumers.RIGHTS_LOST
    assert await by_token.close_code() == consumers.RIGHTS_LOST
