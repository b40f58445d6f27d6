"""Serves the page that a one-time sign-in link opens."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.audit import client_ip
from accounts.services.one_time import redeem_sign_in_link
from foundation.errors import Forbidden


@never_cache
@require_GET
def sign_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Signs the link's user in and redirects to the UI; returns 410 if the link is unknown, used or expired."""
    try:
        user = redeem_sign_in_link(token=token, ip=client_ip(request))
    except Forbidden:
        return render(request, "accounts/link_spent.html", status=410)
    login(request, user)
    return redirect("/")
