"""Defines the page of Django's admin on which users change their own password, as `session/password/` does it.

Django's own page would neither count wrong passwords nor write to the audit trail, and leave other sessions open.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse_lazy

from accounts.models import User
from accounts.origin import Via, origin_of
from accounts.services.sign_in import change_own_password
from foundation.errors import AppError, Unavailable


class OwnPasswordForm(AdminPasswordChangeForm):
    """Takes the current password and, twice, the new one."""

    user: User

    def __init__(self, user: User, *args: Any, request: HttpRequest, **named: Any) -> None:
        super().__init__(user, *args, **named)
        self.request = request

    def clean_old_password(self) -> str:
        """Returns the current password, which `clean` checks."""
        password: str = self.cleaned_data["old_password"]
        return password

    def clean(self) -> dict[str, Any]:
        """Changes the password, if both new ones are the same and valid, and returns the form's values.

        A wrong current password and a lockout become errors of the form. Raises Unavailable (503) if too many passwords
        are checked at this moment.
        """
        values: dict[str, Any] = super().clean() or {}
        if self.errors:
            return values
        try:
            self.user = change_own_password(
                user=self.user.coming_from(origin_of(self.request, Via.ADMIN)),
                current=values["old_password"],
                new=values["new_password1"],
                keep_session=self.request.session.session_key,
            )
        except Unavailable:
            raise
        except AppError as exc:
            detail = " ".join(problem.detail for problem in exc.problems)
            self.add_error("old_password", ValidationError(detail, code=exc.problems[0].code))
        return values

    def save(self, _commit: bool = True) -> User:
        """Returns the user, who has the new password already."""
        return self.user


class OwnPasswordPage(PasswordChangeView):
    """Shows the form to whoever may use the admin."""

    form_class = OwnPasswordForm
    success_url = reverse_lazy("admin:password_change_done")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}


def change_password(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
    """Answers requests for the page; takes the place of the admin site's method of this name."""
    context = {**admin.site.each_context(request), **(extra_context or {})}
    return OwnPasswordPage.as_view(extra_context=context)(request)
