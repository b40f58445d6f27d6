"""How full a queue is, as the dispatcher asks before it publishes a message again."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from jobs.messaging.broker import DispatchMessage, Publisher
from tests.support.real_servers import RealServers

# The first test that needs real servers waits for their start, and perhaps for their installation.
pytestmark = pytest.mark.timeout(600)
MESSAGES = [DispatchMessage("", [uuid.UUID(int=number)]) for number in range(1, 4)]


@pytest.fixture(params=["embedded", "real"])
def url(request: pytest.FixtureRequest, servers: None, settings: Any) -> str:
    if request.param == "embedded":
        return str(settings.BROKER_URL)
    real: RealServers = request.getfixturevalue("real")
    return str(real.broker.url)


@pytest.fixture
def publisher(url: str) -> Iterator[Publisher]:
    publisher = Publisher(url)
    yield publisher
    publisher.drop()


def test_a_queue_holds_what_was_published_and_nobody_took(publisher: Publisher) -> None:
    queue = f"depth-{uuid.uuid4().hex[:8]}"
    assert publisher.depth(queue) == 0
    publisher.publish([message._replace(queue=queue) for message in MESSAGES])
    assert publisher.depth(queue) == 3
    channel: Any = publisher.connection().default_channel
    channel.queue_purge(queue)
    assert publisher.depth(queue) == 0


def test_a_queue_that_was_deleted_is_there_again(real: RealServers) -> None:
    publisher = Publisher(real.broker.url)
    publisher.publish([MESSAGES[0]._replace(queue="deleted")])
    channel: Any = publisher.connection().default_channel
    channel.queue_delete("deleted")
    assert publisher.depth("deleted") == 0
    publisher.publish([MESSAGES[0]._replace(queue="deleted")])
    assert publisher.depth("deleted") == 1
    publisher.drop()


def test_a_broker_that_is_away_holds_nothing() -> None:
    assert Publisher("amqp://guest:guest@127.0.0.1:1//").depth("default") == 0
