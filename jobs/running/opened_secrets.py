"""Opens the secrets of an attempt right before its job handler is called: own values, and those of shared secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from foundation.encryption import unseal
from jobs.transitions import Attempt
from templates_app.foreign_urls import find_foreign_urls
from templates_app.payload_schema.secrets import has_marker, is_marked, restore_secrets
from templates_app.queries import version_spec
from templates_app.shared_secrets.kinds import Unreadable
from templates_app.shared_secrets.loading import load_shared
from templates_app.shared_secrets.sources import read_source


class SecretUnavailable(Exception):
    """Raised when a shared secret cannot be used for an attempt; its text names the secret and why, but no value."""


@dataclass(frozen=True, slots=True)
class OpenedSecrets:
    """Holds a payload with its secret values, these values by dotted path, and the hosts that some may only go to."""

    payload: dict[str, Any] = field(repr=False)
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    hosts: Mapping[str, list[str]] = field(default_factory=dict)


def open_secrets(attempt: Attempt) -> OpenedSecrets:
    """Returns the payload of the attempt with all secret values. Raises SecretsUnreadable and SecretUnavailable."""
    if attempt.sealed is None and not has_marker(attempt.payload):
        return OpenedSecrets(attempt.payload)
    values = unseal(attempt.sealed)
    spec = version_spec(attempt.job_type, attempt.template_version)
    fields = spec.compiled.secret_fields
    hosts = {".".join(path): list(rules.hosts) for path, rules in fields.items() if rules.hosts}
    shared = load_shared(spec) if any(rules.shared for rules in fields.values()) else {}
    for path, rules in fields.items():
        place = ".".join(path)
        if rules.shared is None or not is_marked(attempt.payload, path):
            continue
        secret = shared.get(rules.shared)
        if secret is None:
            raise SecretUnavailable(f"There is no shared secret {rules.shared} for this job type any more.")
        if secret.hosts:
            hosts[place] = list(secret.hosts)
        for problem in find_foreign_urls(spec, attempt.payload, path, secret.hosts):
            raise SecretUnavailable(
                f"{problem.detail}: the hosts of the shared secret {rules.shared} changed."
            )
        if place in values:
            continue
        try:
            values[place] = read_source(secret.source, secret.sealed)
        except Unreadable as exc:
            why = f"The shared secret {rules.shared} could not be read from {secret.source}: {exc}."
            raise SecretUnavailable(why) from None
    return OpenedSecrets(restore_secrets(attempt.payload, values), values, hosts)
