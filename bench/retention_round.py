"""Deletes once what is old, as a dispatcher does each minute, and prints the seconds that it took."""

from __future__ import annotations

import os
import time

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduler_project.settings")
    django.setup()
    # Only now: they need Django's models.
    from foundation.database_limits import DISPATCHER, limit_new_connections
    from jobs.dispatcher.retention import Retention

    limit_new_connections(DISPATCHER)
    began = time.perf_counter()
    Retention().run_once()
    print(time.perf_counter() - began)


if __name__ == "__main__":
    main()
