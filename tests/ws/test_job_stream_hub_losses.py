"""What the channel layer lost, the hub makes good from the ledger or tells as a sync."""

from __future__ import annotations

import pytest
from redis.exceptions import ConnectionError as RedisAway

from jobs.live import hub as hub_module
from jobs.live.frames import Batch
from jobs.live.hub import Hub
from tests.ws.hub_fixtures import Layer, Ledger, Reader, batch
from tests.ws.hub_fixtures import hub as hub
from tests.ws.hub_fixtures import layer as layer
from tests.ws.hub_fixtures import ledger as ledger


async def test_who_was_let_in_while_the_layer_was_away_is_told_of_what_was_sent_meanwhile(
    hub: Hub, layer: Layer, ledger: Ledger
) -> None:
    layer.away, ledger.last_seq = True, 3
    reader = Reader()
    await hub.subscribe(reader)
    ledger.last_seq = 9
    layer.away = False
    assert await reader.until(1) == [9]
    assert reader.kinds == ["sync"]


async def test_what_the_layer_lost_is_read_from_the_ledger_before_what_came_after_it(
    hub: Hub, layer: Layer
) -> None:
    reader = Reader()
    await hub.subscribe(reader)
    for brought in (batch(1, 2), batch(6, 7, after=5), batch(8, after=7)):
        layer.messages.put_nowait(brought)
    assert await reader.until(8) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert set(reader.kinds) == {"job_progress"}


async def test_what_was_sent_while_the_layer_had_forgotten_the_hub_is_made_good_when_it_joins_again(
    hub: Hub, layer: Layer, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "REJOIN_SECONDS", 0.01)
    reader = Reader()
    await hub.subscribe(reader)
    ledger.last_seq = 2
    assert await reader.until(2) == [1, 2]
    layer.messages.put_nowait(batch(3, after=2))
    assert await reader.until(3) == [1, 2, 3]


async def test_what_was_sent_while_the_layer_was_away_is_made_good_when_it_is_back(
    hub: Hub, layer: Layer, ledger: Ledger
) -> None:
    reader = Reader()
    await hub.subscribe(reader)
    ledger.last_seq = 4
    layer.messages.put_nowait(RedisAway("connection reset"))
    assert await reader.until(4) == [1, 2, 3, 4]


async def test_what_was_sent_before_anybody_listened_is_not_told(
    hub: Hub, layer: Layer, ledger: Ledger
) -> None:
    ledger.last_seq = 1000
    for reader in (Reader(), Reader()):  # the second after a time in which nobody listened
        await hub.subscribe(reader)
        ledger.last_seq += 1
        layer.messages.put_nowait(batch(ledger.last_seq, after=ledger.last_seq - 1))
        assert await reader.until(1) == [ledger.last_seq]
        hub.unsubscribe(reader)
        ledger.last_seq += 10
    assert ledger.reads == 0


@pytest.mark.parametrize("why", ["too much", "Postgres away"])
async def test_what_cannot_be_made_good_is_told_as_a_sync_so_that_readers_ask_over_rest(
    hub: Hub, layer: Layer, ledger: Ledger, why: str
) -> None:
    reader = Reader()
    await hub.subscribe(reader)
    ledger.away = why == "Postgres away"
    lost = 5 if ledger.away else hub_module.MAX_BACKFILLED_EVENTS + 1
    layer.messages.put_nowait(batch(lost + 1, after=lost))
    assert await reader.until(2) == [lost, lost + 1]
    assert reader.kinds == ["sync", "job_progress"]


async def test_numbers_without_frames_are_no_loss(hub: Hub, layer: Layer) -> None:
    reader = Reader()
    await hub.subscribe(reader)
    for brought in (batch(1), Batch(1, 4, []), batch(5, after=4)):
        layer.messages.put_nowait(brought)
    assert await reader.until(2) == [1, 5]
