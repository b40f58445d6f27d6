"""Who acts in the admin, and how the services' refusals are shown there."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest

from accounts.models import User
from accounts.roles import Actor
from foundation.errors import AppError

SHOWN_REFUSALS = 10


def actor_of(request: HttpRequest) -> Actor:
    user = request.user
    if not isinstance(user, User):
        raise TypeError("Admin pages are for signed-in users.")
    return user.actor


def tell_refusals(request: HttpRequest, refused: Iterable[tuple[object, AppError]]) -> None:
    """One message for each thing that was refused, up to ten, then how many more."""
    listed = list(refused)
    for thing, error in listed[:SHOWN_REFUSALS]:
        messages.error(request, f"{thing}: {error}")
    if len(listed) > SHOWN_REFUSALS:
        messages.error(request, f"{len(listed) - SHOWN_REFUSALS} more were refused.")
