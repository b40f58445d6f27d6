"""Shows errors that services raised as messages on Django admin pages."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest

from foundation.errors import AppError

MAX_SHOWN_REFUSALS = 10


def show_refusals(request: HttpRequest, refused: Iterable[tuple[object, AppError]]) -> None:
    """Shows each pair (object, its error) as a message, up to MAX_SHOWN_REFUSALS, then how many more there are."""
    listed = list(refused)
    for subject, error in listed[:MAX_SHOWN_REFUSALS]:
        messages.error(request, f"{subject}: {error}")
    if len(listed) > MAX_SHOWN_REFUSALS:
        messages.error(request, f"{len(listed) - MAX_SHOWN_REFUSALS} more were refused.")
