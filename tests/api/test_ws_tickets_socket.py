"""Who a websocket belongs to: SocketAuth in front of an application that notes the scope it gets."""

import psycopg
import pytest
from channels.db import database_sync_to_async
from django.db import InternalError, OperationalError, ProgrammingError, connections
from django.test import Client

from accounts import channels_auth
from accounts.channels_auth import SocketAuth, is_still_allowed
from accounts.models import ApiToken, User
from accounts.roles import SYSTEM, Role
from accounts.services.last_seen import last_seen
from accounts.services.one_time import issue_ticket
from accounts.services.rights import count_changes, note_change
from accounts.services.tokens import issue_token
from accounts.services.users import change_user, create_user

pytestmark = pytest.mark.django_db(transaction=True)
HOST = "jobs.example:8000"
OURS = f"http://{HOST}"


@pytest.fixture(autouse=True)
async def _no_connection_stays_open():
    yield
    await database_sync_to_async(connections.close_all)()


@pytest.fixture
def ann():
    return create_user(name="ann", role=Role.VIEWER)


@pytest.fixture
def token(ann):
    return issue_token(user=ann, name="ci")[1]


@pytest.fixture
def ticket(ann):
    return issue_ticket(user=ann)


@pytest.fixture
def cookie(ann):
    browser = Client()
    browser.force_login(ann)
    return f"theme=dark; sessionid={browser.cookies['sessionid'].value}"


async def connect(query="", **headers):
    """The scope that the application behind SocketAuth sees."""
    seen = []

    async def application(scope, receive, send):
        seen.append(scope)

    sent = {"host": HOST, **headers}
    scope = {
        "type": "websocket",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in sent.items()],
        "query_string": query.encode(),
    }
    await SocketAuth(application)(scope, None, None)
    return seen[0]


async def test_a_token_header_is_its_user(ann, token):
    assert (await connect(authorization=f"Token {token}"))["user"] == ann


async def test_a_ticket_is_its_user_once(ann, ticket):
    assert (await connect(f"job_type=a&ticket={ticket}"))["user"] == ann
    assert (await connect(f"job_type=a&ticket={ticket}"))["user"] is None


async def test_a_session_from_our_own_pages_is_its_user(ann, cookie):
    assert (await connect(cookie=cookie, origin=OURS))["user"] == ann


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "http://jobs.example:9000", "null", "http://[", "file://jobs.example:8000"],
)
async def test_a_session_from_elsewhere_is_nobody(cookie, origin):
    assert (await connect(cookie=cookie, origin=origin))["user"] is None


async def test_a_session_without_origin_is_nobody(cookie):
    assert (await connect(cookie=cookie))["user"] is None


@pytest.mark.parametrize(
    ("name", "trusted", "origin"),
    [
        ("CORS_ALLOWED_ORIGINS", "https://ui.example", "https://ui.example"),
        ("CSRF_TRUSTED_ORIGINS", "https://ui.example", "https://ui.example"),
        ("CSRF_TRUSTED_ORIGINS", "https://*.ui.example", "https://a.ui.example"),
    ],
)
async def test_a_session_from_a_trusted_origin_is_its_user(settings, ann, cookie, name, trusted, origin):
    setattr(settings, name, [trusted])
    assert (await connect(cookie=cookie, origin=origin))["user"] == ann
    assert (await connect(cookie=cookie, origin=origin.replace("https", "http")))["user"] is None
    assert (await connect(cookie=cookie, origin=origin + ".evil.example"))["user"] is None


async def test_no_credential_is_nobody():
    assert (await connect(origin=OURS))["user"] is None
    assert (await connect(origin=OURS, cookie="sessionid=made-up"))["user"] is None
    assert (await connect("ticket=made-up"))["user"] is None


async def test_a_bad_token_does_not_fall_back_to_the_session(cookie):
    scope = await connect(cookie=cookie, origin=OURS, authorization="Token ÿ-made-up")
    assert scope["user"] is None


async def test_a_proxys_own_authorization_header_does_not_count(ann, cookie):
    scope = await connect(cookie=cookie, origin=OURS, authorization="Basic YTpi")
    assert scope["user"] == ann


