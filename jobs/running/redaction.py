"""Defines what is cut out of all that a job tells: its log, progress, result and error."""

from __future__ import annotations

from collections.abc import Iterable

from foundation.masking.current import get_platform_masking
from foundation.masking.masking import Masking


class Redaction(Masking):
    """Masks the secret values of a job, and the platform's own secret settings, also if the job has no values."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        super().__init__(values, also=get_platform_masking())
