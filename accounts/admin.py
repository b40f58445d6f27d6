"""Defines the Django admin pages of users, API tokens and the audit trail; only users with the role admin see them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest

from accounts.admin_base import RoleModelAdmin, admin_actor
from accounts.admin_forms import SignInForm, UserForm
from accounts.admin_password import change_password
from accounts.models import ApiToken, AuditEntry, User
from accounts.roles import Right, Role
from accounts.services.tokens import revoke_token
from accounts.services.users import change_user, create_user

admin.site.login_form = SignInForm
admin.site.password_change = change_password  # type: ignore[assignment,method-assign]  # the site has no setting for it
admin.site.unregister(Group)  # roles take their place


@admin.register(User)
class UserAdmin(RoleModelAdmin):
    """Lists, creates and changes users in Django's admin, where users cannot be deleted."""

    view_right = add_right = change_right = Right.ADMINISTER
    form = UserForm
    list_display = ["username", "role", "is_active", "last_login", "created_at"]
    list_filter = ["role", "is_active"]
    search_fields = ["username"]

    def get_readonly_fields(self, _request: HttpRequest, obj: Any = None) -> list[str]:
        return ["username"] if obj else []  # jobs and the audit trail refer to users by name

    def save_model(self, request: HttpRequest, obj: Any, form: BaseForm, change: bool) -> None:
        values, by = form.cleaned_data, admin_actor(request)
        password, active = values["new_password"], values["is_active"]
        if not change:
            user = create_user(name=obj.username, role=Role(obj.role), password=password, by=by)
            obj.pk = user.pk
            obj._state.adding = False
            password = None
        # Two transactions for a new user who should not be active: the second only takes a right away.
        user = change_user(
            user=obj,
            by=by,
            role=Role(obj.role),
            active=active,
            password=password,
            keep_session=request.session.session_key,
        )
        if user == request.user and password:
            update_session_auth_hash(request, user)


@admin.register(ApiToken)
class ApiTokenAdmin(RoleModelAdmin):
    """Lists and revokes the API tokens of all users in Django's admin."""

    view_right = delete_right = Right.ADMINISTER
    list_display = ["name", "user", "created", "expiry"]
    fields = ["name", "user", "created", "expiry"]
    list_select_related = ["user"]
    search_fields = ["name", "user__username"]

    def delete_model(self, request: HttpRequest, obj: ApiToken) -> None:
        revoke_token(token=obj, by=admin_actor(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        for token in queryset.select_related("user"):
            revoke_token(token=token, by=admin_actor(request))


@admin.register(AuditEntry)
class AuditEntryAdmin(RoleModelAdmin):
    """Shows the audit trail in Django's admin, where nobody can change it."""

    view_right = Right.ADMINISTER
    list_display = ["at", "actor", "action", "object", "ip"]
    search_fields = ["actor", "action", "object"]
    show_full_result_count = False
