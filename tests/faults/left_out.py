"""Which faults cannot be done here, and why: it is printed, so that nobody takes them for passed."""

from __future__ import annotations

from tests.faults import clock_faults, server_faults
from tests.faults.faults import Fault
from tests.faults.stage import Stage
from tests.support.rabbitmq import HasAlarms
from tests.support.servers import OwnServer

ALARMS: tuple[Fault, ...] = (
    server_faults.rabbitmq_is_short_of_memory,
    server_faults.rabbitmq_is_short_of_disk,
)


def left_out(stage: Stage) -> dict[Fault, str]:
    found: dict[Fault, str] = {}
    if not isinstance(stage.servers.broker, HasAlarms):
        why = f"{stage.servers.broker.name} has no such alarms, or they are not ours to raise"
        found |= dict.fromkeys(ALARMS, why)
    not_ours = "" if isinstance(stage.servers.database, OwnServer) else "Postgres is not started by us"
    if missing := not_ours or stage.disk.missing:
        found[server_faults.the_disk_of_postgres_is_full] = missing
    if missing := not_ours or stage.clocks.missing:
        found |= dict.fromkeys(clock_faults.FAULTS, missing)
    return found
