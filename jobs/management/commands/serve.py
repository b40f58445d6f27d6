"""`manage.py serve`: the web process."""

from __future__ import annotations

import argparse
import logging
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from scheduler_project import wsgi_server
from scheduler_project.connections import share_connections
from scheduler_project.socket_protocol import SocketProtocol

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Serves the REST API, the admin, the UI and the websockets in one process."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
        )
        parser.add_argument("--port", type=int, default=settings.PORT, help="default: PORT, else 8000")
        parser.add_argument(
            "--wsgi",
            action="store_true",
            help="all but the websockets, by WSGI: for beside a plain `serve` that gets /ws/ only",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        log.info("serving on http://%s:%s", host, port)
        if not (_serve_wsgi if options["wsgi"] else _serve_asgi)(host, port):
            raise CommandError(f"Port {port} of {host} cannot be used: choose another with PORT.")


def _serve_wsgi(host: str, port: int) -> bool:
    """Until it is told to end; False if it could not start."""
    try:
        wsgi_server.serve(
            "scheduler_project.wsgi_server:make_application", host=host, port=port, factory=True
        )
    except OSError:
        return False
    return True


def _serve_asgi(host: str, port: int) -> bool:
    """Likewise."""
    share_connections()
    config = uvicorn.Config(
        "scheduler_project.asgi:application",
        host=host,
        port=port,
        lifespan="off",
        log_config=None,
        access_log=False,
        ws=SocketProtocol,
        ws_max_size=4096,
        ws_per_message_deflate=False,  # a frame is made once for all sockets, not packed anew for each
        timeout_graceful_shutdown=4,
        proxy_headers=True,
        forwarded_allow_ips=settings.TRUSTED_PROXIES,
    )
    server = uvicorn.Server(config)
    server.run()
    return server.started
