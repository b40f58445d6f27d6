"""Stands for the broker's publisher in tests of the dispatcher."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from jobs.messaging.broker import DispatchMessage


class FakePublisher:
    """Confirms what it is given, or not."""

    def __init__(self) -> None:
        self.messages: list[DispatchMessage] = []
        self.away = False
        self.ready = 0

    @property
    def published(self) -> list[uuid.UUID]:
        return [job_id for message in self.messages for job_id in message.job_ids]

    def publish(self, messages: Sequence[DispatchMessage]) -> set[uuid.UUID]:
        if self.away:
            return set()
        self.messages += messages
        return {job_id for message in messages for job_id in message.job_ids}

    def depth(self, queue: str) -> int:
        return self.ready

    def tend(self) -> None:
        """An idle connection needs no care here."""
