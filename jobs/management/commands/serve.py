"""`manage.py serve`: the web process."""

from __future__ import annotations

import argparse
import logging
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

log = logging.getLogger(__name__)

# While Postgres is away, callers are told within three seconds; an attempt to connect is given up soon, because
# the next request starts a fresh one, while the pool's own pauses between attempts would grow.
POOL = {"min_size": 1, "max_size": 20, "timeout": 3, "max_idle": 300, "reconnect_timeout": 2}


def share_connections() -> None:
    """Under ASGI each request has a thread of its own: connections must come from a pool to be used again."""
    database = connections.settings["default"]
    database["CONN_MAX_AGE"] = 0
    database["OPTIONS"] = {**database["OPTIONS"], "pool": POOL}


class Command(BaseCommand):
    help = "Serves the REST API, the admin, the UI and the websockets in one process."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
        )
        parser.add_argument("--port", type=int, default=settings.PORT, help="default: PORT, else 8000")

    def handle(self, *args: Any, **options: Any) -> None:
        share_connections()
        config = uvicorn.Config(
            "scheduler_project.asgi:application",
            host=options["host"],
            port=options["port"],
            lifespan="off",
            log_config=None,
            access_log=False,
            ws_max_size=4096,
            timeout_graceful_shutdown=4,
            proxy_headers=True,
            forwarded_allow_ips=settings.TRUSTED_PROXIES,
        )
        log.info("serving on http://%s:%s", options["host"], options["port"])
        server = uvicorn.Server(config)
        server.run()
        if not server.started:
            raise CommandError(
                f"Port {options['port']} of {options['host']} cannot be used: choose another with PORT."
            )
