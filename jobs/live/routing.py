"""Routes websocket addresses."""

from django.urls import path, re_path

from foundation.socket_refusal import not_found
from jobs.live.consumers import JobStream

websocket_urlpatterns = [path("ws/jobs/", JobStream.as_asgi()), re_path("", not_found)]  # type: ignore[arg-type]  # ASGI