async def test_it_stays_allowed_while_nothing_changes(ann, token, ticket, cookie):
    for scope in [
        await connect(authorization=f"Token {token}"),
        await connect(f"ticket={ticket}"),
        await connect(cookie=cookie, origin=OURS),
    ]:
        assert await is_still_allowed(scope)
        assert scope["user"] == ann


async def test_a_revoked_token_is_not_allowed_any_more(token):
    scope = await connect(authorization=f"Token {token}")
    await database_sync_to_async(ApiToken.objects.all().delete)()
    assert not await is_still_allowed(scope)


async def test_a_session_that_was_signed_out_is_not_allowed_any_more(cookie):
    scope = await connect(cookie=cookie, origin=OURS)
    browser = Client()
    browser.cookies.load(cookie)
    await database_sync_to_async(browser.logout)()
    assert not await is_still_allowed(scope)


async def test_an_inactive_user_is_not_allowed_any_more_however_they_came_in(ann, token, ticket, cookie):
    scopes = [
        await connect(authorization=f"Token {token}"),
        await connect(f"ticket={ticket}"),
        await connect(cookie=cookie, origin=OURS),
    ]
    await database_sync_to_async(change_user)(user=ann, by=SYSTEM, active=False)
    assert [await is_still_allowed(scope) for scope in scopes] == [False, False, False]


async def test_a_changed_role_is_seen(ann, ticket):
    scope = await connect(f"ticket={ticket}")
    await database_sync_to_async(change_user)(user=ann, by=SYSTEM, role=Role.EDITOR)
    assert await is_still_allowed(scope)
    assert scope["user"].role == Role.EDITOR


def only_reads():
    """As an old primary answers after a failover."""
    error = InternalError("cannot execute UPDATE in a read-only transaction")
    error.__cause__ = psycopg.errors.lookup("25006")(str(error))
    return error


@pytest.mark.parametrize("error", [OperationalError("the server is gone"), only_reads()], ids=type)
async def test_while_the_database_is_away_handshakes_are_503_and_open_sockets_stay(
    monkeypatch, ticket, ann, error
):
    scope = await connect(f"ticket={ticket}")

    def away(*_args, **_kwargs):
        raise error

    monkeypatch.setattr(User.objects, "filter", away)
    with pytest.raises(type(error)):
        await is_still_allowed(scope)
    assert scope["user"] == ann

    monkeypatch.setattr(channels_auth, "redeem_ticket", away)
    sent = []

    async def send(message):
        sent.append(message)

    handshake = {"type": "websocket", "headers": [], "query_string": b"ticket=x"}
    await SocketAuth(None)({**handshake, "extensions": {"websocket.http.response": {}}}, None, send)
    assert (sent[0]["type"], sent[0]["status"]) == ("websocket.http.response.start", 503)
    assert sent[1]["type"] == "websocket.http.response.body"

    sent.clear()
    await SocketAuth(None)(handshake, None, send)
    assert sent == [{"type": "websocket.close", "code": 1013}]


async def test_an_error_that_is_no_outage_is_not_called_one(monkeypatch):
    def broken(*_args, **_kwargs):
        raise ProgrammingError("syntax error")

    monkeypatch.setattr(channels_auth, "redeem_ticket", broken)
    with pytest.raises(ProgrammingError):
        await connect("ticket=x")


async def test_a_ticket_of_a_session_ends_with_it(ann):
    browser = Client()
    await database_sync_to_async(browser.force_login)(ann)
    made = await database_sync_to_async(browser.post)("/api/v1/ws-tickets/")
    scope = await connect(f"ticket={made.json()['ticket']}")
    assert scope["user"] == ann
    assert await is_still_allowed(scope)
    await database_sync_to_async(note_change)()
    before = await database_sync_to_async(count_changes)()
    await database_sync_to_async(browser.delete)("/api/v1/session/")
    assert not await is_still_allowed(scope)
    assert await database_sync_to_async(count_changes)() > before


async def test_the_use_of_a_token_is_noted(ann, token):
    await connect(authorization=f"Token {token}")
    await database_sync_to_async(last_seen.write)()
    row = await ApiToken.objects.aget()
    assert row.last_used_at is not None
