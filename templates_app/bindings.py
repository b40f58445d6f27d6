"""Says to what a stored secret value is bound: when that changes, the value is not kept and must be entered again.

Otherwise whoever may change a template or a series could send a value that they do not know to a server of their own:
by another address, by wider `hosts`, by another handler, or by moving the marker to another field.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field

from foundation.encryption import unseal_with_note
from foundation.hosts import is_allowed, origin_of
from templates_app.documents import TemplateSpec
from templates_app.payload_schema.secrets import Path
from templates_app.payload_schema.urls import find_default_urls, find_url_fields, find_urls


@dataclass(frozen=True, slots=True)
class Binding:
    """Holds the job type, handler and addresses that secret values were entered for, and the rules of their fields.

    `url_fields` has the path of each address field, `urls` that and the origin of each address; `fields` has, by the
    dotted path of each value, the `hosts` of its field and its `secretRef`.
    """

    job_type: str
    handler: str | None = None
    urls: list[list[str]] = field(default_factory=list)
    url_fields: list[str] = field(default_factory=list)
    fields: dict[str, list[list[str] | str | None]] = field(default_factory=dict)

    def as_text(self) -> str:
        """Returns the binding as JSON text, to be encrypted together with the values."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> Binding:
        """Returns the binding that `as_text` wrote."""
        return cls(**json.loads(text))


@dataclass(frozen=True, slots=True)
class StoredSecrets:
    """Holds stored secret values by dotted path, and to what they are bound; None if that was not recorded."""

    values: dict[str, str] = field(default_factory=dict, repr=False)
    binding: Binding | None = None

    @classmethod
    def open(cls, sealed: str | None) -> StoredSecrets:
        """Returns what was stored in an encrypted text. Raises SecretsUnreadable if no key decrypts it."""
        values, note = unseal_with_note(sealed)
        return cls(values, None if note is None else Binding.from_text(note))


NOTHING_STORED = StoredSecrets()


def bind_to_payload(spec: TemplateSpec, payload: object, places: Collection[str]) -> Binding:
    """Returns to what the values at `places` (dotted paths) are bound in a complete payload of the template."""
    return _bind(spec, find_urls(spec.compiled.json_schema, payload), places)


def bind_to_defaults(spec: TemplateSpec, places: Collection[str]) -> Binding:
    """Returns to what the default values at `places` (dotted paths) of the template are bound."""
    return _bind(spec, find_default_urls(spec.compiled.json_schema), places)


def find_change(before: Binding, now: Binding, place: str) -> str | None:
    """Returns what changed of that to which the value at `place` is bound, as a part of a sentence; None if nothing."""
    if place not in before.fields or place not in now.fields:
        return "it was entered for another field"
    if before.job_type != now.job_type:
        return "the job type changed"
    if before.handler != now.handler:
        return "the handler changed"
    if before.fields[place] != now.fields[place]:
        return "the hosts or the shared secret of its field changed"
    if gone := set(before.url_fields) - set(now.url_fields):
        return f"{min(gone)} is no address field any more"
    hosts = now.fields[place][0]
    if isinstance(hosts, list) and hosts and all(is_allowed(origin, hosts) for _, origin in now.urls):
        return None
    changed = {tuple(one) for one in before.urls} ^ {tuple(one) for one in now.urls}
    return f"the address in {min(changed)[0]} changed" if changed else None


def _bind(spec: TemplateSpec, urls: Iterable[tuple[Path, str]], places: Collection[str]) -> Binding:
    rules = {".".join(path): one for path, one in spec.compiled.secret_fields.items()}
    found = {(_field_of(path), str(origin_of(url) or url)) for path, url in urls}
    handler = spec.document.get("handler")
    return Binding(
        spec.type,
        handler if isinstance(handler, str) else None,
        [list(one) for one in sorted(found)],
        sorted({_field_of(path) for path in find_url_fields(spec.compiled.json_schema)}),
        {
            place: [list(rules[place].hosts), rules[place].shared]
            for place in sorted(places)
            if place in rules
        },
    )


def _field_of(path: Path) -> str:
    """Returns the dotted path of an address field without the numbers of lists' items, whose order means nothing."""
    return ".".join(name for name in path if not name.isdecimal())
