"""Serves the page that a one-time sign-in link opens."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.factor_sessions import LINK, note_proof
from accounts.origin import Via, origin_of
from accounts.services.one_time import find_user_of_link, redeem_sign_in_link
from foundation.errors import Forbidden

# The address is a secret: pages after this one get only its origin. With `no-referrer` browsers would also leave out
# the origin that the CSRF check of the form needs.
REFERRER_POLICY = "strict-origin"


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Shows a page with one button, which signs the link's user in; returns 410 if the link is unknown or spent.

    GET does not use the link up: programs that show previews of links in messages open them, too. No second factor is
    asked for: a link is the door for those who have lost theirs.
    """
    answer = _sign_in(request, token) if request.method == "POST" else _show_button(request, token)
    answer.headers["Referrer-Policy"] = REFERRER_POLICY
    return answer


def _show_button(request: HttpRequest, token: str) -> HttpResponse:
    user = find_user_of_link(token=token)
    if user is None:
        return _say_spent(request)
    return render(request, "accounts/sign_in_by_link.html", {"name": user.username})


def _sign_in(request: HttpRequest, token: str) -> HttpResponse:
    try:
        user = redeem_sign_in_link(token=token, origin=origin_of(request, Via.UI))
    except Forbidden:
        return _say_spent(request)
    login(request, user)
    note_proof(request.session, LINK)
    return redirect("/")


def _say_spent(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/link_spent.html", status=410)
