"""Servers that die, freeze, stay away or run short: only the long runs do that."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any

from kombu import Connection

from tests.faults.faults import Fault, disturb
from tests.support.rabbitmq import Resource, exhaust_resource
from tests.support.servers import CanFreeze, OwnServer

if TYPE_CHECKING:
    from tests.faults.performance import Performance


def postgres_is_killed(play: Performance, dice: random.Random) -> None:
    """The postmaster, kill -9: its next start recovers from the write-ahead log."""
    with play.server("database") as database, play.postgres_is_away():
        database.kill()
        database.start()


def rabbitmq_is_killed(play: Performance, dice: random.Random) -> None:
    with play.server("broker") as broker:
        broker.kill()
        broker.start()


def redis_is_killed(play: Performance, dice: random.Random) -> None:
    with play.server("redis") as redis:
        redis.kill()
        redis.start()


def rabbitmq_is_short_of_memory(play: Performance, dice: random.Random) -> None:
    _run_short(play, "memory", dice.uniform(5, 45))


def rabbitmq_is_short_of_disk(play: Performance, dice: random.Random) -> None:
    _run_short(play, "disk", dice.uniform(5, 45))


def rabbitmq_freezes(play: Performance, dice: random.Random) -> None:
    disturb(play.stage.links_to("broker"), "stalls", dice.uniform(5, 40))


def redis_stays_frozen(play: Performance, dice: random.Random) -> None:
    disturb(play.stage.links_to("redis"), "stalls", dice.uniform(15, 30))


def postgres_freezes(play: Performance, dice: random.Random) -> None:
    with play.postgres_is_away():
        disturb(play.stage.links_to("database"), "stalls", dice.uniform(3, 40))


def postgres_stays_away(play: Performance, dice: random.Random) -> None:
    with play.postgres_is_away():
        _stop_for(play, "database", dice.uniform(5, 60))


def rabbitmq_stays_away(play: Performance, dice: random.Random) -> None:
    _stop_for(play, "broker", dice.uniform(5, 30))


def redis_stays_away(play: Performance, dice: random.Random) -> None:
    _stop_for(play, "redis", dice.uniform(1, 20))


def rabbitmq_stands_still(play: Performance, dice: random.Random) -> None:
    """Its processes are stopped: unlike a link that stalls, the system goes on taking what is sent to it."""
    _stand_still(play, "broker", dice.uniform(5, 40))


def redis_stands_still(play: Performance, dice: random.Random) -> None:
    _stand_still(play, "redis", dice.uniform(5, 30))


def postgres_stands_still(play: Performance, dice: random.Random) -> None:
    with play.postgres_is_away():
        _stand_still(play, "database", dice.uniform(3, 40))


def the_queue_is_deleted(play: Performance, dice: random.Random) -> None:
    with play.server("broker") as broker, Connection(broker.url, connect_timeout=10) as connection:
        channel: Any = connection.channel()
        channel.queue_delete("default")


def the_disk_of_postgres_is_full(play: Performance, dice: random.Random) -> None:
    with play.server("database") as database, play.postgres_is_away():
        play.stage.disk.fill()
        time.sleep(dice.uniform(3, 20))
        play.stage.disk.free()
        assert isinstance(database, OwnServer)
        database.revive()  # where even its recovery found no room


FAULTS: tuple[Fault, ...] = (
    postgres_is_killed,
    rabbitmq_is_killed,
    redis_is_killed,
    rabbitmq_is_short_of_memory,
    rabbitmq_is_short_of_disk,
    rabbitmq_freezes,
    redis_stays_frozen,
    postgres_freezes,
    postgres_stays_away,
    rabbitmq_stays_away,
    redis_stays_away,
    rabbitmq_stands_still,
    redis_stands_still,
    postgres_stands_still,
    the_queue_is_deleted,
    the_disk_of_postgres_is_full,
)


def _run_short(play: Performance, of: Resource, seconds: float) -> None:
    with play.server("broker") as broker, exhaust_resource(of, broker):
        time.sleep(seconds)


def _stop_for(play: Performance, name: str, seconds: float) -> None:
    with play.server(name) as server:
        server.stop()
        time.sleep(seconds)
        server.start()


def _stand_still(play: Performance, name: str, seconds: float) -> None:
    with play.server(name) as server:
        assert isinstance(server, CanFreeze)
        server.freeze()
        try:
            time.sleep(seconds)
        finally:
            server.thaw()
