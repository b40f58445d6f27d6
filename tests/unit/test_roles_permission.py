"""RoleAllows on views that declare, half declare, and do not declare."""

import pytest
from django.contrib.auth.models import AnonymousUser
from rest_framework.exceptions import NotAuthenticated
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from accounts.models import User
from accounts.permissions import RoleAllows, actor_of
from accounts.roles import Actor, Right, Role


class Declared(APIView):
    rights = {"GET": Right.SEE, "POST": Right.OPERATE}

    def get(self, request):
        return Response("seen")

    def post(self, request):
        return Response("done")

    def delete(self, request):
        return Response("must never be reached: no right is declared")


class PostOnly(APIView):
    rights = {"POST": Right.EDIT}

    def post(self, request):
        return Response("done")


class PublicGet(Declared):
    public_methods = {"GET"}


def ask(view, method, role=None):
    request = APIRequestFactory().generic(method, "/")
    if role is not None:
        force_authenticate(request, User(username="ann", role=role))
    return view.as_view()(request)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_it_lets_reading_methods_follow_get(method):
    assert ask(Declared, method, Role.VIEWER).status_code == 200
    assert ask(Declared, method).status_code == 401


def test_it_tells_who_lacks_a_right_which_role_is_needed():
    answer = ask(Declared, "POST", Role.VIEWER)
    assert answer.status_code == 403
    assert answer.data["errors"][0] == {
        "code": "permission_denied",
        "detail": "This needs the role operator or a higher one; yours is viewer.",
        "attr": None,
    }


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.EDITOR, Role.ADMIN])
def test_it_lets_higher_roles_do_what_lower_ones_may(role):
    assert ask(Declared, "POST", role).status_code == 200


def test_it_denies_a_method_without_a_declaration_even_to_admins():
    answer = ask(Declared, "DELETE", Role.ADMIN)
    assert answer.status_code == 403
    assert "does not say who may use DELETE" in answer.data["errors"][0]["detail"]


def test_it_denies_everything_on_a_view_that_declares_nothing():
    class Silent(APIView):
        def get(self, request):
            return Response("must never be reached")

    assert ask(Silent, "GET", Role.ADMIN).status_code == 403
    assert ask(Silent, "OPTIONS", Role.ADMIN).status_code == 403


def test_a_method_the_view_does_not_have_is_405_for_users_and_401_for_strangers():
    assert ask(Declared, "PATCH", Role.VIEWER).status_code == 405
    assert ask(Declared, "PATCH").status_code == 401


def test_options_of_a_view_without_get_need_its_least_right():
    assert ask(PostOnly, "OPTIONS", Role.EDITOR).status_code == 200
    assert ask(PostOnly, "OPTIONS", Role.OPERATOR).status_code == 403


def test_public_methods_need_no_login_and_others_still_do():
    assert ask(PublicGet, "GET").status_code == 200
    assert ask(PublicGet, "HEAD").status_code == 200
    assert ask(PublicGet, "POST").status_code == 401


def test_a_401_says_how_to_authenticate():
    assert ask(Declared, "GET")["WWW-Authenticate"] == "Token"


def test_every_view_has_it_by_default():
    assert APIView.permission_classes == [RoleAllows]


def test_the_actor_of_a_request_is_its_user_with_the_role():
    request = APIView().initialize_request(APIRequestFactory().get("/"))
    request.user = User(username="ann", role=Role.EDITOR)
    assert actor_of(request) == Actor("ann", Role.EDITOR)
    request.user = AnonymousUser()
    with pytest.raises(NotAuthenticated):
        actor_of(request)
