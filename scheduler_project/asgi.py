"""HTTP to Django, websockets to the jobs stream."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduler_project.settings")

from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

from accounts.channels_auth import SocketAuth  # noqa: E402 - needs the apps that the line above loads
from foundation.body_limits import limit_bodies_asgi  # noqa: E402
from jobs.live.routing import websocket_urlpatterns  # noqa: E402
from scheduler_project.forwarded import behind_proxies_asgi  # noqa: E402

application = behind_proxies_asgi(
    limit_bodies_asgi(
        ProtocolTypeRouter(
            {"http": django_application, "websocket": SocketAuth(URLRouter(websocket_urlpatterns))}
        )
    ),
    settings.TRUSTED_PROXIES,
)
