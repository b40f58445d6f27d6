"""Fixtures of the websocket tests: a channel layer, a hub and sockets of each test's own."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.db import connections

from accounts.roles import Role
from accounts.services.tokens import issue_token
from accounts.services.users import create_user
from jobs.live import consumers
from jobs.live.hub import Hub
from tests.jobs_fixtures import _clear_caches_of_other_tests as _clear_caches_of_other_tests
from tests.ws.stream import Stream


@pytest.fixture(autouse=True)
def _own_layer_and_hub(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no frame of another test, or of another process on the same server, is seen."""
    layer = settings.CHANNEL_LAYERS["default"]
    own = {**layer, "CONFIG": {**layer["CONFIG"], "prefix": f"test-{uuid.uuid4().hex}"}}
    settings.CHANNEL_LAYERS = {"default": own}
    monkeypatch.setattr(consumers, "hub", Hub())


@pytest.fixture(autouse=True)
async def _no_connection_stays_open() -> AsyncIterator[None]:
    yield
    await database_sync_to_async(connections.close_all)()


@pytest.fixture
def token(transactional_db: None) -> str:
    return issue_token(user=create_user(name="vic", role=Role.VIEWER), name="ci")[1]


@pytest.fixture
async def listen(token: str) -> AsyncIterator[Callable[..., Awaitable[Stream]]]:
    """Opens a socket of a viewer and answers it when its first frame, the sync, was received."""
    opened: list[Stream] = []

    async def open_one(query: str = "") -> Stream:
        stream = Stream(query, authorization=f"Token {token}")
        opened.append(stream)
        assert await stream.open()
        await stream.receive()
        return stream

    yield open_one
    for stream in opened:
        await stream.close()
