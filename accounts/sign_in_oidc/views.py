"""Serves the addresses of a sign-in by OpenID Connect, and of a logout that the provider reports."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from accounts.factor_sessions import PROVIDER, note_proof
from accounts.origin import Via, origin_of
from accounts.services.provider_logout import end_provider_sessions
from accounts.services.provider_sign_in import remember_session, sign_in_from_provider
from accounts.sign_in_oidc.claims import NAME_CLAIMS, read_identity
from accounts.sign_in_oidc.errors import not_begun_error, refusal_error
from accounts.sign_in_oidc.pending import Pending, add_pending, take_pending
from accounts.sign_in_oidc.provider import exchange_code, load_metadata, load_user_info
from accounts.sign_in_oidc.sending import Deadline
from accounts.sign_in_oidc.settings import START_PATH, Provider
from accounts.sign_in_oidc.signed import read_id_token, read_logout_token
from foundation.errors import AppError, Unavailable

CALLBACK_PATH = f"{START_PATH}callback/"
_ERROR_CODE = re.compile(r"[a-z_]{1,50}")
_View = Callable[[HttpRequest], HttpResponse]


def _answer_errors(view: _View) -> _View:
    """Makes a page with one sentence of an AppError that the view raises, with the error's status."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except AppError as exc:
            page = render(
                request,
                "accounts/sign_in_failed.html",
                {"sentence": exc.problems[0].detail, "start": START_PATH},
                status=exc.status,
            )
            if isinstance(exc, Unavailable):
                page["Retry-After"] = str(exc.retry_after)
            return page

    return answer


@never_cache
@require_GET
@_answer_errors
def begin_sign_in(request: HttpRequest) -> HttpResponse:
    """Redirects to the provider; afterwards the user goes to the path in `next`, if that is one of our own."""
    provider = _provider()
    metadata = load_metadata(provider, Deadline())
    pending = add_pending(request.session, _own_path(request.GET.get("next", "")))
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": request.build_absolute_uri(CALLBACK_PATH),
        "scope": provider.scopes,
        "state": pending.state,
        "nonce": pending.nonce,
        "code_challenge": pending.challenge,
        "code_challenge_method": "S256",
    }
    joint = "&" if "?" in metadata.authorization else "?"
    return redirect(f"{metadata.authorization}{joint}{urlencode(query)}")


@never_cache
@require_GET
@_answer_errors
def finish_sign_in(request: HttpRequest) -> HttpResponse:
    """Signs the user in whom the provider has sent back, and redirects to where the sign-in was begun."""
    provider = _provider()
    pending = take_pending(request.session, request.GET.get("state", ""))
    # A provider that names itself (RFC 9207) must be the one that was asked.
    if pending is None or request.GET.get("iss", provider.issuer) != provider.issuer:
        raise not_begun_error()
    if error := request.GET.get("error"):
        raise refusal_error(error if _ERROR_CODE.fullmatch(error) else "unknown error")
    claims = _ask_provider(request, provider, pending)
    identity = read_identity(provider, claims)
    key = request.session.session_key
    user = sign_in_from_provider(identity=identity, origin=origin_of(request, Via.UI), session_key=key)
    login(request, user)
    note_proof(request.session, PROVIDER)
    request.session.save()
    remember_session(user=user, session_key=request.session.session_key or "", sid=identity.session)
    return redirect(pending.next_path)


@csrf_exempt
@never_cache
@require_POST
def back_channel_logout(request: HttpRequest) -> HttpResponse:
    """Ends the sessions that the provider's logout token names; errors are JSON as the standard says."""
    provider = _provider()
    try:
        deadline = Deadline()
        metadata = load_metadata(provider, deadline)
        token = request.POST.get("logout_token", "")
        logout = read_logout_token(provider, metadata, deadline, logout_token=token)
        end_provider_sessions(issuer=provider.issuer, logout=logout, origin=origin_of(request, Via.SYSTEM))
    except AppError as exc:
        body = {"error": "invalid_request", "error_description": exc.problems[0].detail}
        return JsonResponse(body, status=exc.status if isinstance(exc, Unavailable) else 400)
    return HttpResponse(status=200)


def _ask_provider(request: HttpRequest, provider: Provider, pending: Pending) -> dict[str, object]:
    """Returns the claims about the user, from the ID token and, where that lacks some, from the user info."""
    deadline = Deadline()
    metadata = load_metadata(provider, deadline)
    tokens = exchange_code(
        provider,
        metadata,
        deadline,
        code=request.GET.get("code", ""),
        verifier=pending.verifier,
        redirect_uri=request.build_absolute_uri(CALLBACK_PATH),
    )
    claims = read_id_token(provider, metadata, deadline, id_token=tokens.id_token, nonce=pending.nonce)
    is_complete = provider.groups_claim in claims and any(name in claims for name in NAME_CLAIMS)
    if is_complete or not metadata.user_info or not tokens.access_token:
        return claims
    further = load_user_info(metadata, tokens.access_token, deadline, subject=claims["sub"])
    return {**further, **claims}


def _provider() -> Provider:
    """Returns the provider's settings. Raises Http404 if there is none."""
    provider: Provider | None = settings.OIDC
    if provider is None:
        raise Http404
    return provider


def _own_path(path: str) -> str:
    """Returns the path if it leads to a page of this site, else the start page's."""
    is_own = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_own else "/"
