"""Defines the Django admin pages of users, groups, grants, API tokens and the audit trail, which only admins see."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import admin
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import Group as DjangoGroup
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest

from accounts.admin_base import RoleModelAdmin, admin_actor
from accounts.admin_forms import GrantForm, GroupForm, SignInForm, UserForm
from accounts.admin_password import change_password
from accounts.models import ApiToken, AuditEntry, Group, StoredGrant, User
from accounts.roles import Right, Role
from accounts.services.grants import change_grant, create_grant, delete_grant
from accounts.services.groups import change_group, create_group, delete_group
from accounts.services.tokens import revoke_token
from accounts.services.users import change_user, create_user

admin.site.login_form = SignInForm
admin.site.password_change = change_password  # type: ignore[assignment,method-assign]  # the site has no setting for it
admin.site.unregister(DjangoGroup)  # groups of our own take their place


@admin.register(User)
class UserAdmin(RoleModelAdmin):
    """Lists, creates and changes users in Django's admin, where users cannot be deleted."""

    view_right = add_right = change_right = Right.ADMINISTER
    form = UserForm
    list_display = ["username", "role", "is_active", "is_service", "last_login", "created_at"]
    list_filter = ["role", "is_active", "is_service"]
    search_fields = ["username"]

    def get_readonly_fields(self, _request: HttpRequest, obj: Any = None) -> list[str]:
        return ["username"] if obj else []  # jobs and the audit trail refer to users by name

    def save_model(self, request: HttpRequest, obj: Any, form: BaseForm, change: bool) -> None:
        values, by = form.cleaned_data, admin_actor(request)
        password, active = values["new_password"], values["is_active"]
        wished = {
            "role": Role(obj.role),
            "groups": [group.name for group in values["groups"]],
            "service": values["is_service"],
        }
        if not change:
            user = create_user(name=obj.username, password=password, by=by, **wished)
            obj.pk = user.pk
            obj._state.adding = False
            password = None
        # Two transactions for a new user who should not be active: the second only takes a right away.
        keep = request.session.session_key
        user = change_user(user=obj, by=by, active=active, password=password, keep_session=keep, **wished)
        if user == request.user and password:
            update_session_auth_hash(request, user)


@admin.register(Group)
class GroupAdmin(RoleModelAdmin):
    """Lists, creates, changes and deletes groups in Django's admin."""

    view_right = add_right = change_right = delete_right = Right.ADMINISTER
    form = GroupForm
    list_display = ["name", "created_at"]
    search_fields = ["name"]

    def save_model(self, request: HttpRequest, obj: Any, form: BaseForm, change: bool) -> None:
        values, by = form.cleaned_data, admin_actor(request)
        members = [user.username for user in values["members"]]
        if change:
            before = Group.objects.get(pk=obj.pk).name
            change_group(name=before, new_name=values["name"], members=members, by=by)
        else:
            obj.pk = create_group(name=values["name"], members=members, by=by).pk

    def delete_model(self, request: HttpRequest, obj: Group) -> None:
        delete_group(name=obj.name, by=admin_actor(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Group]) -> None:
        for group in queryset:
            delete_group(name=group.name, by=admin_actor(request))


@admin.register(StoredGrant)
class GrantAdmin(RoleModelAdmin):
    """Lists, creates, changes and deletes grants in Django's admin; whose grant it is never changes."""

    view_right = add_right = change_right = delete_right = Right.ADMINISTER
    form = GrantForm
    list_display = ["__str__", "user", "group", "created_at", "created_by"]
    list_select_related = ["user", "group"]
    search_fields = ["user__username", "group__name"]

    def get_readonly_fields(self, _request: HttpRequest, obj: Any = None) -> list[str]:
        return ["user", "group"] if obj else []

    def save_model(self, request: HttpRequest, obj: Any, form: BaseForm, change: bool) -> None:
        values, by = form.cleaned_data, admin_actor(request)
        given = {"job_types": values["job_types"], "rights": values["rights"]}
        if change:
            change_grant(grant_id=obj.pk, by=by, **given)
        else:
            user, group = values["user"], values["group"]
            made = create_grant(user=user and user.username, group=group and group.name, by=by, **given)
            obj.pk = made.pk

    def delete_model(self, request: HttpRequest, obj: StoredGrant) -> None:
        delete_grant(grant_id=obj.pk, by=admin_actor(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[StoredGrant]) -> None:
        for grant in queryset:
            delete_grant(grant_id=grant.pk, by=admin_actor(request))


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
    list_display = ["at", "actor", "action", "object", "via", "address"]
    search_fields = ["actor", "action", "object"]
    show_full_result_count = False

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> AuditEntry | None:
        try:
            entry_id = uuid.UUID(object_id)
        except ValueError:
            return None
        # The primary key begins with the time, by which an entry is found in its partition.
        found = self.get_queryset(request).filter(at__range=AuditEntry.times_of(entry_id), pk=entry_id)
        entry: AuditEntry | None = found.first() if from_field is None else None
        return entry
