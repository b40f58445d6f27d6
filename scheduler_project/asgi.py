"""HTTP to Django, websockets to the jobs stream."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduler_project.settings")

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

from accounts.channels_auth import SocketAuth  # noqa: E402 - needs the apps that the line above loads
from jobs.routing import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter(
    {"http": django_application, "websocket": SocketAuth(URLRouter(websocket_urlpatterns))}
)
