"""Defines errors of accounts: too many requests, outdated caches, second factors, scopes, service accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.rights import JobRight, Scope, TokenLimits
from accounts.roles import Actor, Right, needed_scope
from foundation.errors import AppError, Conflict, Forbidden, Problem

if TYPE_CHECKING:
    from accounts.models import User


class TooMany(AppError):
    """Raised if there are too many requests (429); the same request may succeed after `retry_after` seconds."""

    status = 429

    def __init__(self, problem: Problem, *, retry_after: int) -> None:
        super().__init__(problem)
        self.retry_after = retry_after


class Outdated(Conflict):
    """Raised if the cached template or API token of a request was stale in each of its tries (409)."""

    def __init__(self) -> None:
        detail = "The template or your token was changed at this very moment: send the request again."
        super().__init__(Problem("outdated", detail))


def viewing_problem(name: str) -> Problem:
    """Returns the Problem (viewing_as) of an admin who looks at the platform as the user of this name."""
    detail = f"You look at the platform as {name}: nothing can be changed until you end that."
    return Problem("viewing_as", detail)


class SecondFactorDue(AppError):
    """Raised if name and password were right, and `user` has to prove a second factor before the sign-in (401)."""

    status = 401

    def __init__(self, user: User) -> None:
        super().__init__(
            Problem("second_factor", "The password is right. Go on with a code or a passkey of this account.")
        )
        self.user = user


class SignInFirst(AppError):
    """Raised if a second factor is sent without a sign-in that waits for it, or too late (401)."""

    status = 401

    def __init__(self) -> None:
        detail = "No sign-in waits for a second factor: begin again with name and password."
        super().__init__(Problem("sign_in_first", detail))


def scope_problem(actor: Actor, right: Right | JobRight) -> Problem | None:
    """Returns the Problem (scope, viewing_as) if the request's API token does not allow the right; None if it does."""
    if actor.token is None or actor.is_in_scope(right):
        return None
    if actor.token.is_view:
        return viewing_problem(actor.name)
    return _scope_problem(actor.token.scope, needed_scope(right))


def require_scope(token: TokenLimits | None, needed: Scope) -> None:
    """Raises Forbidden (scope) if the request has an API token and its scope does not include the needed one."""
    if token is not None and not token.scope.includes(needed):
        raise Forbidden(_scope_problem(token.scope, needed))


def service_problem(name: str, attr: str | None = None) -> Problem:
    """Returns the Problem (service_account) of a service account's password, sign-in or link."""
    detail = f"{name} is a service account, which does not sign in: it uses API tokens."
    return Problem("service_account", detail, attr)


def _scope_problem(scope: Scope, needed: Scope) -> Problem:
    return Problem("scope", f"This token's scope is {scope}; this needs the scope {needed}.")
