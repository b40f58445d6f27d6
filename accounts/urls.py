"""Maps addresses below /api/v1/ to the REST views of sessions, second factors, users, groups, grants and tokens."""

from __future__ import annotations

from django.urls import path

from accounts.api import openapi  # noqa: F401 - registers the token scheme before the document is made
from accounts.api.factors import (
    FactorsView,
    PasskeysBeginView,
    PasskeysView,
    PasskeyView,
    RecoveryCodesView,
    TotpConfirmView,
    TotpView,
)
from accounts.api.grants import GrantsView, GrantView
from accounts.api.groups import GroupsView, GroupView
from accounts.api.own_password import OwnPasswordView
from accounts.api.second_factor import SecondFactorView
from accounts.api.session import SessionView
from accounts.api.sessions import OneSessionView, SessionsView
from accounts.api.tokens import TokensView, TokenView
from accounts.api.user_factors import UserFactorsView
from accounts.api.users import ResetView, UsersView, UserView
from accounts.api.view_as import ViewAsView
from accounts.api.ws_tickets import WsTicketsView

urlpatterns = [
    path("session/", SessionView.as_view()),
    path("session/password/", OwnPasswordView.as_view()),
    path("sessions/", SessionsView.as_view()),
    path("sessions/<int:session_id>/", OneSessionView.as_view()),
    path("session/view-as/", ViewAsView.as_view()),
    path("session/second-factor/", SecondFactorView.as_view()),
    path("session/factors/", FactorsView.as_view()),
    path("session/factors/totp/", TotpView.as_view()),
    path("session/factors/totp/confirm/", TotpConfirmView.as_view()),
    path("session/factors/passkeys/begin/", PasskeysBeginView.as_view()),
    path("session/factors/passkeys/", PasskeysView.as_view()),
    path("session/factors/passkeys/<int:passkey_id>/", PasskeyView.as_view()),
    path("session/factors/recovery-codes/", RecoveryCodesView.as_view()),
    path("ws-tickets/", WsTicketsView.as_view()),
    path("tokens/", TokensView.as_view()),
    path("tokens/<int:token_id>/", TokenView.as_view()),
    path("users/", UsersView.as_view()),
    path("users/<str:username>/", UserView.as_view()),
    path("users/<str:username>/factors/", UserFactorsView.as_view()),
    path("users/<str:username>/reset/", ResetView.as_view()),
    path("groups/", GroupsView.as_view()),
    path("groups/<str:group>/", GroupView.as_view()),
    path("grants/", GrantsView.as_view()),
    path("grants/<int:grant_id>/", GrantView.as_view()),
]
