"""`manage.py serve`: runs the web process (REST API, admin, UI and websockets)."""

from __future__ import annotations

import argparse
import logging
import os
import re
import sys
import warnings
from ipaddress import ip_address
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.services.last_seen import last_seen
from foundation import schema_guard, secret_settings
from foundation.connections import share_connections
from foundation.database_limits import WEB, limit_new_connections
from foundation.weak_settings import find_weak_settings
from jobs.services import unreadable_secrets
from scheduler_project import wsgi_server
from scheduler_project.health_monitor import monitor
from scheduler_project.http_protocol import HttpProtocol
from scheduler_project.socket_protocol import SocketProtocol

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Serves the REST API, the admin, the UI and the websockets in one process."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--host",
            type=_host,
            default="127.0.0.1",
            help="address to listen on (default: this machine only)",
        )
        parser.add_argument("--port", type=_port, default=settings.PORT, help="default: PORT, else 8000")
        parser.add_argument(
            "--wsgi",
            action="store_true",
            help="serve all but the websockets, by WSGI; a plain `serve` beside it then gets /ws/ only",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        if not _is_loopback(settings.BIND or host) and (weak := find_weak_settings()):
            raise CommandError(f"Others can reach this address, but {'; '.join(weak)}.")
        limit_new_connections(WEB)
        schema_guard.refuse_to_start()
        unreadable_secrets.refuse_to_start()
        log.info("serving on http://%s:%s", host, port)
        if not (_serve_wsgi if options["wsgi"] else _serve_asgi)(host, port):
            raise CommandError(f"Port {port} of {host} cannot be used: choose another with PORT.")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _host(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError(
            "it is blank, which would mean every address: for that write 0.0.0.0"
        )
    return text


def _port(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("write a whole number from 1 to 65535")
    return int(text)


def _serve_wsgi(host: str, port: int) -> bool:
    """Serves HTTP by WSGI until a signal ends the process; returns False if the port cannot be used."""
    try:
        wsgi_server.serve(
            "scheduler_project.wsgi_worker:make_application", host=host, port=port, factory=True
        )
    except OSError:
        return False
    # It may have been ended by one of its processes that saw the schema change.
    schema_guard.refuse_to_start()
    return True


def _serve_asgi(host: str, port: int) -> bool:
    """Serves HTTP and websockets by ASGI until a signal ends the process; returns False if the port cannot be used."""
    # WhiteNoise returns files as iterators; those of the UI and the admin are small enough to be read at once.
    warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
    share_connections()
    secret_settings.hide()  # here the handlers' `validate` runs
    config = uvicorn.Config(
        "scheduler_project.asgi:application",
        host=host,
        port=port,
        lifespan="off",
        log_config=None,
        access_log=False,
        http=HttpProtocol,
        ws=SocketProtocol,
        ws_max_size=4096,
        ws_per_message_deflate=False,  # a frame is encoded once for all sockets, not compressed for each
        timeout_graceful_shutdown=4,
        proxy_headers=False,  # forwarded.py handles them
    )
    server = uvicorn.Server(config)
    schema_changed = schema_guard.watch(lambda: setattr(server, "should_exit", True))
    monitor.start()
    last_seen.start()
    server.run()
    monitor.stop()
    last_seen.stop()
    if schema_changed.is_set():
        sys.exit(os.EX_SOFTWARE)
    return server.started
