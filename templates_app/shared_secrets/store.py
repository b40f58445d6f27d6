"""Creates, changes and deletes shared secrets, for admins. Nothing here or anywhere returns a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from accounts import audit
from accounts.rights import matches
from accounts.roles import Actor
from accounts.services.grants import JOB_TYPES
from foundation import hosts as host_entries
from foundation.encryption import seal
from foundation.errors import Conflict, Invalid, NotFound, Problem
from foundation.json_schema.checker import check_against
from foundation.suggestions import MAX_NAME_LENGTH
from templates_app.models import SharedSecret
from templates_app.payload_schema.secret_type import NAME_RULE, SHARED_NAME
from templates_app.shared_secrets import sources
from templates_app.shared_secrets.kinds import MAX_BYTES, MAX_PLACE_LENGTH
from templates_app.shared_secrets.references import list_uses

FIELDS: dict[str, Any] = {
    "name": {
        "type": "string",
        "pattern": f"^{SHARED_NAME.pattern}$",
        "x-patternMessage": f"A name has {NAME_RULE}, and begins with a letter or digit.",
    },
    "job_types": JOB_TYPES,
    "hosts": {
        "type": ["array", "null"],
        "items": {"type": "string", "minLength": 1, "maxLength": host_entries.MAX_LENGTH},
        "minItems": 1,
        "maxItems": host_entries.MAX_HOSTS,
        "description": "Where the value may go, such as api.example.org or *.example.org:8443; null: anywhere.",
    },
    "source": {
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_PLACE_LENGTH + 10,
        "description": "value, env:NAME or file:PATH: where workers read the value, at each run.",
    },
    "value": {
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_BYTES,
        "writeOnly": True,
        "description": "With the source value only. It is stored encrypted and never answered.",
    },
}
_GIVEN = {"type": "object", "properties": FIELDS}


def create_secret(*, by: Actor, name: str, **given: Any) -> SharedSecret:
    """Creates a shared secret of FIELDS and returns it.

    Raises Invalid for bad fields, and Conflict (secret_exists) if there is one of this name.
    """
    check_against(_GIVEN, {"name": name, **given})
    secret = SharedSecret(name=name, created_by=by.name, updated_by=by.name)
    _apply(secret, given)
    with transaction.atomic():
        try:
            with transaction.atomic():
                secret.save(force_insert=True)
        except IntegrityError:
            detail = f"There is a shared secret {name} already."
            raise Conflict(Problem("secret_exists", detail, "name")) from None
        audit.record(by, "secret_created", _object(secret), after=describe_secret(secret))
    secret.refresh_from_db()
    return secret


def change_secret(*, by: Actor, name: str, **changes: Any) -> SharedSecret:
    """Changes some of job_types, hosts, source and value, and returns the secret; runs that begin later have it.

    Raises NotFound, Invalid for bad fields, and Conflict (in_use) if templates that use it would match no more.
    """
    check_against(_GIVEN, changes)
    with transaction.atomic():
        secret = _lock(name)
        before = describe_secret(secret)
        _apply(secret, changes)
        after = describe_secret(secret)
        left_out = [one for one in list_uses().get(name, []) if not matches(secret.job_types, one)]
        if left_out:
            raise _in_use(left_out, "job_types")
        if after != before or "value" in changes:
            secret.updated_by = by.name
            secret.updated_at = Now()
            secret.save()
            shown = {**after, "value_changed": True} if "value" in changes else after
            audit.record(by, "secret_changed", _object(secret), before=before, after=shown)
    secret.refresh_from_db()
    return secret


def delete_secret(*, by: Actor, name: str) -> None:
    """Deletes a shared secret. Raises NotFound, and Conflict (in_use) if templates use it."""
    with transaction.atomic():
        secret = _lock(name)
        if users := list_uses().get(name):
            raise _in_use(users, None)
        audit.record(by, "secret_deleted", _object(secret), before=describe_secret(secret))
        secret.delete()


def get_secret(name: str) -> SharedSecret:
    """Returns the shared secret of a name in an address. Raises NotFound."""
    secret = SharedSecret.objects.filter(name=name).first() if "\0" not in name else None
    if secret is None:
        raise _not_found(name)
    return secret


def describe_secret(secret: SharedSecret) -> dict[str, Any]:
    """Returns all of a shared secret but its value, as a JSON object."""
    return {
        "name": secret.name,
        "job_types": list(secret.job_types),
        "hosts": secret.hosts,
        "source": secret.source,
    }


def _apply(secret: SharedSecret, given: Mapping[str, Any]) -> None:
    """Sets the given fields. Raises Invalid for bad hosts or sources, and for a value that is missing or unused."""
    if "job_types" in given:
        secret.job_types = list(dict.fromkeys(given["job_types"]))
    if "hosts" in given:
        _refuse_bad_hosts(given["hosts"] or ())
        secret.hosts = given["hosts"]
    if "source" in given:
        if (remedy := sources.find_fault(given["source"])) is not None:
            raise Invalid(Problem("pattern", f"This is no source. {remedy}", "source"))
        secret.source = given["source"]
    if secret.source != sources.VALUE:
        if "value" in given:
            detail = f"The value is read from {secret.source}: leave it out, or set the source to value."
            raise Invalid(Problem("conflict", detail, "value"))
        secret.secrets = None
    elif "value" in given:
        secret.secrets = seal({sources.VALUE: given["value"]})
    elif secret.secrets is None:
        raise Invalid(Problem("required", "Enter the value, which is then stored encrypted.", "value"))


def _refuse_bad_hosts(entries: Sequence[str]) -> None:
    faults = {place: host_entries.find_fault(entry) for place, entry in enumerate(entries)}
    problems = [
        Problem("pattern", f"This is no host. {remedy}", f"hosts.{place}")
        for place, remedy in faults.items()
        if remedy is not None
    ]
    if problems:
        raise Invalid(problems)


def _lock(name: str) -> SharedSecret:
    secret = SharedSecret.objects.select_for_update().filter(pk=get_secret(name).pk).first()
    if secret is None:
        raise _not_found(name)  # it was deleted at this moment
    return secret


def _in_use(job_types: Sequence[str], attr: str | None) -> Conflict:
    detail = f"These templates use it: {', '.join(job_types)}. Change them first."
    return Conflict(Problem("in_use", detail, attr))


def _not_found(name: str) -> NotFound:
    return NotFound(Problem("not_found", f"There is no shared secret {name[:MAX_NAME_LENGTH]}."))


def _object(secret: SharedSecret) -> str:
    return f"secret:{secret.name}"
