"""Defines the base class of Django admin pages: roles decide what a user may do, errors of services become messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import User
from accounts.origin import Via, origin_of
from accounts.rights import JobRight
from accounts.roles import Actor, Right
from foundation.errors import AppError

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = admin.ModelAdmin


def admin_actor(request: HttpRequest) -> Actor:
    """Returns the signed-in user of an admin page as an Actor. Raises TypeError if nobody is signed in."""
    user = request.user
    if not isinstance(user, User):
        raise TypeError("Admin pages are for signed-in users.")
    return user.actor.coming_from(origin_of(request, Via.ADMIN))


class RoleModelAdmin(_ModelAdmin):
    """Checks the user's role, where Django's own admin pages check permissions.

    A subclass names the right that each action needs, a JobRight on some job type; None forbids the action to
    everybody. Pages save and delete
    through services; an AppError that a service raises is shown as a message on the same page.
    """

    view_right: Right | JobRight | None = Right.SEE
    add_right: Right | JobRight | None = None
    change_right: Right | JobRight | None = None
    delete_right: Right | JobRight | None = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _may(request, self.view_right)

    def has_view_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return _may(request, self.view_right)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _may(request, self.add_right)

    def has_change_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return _may(request, self.change_right)

    def has_delete_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return _may(request, self.delete_right)

    def response_action(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponse | None:
        try:
            for key in request.POST.getlist(ACTION_CHECKBOX_NAME):
                self.opts.pk.to_python(key)
        except ValidationError as exc:
            messages.error(request, f"Nothing was done: {' '.join(exc.messages)} Select the rows again.")
            return redirect(request.get_full_path())
        return super().response_action(request, *args, **named)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        # Django's own method adds a transaction, which would hold a connection while a password is hashed or a handler
        # validates a payload. The services have transactions of their own.
        try:
            page: HttpResponse = self._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[attr-defined]  # not in the stubs
            return page
        except AppError as exc:
            messages.error(request, str(exc))
            return redirect(request.get_full_path())


def _may(request: HttpRequest, right: Right | JobRight | None) -> bool:
    user = request.user
    if right is None or not isinstance(user, User) or not user.is_active:
        return False
    return user.actor.may_somewhere(right) if isinstance(right, JobRight) else user.actor.may(right)
