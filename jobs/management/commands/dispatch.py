"""`manage.py dispatch`: runs the dispatcher process."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from jobs.dispatcher.process import main


class Command(BaseCommand):
    help = "Hands due jobs to the broker, relays events, repairs what got lost. Run one or more; there is no leader."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        main()
