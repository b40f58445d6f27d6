"""Which faults cannot be done here, and why: it is printed, so that nobody takes them for passed."""

from __future__ import annotations

from tests.faults import clock_faults, server_faults
from tests.faults.faults import Fault
from tests.faults.stage import Stage
from tests.support.rabbitmq import HasAlarms
from tests.support.servers import CanFreeze, OwnServer

ALARMS: tuple[Fault, ...] = (
    server_faults.rabbitmq_is_short_of_memory,
    server_faults.rabbitmq_is_short_of_disk,
)
FROZEN: dict[Fault, str] = {
    server_faults.rabbitmq_stands_still: "broker",
    server_faults.redis_stands_still: "redis",
    server_faults.postgres_stands_still: "database",
}


def left_out(stage: Stage) -> dict[Fault, str]:
    found: dict[Fault, str] = {}
    if not isinstance(stage.servers.broker, HasAlarms):
        why = f"{stage.servers.broker.name} has no such alarms, or they are not ours to raise"
        found |= dict.fromkeys(ALARMS, why)
    for fault, name in FROZEN.items():
        server = getattr(stage.servers, name)
        if not isinstance(server, CanFreeze):
            found[fault] = f"{server.name} is not started by us"
    not_ours = "" if isinstance(stage.servers.database, OwnServer) else "Postgres is not started by us"
    if missing := not_ours or stage.disk.missing:
        found[server_faults.the_disk_of_postgres_is_full] = missing
    if missing := not_ours or stage.clocks.missing:
        found |= dict.fromkeys(clock_faults.FAULTS, missing)
    return found
