"""Defines forms of Django's admin: to sign in, with the REST API's lockout, and to edit users, groups and grants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.errors import SecondFactorDue
from accounts.models import Group, StoredGrant, User
from accounts.origin import Origin, Via, origin_of
from accounts.rights import JobRight
from accounts.services.grants import JOB_TYPES
from accounts.services.sign_in import sign_in
from accounts.sign_in_oidc.settings import list_providers
from foundation.errors import AppError, Forbidden, Invalid, Unavailable
from foundation.json_schema.checker import check_against

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Any]
else:
    _ModelForm = forms.ModelForm


class SignInForm(AdminAuthenticationForm):
    """Signs users in to Django's admin through `services.sign_in`, which locks out guessers; Django's form does not."""

    @property
    def ways(self) -> list[dict[str, str]]:
        """Returns the providers that sign users in, with name and address, for the page's template."""
        return list_providers()

    @property
    def is_local(self) -> bool:
        """Returns whether users sign in by name and password, so that the page shows the form."""
        return bool(settings.LOCAL_SIGN_IN)

    def clean(self) -> dict[str, Any]:
        """Checks name and password, sets `user_cache`, and returns the form's values.

        Raises ValidationError for a wrong password or a lockout, Unavailable (503) if too many passwords are checked,
        PermissionDenied (403) if nobody signs in by password here, and SecondFactorDue, for which the site redirects to
        the UI.
        """
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if username and password:
            origin = origin_of(self.request, Via.ADMIN) if self.request else Origin(Via.ADMIN)
            try:
                self.user_cache = sign_in(username=username, password=password, origin=origin)
            except (Unavailable, SecondFactorDue):
                raise  # nothing was tried, or nothing was wrong: the form must not report a mistake
            except Forbidden as exc:
                raise PermissionDenied(str(exc)) from None
            except AppError as exc:
                raise ValidationError(str(exc), code=exc.problems[0].code) from None
            self.confirm_login_allowed(self.user_cache)
        return self.cleaned_data


class UserForm(_ModelForm):
    """Edits a user's name, role, groups, password and flags in Django's admin."""

    groups = forms.ModelMultipleChoiceField(Group.objects.all(), required=False)
    new_password = forms.CharField(
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="If this is empty, the password stays as it is; a new user can then sign in by link or token only.",
    )

    class Meta:
        model = User
        fields = ["username", "role", "is_active", "is_service"]
        help_texts = {"is_service": "Uses API tokens only: it has no password, no links and no sessions."}

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        if self.instance.pk:
            self.initial["groups"] = Group.objects.filter(memberships__user=self.instance)

    def clean_new_password(self) -> str | None:
        """Returns the new password; None, to keep the old one, if it is empty. Raises ValidationError if it is weak."""
        password: str = self.cleaned_data["new_password"]
        if not password:
            return None
        validate_password(password, self.instance)
        return password


class GroupForm(_ModelForm):
    """Edits a group's name and members in Django's admin."""

    members = forms.ModelMultipleChoiceField(User.objects.all(), required=False)

    class Meta:
        model = Group
        fields = ["name"]

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        if self.instance.pk:
            self.initial["members"] = User.objects.filter(memberships__group=self.instance)


class GrantForm(_ModelForm):
    """Edits a grant in Django's admin: the job types, one pattern on each line, and the rights on them."""

    job_types = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One job type or pattern on each line, such as billing_*: * stands for any text.",
    )
    rights = forms.MultipleChoiceField(
        choices=[(right.value, right.value) for right in JobRight], widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = StoredGrant
        fields = ["user", "group"]

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        if self.instance.pk:
            self.initial["job_types"] = "\n".join(self.instance.job_types)
            self.initial["rights"] = self.instance.rights
        for name in ("user", "group"):
            if name in self.fields:
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """Adds an error if the grant is for a user and a group, and returns the form's values."""
        values = self.cleaned_data
        if values.get("user") and values.get("group"):
            self.add_error("group", "A grant is for a user or for a group: leave one of them out.")
        return values

    def clean_job_types(self) -> list[str]:
        """Returns the patterns. Raises ValidationError with each that is none."""
        patterns: list[str] = self.cleaned_data["job_types"].split()
        try:
            check_against(JOB_TYPES, patterns)
        except Invalid as exc:
            raise ValidationError([problem.detail for problem in exc.problems]) from None
        return patterns
