from django.urls import path, re_path

from jobs.consumers import JobStream
from scheduler_project.socket_refusal import not_found

websocket_urlpatterns = [path("ws/jobs/", JobStream.as_asgi()), re_path("", not_found)]  # type: ignore[arg-type]  # ASGI
