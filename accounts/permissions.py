"""Defines the default permission of REST views: a view declares the right that each HTTP method needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.errors import scope_problem, viewing_problem
from accounts.factor_sessions import missing_factor
from accounts.models import User
from accounts.rights import JobRight
from accounts.roles import Actor, Right, Role
from foundation.errors import Forbidden, Problem

if TYPE_CHECKING:  # rest_framework.views loads this module while it is being loaded itself
    from rest_framework.views import APIView


class RoleAllows(BasePermission):
    """Permits a request by two optional attributes of its view; methods that neither of them names are denied.

    `rights = {"GET": Right.SEE}` names the right that a method needs, `public_methods = {"GET"}` those open to anybody.
    While an admin looks at the platform as somebody else, only GET is open, save for views with `is_open_to_views`.
    A JobRight needs to be held on some job type only: the service that the view calls knows which, and checks that.
    HEAD and OPTIONS need the right of GET. The response is 401 without a sign-in, and 403 without the right.
    A session that still has to set up a second factor may use only views with `is_open_without_factor = True`.
    """

    message: str
    code = "permission_denied"

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Returns whether the user may call this method of the view; if not, sets `message` for the response."""
        rights: Mapping[str, Right | JobRight] = getattr(view, "rights", {})
        public: Collection[str] = getattr(view, "public_methods", ())
        method = _declared_method(request.method or "", rights, public)
        if method in public:
            return True
        user = request.user
        if not isinstance(user, User):
            return False
        if not getattr(view, "is_open_without_factor", False) and (problem := factor_problem(request)):
            return self._refuse(problem)
        if not hasattr(view, method.lower()):
            return True  # DRF goes on to answer 405
        if user.viewer is not None and method != "GET" and not getattr(view, "is_open_to_views", False):
            return self._refuse(viewing_problem(user.username))
        right = rights.get(method)
        if right is None:
            self.message = f"This address does not say who may use {method}, so nobody may."
            return False
        actor = user.actor
        if problem := scope_problem(actor, right):
            return self._refuse(problem)
        granted = ", or a grant" if isinstance(right, JobRight) else ""
        role = lowest_role_with(right)
        self.message = f"This needs the role {role} or a higher one{granted}; yours is {user.role}."
        return actor.may_somewhere(right) if isinstance(right, JobRight) else actor.may(right)

    def _refuse(self, problem: Problem) -> bool:
        self.code, self.message = problem.code, problem.detail
        return False


class HasSecondFactor(BasePermission):
    """Permits a request unless its session still has to set up a second factor; for views of other packages."""

    message: str
    code = "permission_denied"

    def has_permission(self, request: Request, _view: APIView) -> bool:
        """Returns whether the session has the second factor that it needs; if not, sets `message` for the response."""
        if problem := factor_problem(request):
            self.code, self.message = problem.code, problem.detail
        return problem is None


def factor_problem(request: Request) -> Problem | None:
    """Returns the Problem (second_factor_required) of a session without a second factor that its user must have.

    Returns None for requests with an API token: programs are not asked.
    """
    user = request.user
    if not isinstance(user, User) or not isinstance(request.successful_authenticator, SessionAuthentication):
        return None
    return missing_factor(request._request.session, user)


def user_of(request: Request) -> User:
    """Returns the signed-in user of a request. Raises NotAuthenticated (401) if nobody is signed in."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


def actor_of(request: Request) -> Actor:
    """Returns the signed-in user of a request as an Actor, which services expect as the author of a change.

    Raises NotAuthenticated (401) if nobody is signed in.
    """
    return user_of(request).actor


def find_actor_again(request: Request) -> Actor:
    """Returns the signed-in user as an Actor with the rights of now: a request that waited began with earlier ones.

    Raises NotAuthenticated (401) if the user was switched off meanwhile.
    """
    before = user_of(request)
    if before.viewer is not None:
        return before.actor
    user = User.objects.filter(pk=before.pk, is_active=True).first()
    if user is None:
        raise NotAuthenticated
    user.token_id, user.token, user.origin = before.token_id, before.token, before.origin
    return user.actor


def require_right(actor: Actor, right: Right) -> None:
    """Raises Forbidden if the actor lacks the right, or the request's API token does not allow it (code `scope`)."""
    if problem := scope_problem(actor, right):
        raise Forbidden(problem)
    if not actor.may(right):
        detail = f"This needs the role {lowest_role_with(right)} or a higher one; yours is {actor.role}."
        raise Forbidden(Problem("permission_denied", detail))


def lowest_role_with(right: Right | JobRight) -> Role:
    """Returns the lowest role that has the right; a JobRight on the job types of open templates."""
    if isinstance(right, JobRight):
        return next(role for role in Role if Actor("", role).has_on_open_types(right))
    return next(role for role in Role if role.may(right))


def _declared_method(method: str, rights: Mapping[str, Right | JobRight], public: Collection[str]) -> str:
    if method not in {"HEAD", "OPTIONS"}:
        return method
    if method == "HEAD" or "GET" in rights or "GET" in public:
        return "GET"
    # OPTIONS of a view without GET needs the lowest right of its methods.
    return min(rights, key=lambda name: list(Role).index(lowest_role_with(rights[name])), default=method)
