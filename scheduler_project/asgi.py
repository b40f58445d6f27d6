"""Defines the ASGI application: passes HTTP requests to Django, and websockets to the live stream of jobs."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduler_project.settings")

from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.urls import path, re_path

django_application = get_asgi_application()

from accounts.channels_auth import SocketAuth  # noqa: E402 - needs the apps that the line above loads
from accounts.socket_limits import SocketLimits  # noqa: E402
from foundation.body_limits import limit_bodies_asgi  # noqa: E402
from foundation.socket_refusal import not_found  # noqa: E402
from jobs.live.consumers import JobStream  # noqa: E402
from jobs.live.hub import hub  # noqa: E402
from scheduler_project.forwarded import apply_forwarded_asgi  # noqa: E402
from scheduler_project.health_monitor import monitor  # noqa: E402

monitor.read_figures = lambda: {"websockets": hub.clients}
_websocket_urls = [path("ws/jobs/", JobStream.as_asgi()), re_path("", not_found)]  # type: ignore[arg-type]  # ASGI
application = apply_forwarded_asgi(
    limit_bodies_asgi(
        ProtocolTypeRouter(
            {"http": django_application, "websocket": SocketAuth(SocketLimits(URLRouter(_websocket_urls)))}
        )
    ),
    settings.TRUSTED_PROXIES,
)
