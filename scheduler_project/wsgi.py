"""Defines the WSGI application: REST API, admin and UI without websockets, to be served beside the ASGI application."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduler_project.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

django_application = get_wsgi_application()

from foundation import schema_guard  # noqa: E402
from foundation.body_limits import limit_bodies_wsgi  # noqa: E402
from foundation.connections import share_connections  # noqa: E402
from jobs.api.waits import waits  # noqa: E402 - needs the apps that the line above loads
from scheduler_project.forwarded import apply_forwarded_wsgi  # noqa: E402
from scheduler_project.wsgi_bodies import read_bodies_in_time  # noqa: E402

schema_guard.refuse_to_start()
share_connections()
# Half of the threads that wsgi_server.py gives a process; the others are for requests that do not wait.
waits.set_limits(total=32, per_user=16)
application = apply_forwarded_wsgi(
    limit_bodies_wsgi(read_bodies_in_time(django_application)), settings.TRUSTED_PROXIES
)
