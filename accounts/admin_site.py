"""Defines the site of Django's admin, which sends sign-ins with a second factor to the UI, and asks for factors."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.errors import SecondFactorDue
from accounts.factor_sessions import missing_factor
from accounts.models import User
from accounts.origin import Via
from accounts.sign_out import sign_out


class AdminSite(admin.AdminSite):
    """Is Django's admin, behind the same second factors as the REST API."""

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Signs in by password; redirects to the UI, which asks for the second factor, if the account has one."""
        try:
            return super().login(request, extra_context)
        except SecondFactorDue:
            return redirect("/")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Signs out, with an entry in the audit trail."""
        sign_out(request, Via.ADMIN)
        return super().logout(request, extra_context)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Wraps a page of the admin: besides Django's checks, a session without a factor it needs gets 403."""
        checked = super().admin_view(view, cacheable)

        def show(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
            user = request.user
            problem = missing_factor(request.session, user) if isinstance(user, User) else None
            if problem is None or request.path == reverse("admin:logout", current_app=self.name):
                page: HttpResponse = checked(request, *args, **named)
                return page
            return render(request, "accounts/factor_required.html", {"problem": problem}, status=403)

        return update_wrapper(show, checked)
