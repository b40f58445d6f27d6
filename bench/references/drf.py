"""`python -m bench.references.drf PORT` serves the minimal DRF endpoint; without a port it makes its table."""

from __future__ import annotations

import os
import sys

import django
from django.db import connection

from scheduler_project import wsgi_server


def main(port: str | None) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.references.drf_settings"
    django.setup()
    if port is not None:
        wsgi_server.serve("bench.references.drf_site:application", host="127.0.0.1", port=int(port))
        return
    from bench.references.drf_site import Row  # a model needs Django set up

    with connection.schema_editor() as editor:
        editor.create_model(Row)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
