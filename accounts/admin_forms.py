"""Defines the admin's forms: for signing in, with the same lockout as elsewhere, and for users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.audit import client_ip
from accounts.models import User
from accounts.services.sign_in import sign_in
from foundation.errors import AppError, Unavailable

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[User]
else:
    _ModelForm = forms.ModelForm


class SignInForm(AdminAuthenticationForm):
    """Signs in through the service instead of Django's own check."""

    def clean(self) -> dict[str, Any]:
        """Checks name and password; Django's own check has no lockout. Raises Unavailable (503) if overloaded."""
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if username and password:
            ip = client_ip(self.request) if self.request else None
            try:
                self.user_cache = sign_in(username=username, password=password, ip=ip)
            except Unavailable:
                raise  # nothing was tried, so the form must not report a mistake
            except AppError as exc:
                raise ValidationError(str(exc), code=exc.problems[0].code) from None
            self.confirm_login_allowed(self.user_cache)
        return self.cleaned_data


class UserForm(_ModelForm):
    """Edits a user's name, role and password, and whether the user is active."""

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
        """Returns the validated password, or None to keep the old one."""
        password: str = self.cleaned_data["new_password"]
        if not password:
            return None
        validate_password(password, self.instance)
        return password
