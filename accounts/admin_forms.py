"""Defines forms of Django's admin: to sign in, with the lockout that the REST API has, and to edit a user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.audit import client_ip
from accounts.errors import SecondFactorDue
from accounts.models import User
from accounts.services.sign_in import sign_in
from accounts.sign_in_oidc.settings import list_providers
from foundation.errors import AppError, Forbidden, Unavailable

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[User]
else:
    _ModelForm = forms.ModelForm


class SignInForm(AdminAuthenticationForm):
    """Signs users in to Django's admin through `services.sign_in`, which locks out guessers; Django's form does not."""

    @property
    def ways(self) -> list[dict[str, str]]:
        """Returns the providers that sign users in, with name and address, for the page's template."""
        return list_providers()

    @property
    def is_local(self) -> bool:
        """Returns whether users sign in by name and password, so that the page shows the form."""
        return bool(settings.LOCAL_SIGN_IN)

    def clean(self) -> dict[str, Any]:
        """Checks name and password, sets `user_cache`, and returns the form's values.

        Raises ValidationError for a wrong password or a lockout, Unavailable (503) if too many passwords are checked,
        PermissionDenied (403) if nobody signs in by password here, and SecondFactorDue, for which the site redirects to
        the UI.
        """
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if username and password:
            ip = client_ip(self.request) if self.request else None
            try:
                self.user_cache = sign_in(username=username, password=password, ip=ip)
            except (Unavailable, SecondFactorDue):
                raise  # nothing was tried, or nothing was wrong: the form must not report a mistake
            except Forbidden as exc:
                raise PermissionDenied(str(exc)) from None
            except AppError as exc:
                raise ValidationError(str(exc), code=exc.problems[0].code) from None
            self.confirm_login_allowed(self.user_cache)
        return self.cleaned_data


class UserForm(_ModelForm):
    """Edits a user's name, role, password and active flag in Django's admin."""

    new_password = forms.CharField(
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="If this is empty, the password stays as it is; a new user can then sign in by link or token only.",
    )

    class Meta:
        model = User
        fields = ["username", "role", "is_active"]

    def clean_new_password(self) -> str | None:
        """Returns the new password; None, to keep the old one, if it is empty. Raises ValidationError if it is weak."""
        password: str = self.cleaned_data["new_password"]
        if not password:
            return None
        validate_password(password, self.instance)
        return password
