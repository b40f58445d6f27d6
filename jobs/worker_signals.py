"""Says what a worker and its slots do at their start and at their end; Celery loads this module with the tasks."""

from __future__ import annotations

import gc
from typing import Any

from celery.signals import worker_init, worker_process_init, worker_ready, worker_shutting_down
from django.db import connections

from foundation import secret_settings
from foundation.database_limits import WORKER, limit_new_connections
from jobs.messaging import names
from jobs.running import kernel, warden, worker_heartbeat
from jobs.running.shutdown import shutdown
from jobs.running.slot import slot


@worker_init.connect
def begin_worker(**_: Any) -> None:
    """Prepares the worker's main process before it forks its slots, which then share the memory of its objects.

    The garbage collector must not write to these objects, because that would copy their memory.
    """
    limit_new_connections(WORKER)
    secret_settings.hide()  # handlers could also read the environment of this process, and of the warden
    warden.start()
    gc.collect()
    gc.freeze()


@worker_process_init.connect
def begin_pool_process(**_: Any) -> None:
    """Prepares a worker slot: drops inherited connections, will adopt orphaned programs, starts the handler process."""
    # The connection of the process it was forked from must not be used here.
    connections.close_all()
    kernel.adopt_orphans()
    slot.start_process()


@worker_ready.connect
def start_heartbeat(sender: Any, **_: Any) -> None:
    """Starts the heartbeat, by which this worker reports that it is alive and which queues it serves."""
    worker_heartbeat.start(
        name=sender.hostname,
        queues=names.served_queues(sender.task_consumer),
        slots=sender.controller.concurrency,
    )


@worker_shutting_down.connect
def stop_heartbeat(how: str, **_: Any) -> None:
    """Notes for the worker slots which kind of shutdown it is ("Warm" or "Cold"), and has the worker's row deleted."""
    shutdown.note(how)
    worker_heartbeat.stop()
