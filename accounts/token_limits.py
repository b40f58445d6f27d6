"""Decides which limits a new API token may have: those that were requested, if its maker's are no narrower."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.errors import require_scope
from accounts.rights import Scope, TokenLimits, matches
from foundation.errors import Invalid, Problem

ANY = "*"


def limit_new_token(
    *, scopes: Sequence[str] | None, job_types: Sequence[str] | None, maker: TokenLimits | None
) -> TokenLimits:
    """Returns the limits of a new token: the highest of the scopes, and the patterns of job types.

    `maker` has the limits of the token that makes it, None if no token does; a maker's patterns are the default.
    Raises Forbidden (scope) if the maker may make no tokens, and Invalid for a pattern that its own do not include, and
    for scopes that do not go together.
    """
    require_scope(maker, Scope.MANAGE)
    scope = _choose_scope(scopes) if scopes else Scope.MANAGE
    outer = maker.job_types if maker else None
    if job_types is None or outer is None:
        return TokenLimits(scope, outer if job_types is None else tuple(job_types))
    problems = [
        Problem("wider", f"Your own token is limited to {', '.join(outer)}.", f"job_types.{place}")
        for place, pattern in enumerate(job_types)
        if not any(includes(one, pattern) for one in outer)
    ]
    if problems:
        raise Invalid(problems)
    return TokenLimits(scope, tuple(job_types))


def _choose_scope(names: Sequence[str]) -> Scope:
    """Returns the highest of the scopes. Raises Invalid for the one that stands apart beside another."""
    scopes = {Scope(name) for name in names}
    if Scope.METRICS in scopes and len(scopes) > 1:
        detail = "A token for metrics has no other scope: make two tokens."
        raise Invalid([Problem("conflict", detail, "scopes")])
    return max(scopes, key=list(Scope).index)


def includes(outer: str, inner: str) -> bool:
    """Returns whether every job type that the pattern `inner` matches is certainly matched by `outer`, too.

    Returns True only for equal patterns, an `inner` without `*`, and an `outer` whose only `*` is at its end. Of other
    patterns it is not decided: the answer is False, even where `outer` does include `inner`.
    """
    if outer == inner or (ANY not in inner and matches([outer], inner)):
        return True
    beginning = outer.removesuffix(ANY)
    return outer.endswith(ANY) and ANY not in beginning and inner.startswith(beginning)
