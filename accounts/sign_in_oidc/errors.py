"""Defines the errors of a sign-in by a provider; each shows as a page with one sentence."""

from __future__ import annotations

from foundation.errors import AppError, Forbidden, Invalid, Problem, Unavailable

AGAIN = "Begin the sign-in again."


class ProviderUnusable(AppError):
    """Raised if the provider's answer is not usable (HTTP 502): no JSON, something missing, or not to be trusted."""

    status = 502
    type = "server_error"


def unusable_error(detail: str) -> ProviderUnusable:
    """Returns the error for an answer of the provider that is not usable; `detail` is a sentence."""
    return ProviderUnusable(Problem("provider_unusable", detail))


def away_error(reason: str) -> Unavailable:
    """Returns the error for a provider that does not answer (HTTP 503)."""
    return Unavailable(Problem("provider_away", f"The sign-in provider {reason}. Try again in a moment."))


def not_begun_error() -> Invalid:
    """Returns the error for an answer that belongs to no sign-in begun in this browser within ten minutes."""
    detail = f"This sign-in was not begun in this browser, took too long, or was finished before. {AGAIN}"
    return Invalid(Problem("sign_in_not_begun", detail))


def refusal_error(code: str) -> Forbidden:
    """Returns the error for a sign-in that the provider refuses with an error code of the standard."""
    return Forbidden(Problem("refused_by_provider", f"The sign-in provider refused: {code}. {AGAIN}"))


def no_role_error() -> Forbidden:
    """Returns the error for a user to whom nothing at the provider gives a role here."""
    detail = "You are known to the sign-in provider, but none of your groups there has a role here."
    return Forbidden(Problem("no_role", detail))


def inactive_error() -> Forbidden:
    """Returns the error for a user whose account here is not active."""
    return Forbidden(Problem("not_active", "Your account here is switched off; an admin can switch it on."))
