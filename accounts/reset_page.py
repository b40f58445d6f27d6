"""Serves the page that a one-time link for a new password opens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.origin import Via, origin_of
from accounts.services.reset_links import reset_password, user_of_reset_link
from accounts.services.second_factor import needs_second_factor
from accounts.views import REFERRER_POLICY
from foundation.errors import Forbidden, Invalid


class NewPasswordForm(forms.Form):
    """Takes a new password, twice, since a misspelt one would lock its user out."""

    password = forms.CharField(
        label="New password",
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
        help_text="At least 10 characters, not like your name, and not a common password.",
    )
    repeated = forms.CharField(
        label="New password again",
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Adds an error if the passwords differ, and returns the form's values."""
        values = self.cleaned_data
        if "password" in values and "repeated" in values and values["password"] != values["repeated"]:
            self.add_error("repeated", "This is not the same password. Enter both again.")
        return values


@never_cache
@require_http_methods(["GET", "POST"])
def reset_password_page(request: HttpRequest, token: str) -> HttpResponse:
    """Shows a form, sets the password that it sends, and signs its user in; returns 410 if the link would not work.

    Showing the form does not use the link: programs that preview links do that, too.
    """
    try:
        answer = _answer(request, token)
    except Forbidden:
        answer = render(request, "accounts/reset_link_spent.html", status=410)
    answer.headers["Referrer-Policy"] = REFERRER_POLICY
    return answer


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    account = user_of_reset_link(token)
    form = NewPasswordForm(request.POST or None)
    if form.is_valid():
        try:
            password = form.cleaned_data["password"]
            user = reset_password(token=token, password=password, origin=origin_of(request, Via.UI))
        except Invalid as exc:
            form.add_error("password", [problem.detail for problem in exc.problems])
        else:
            # A link proves no second factor: who has one signs in with the new password and with that.
            if not needs_second_factor(user):
                login(request, user)
            return redirect("/")
    context = {"form": form, "account": account}
    return render(request, "accounts/reset_password.html", context, status=400 if form.errors else 200)
