"""Finds the users and groups that a request names; for an unknown name, the error suggests the most similar one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from accounts.models import Group, User
from foundation.errors import Invalid, NotFound, Problem
from foundation.suggestions import MAX_GUESSES, MAX_NAME_LENGTH, nearest

# Comparing a name with more names than this would take long.
MAX_COMPARED = 1000
Places = Mapping[str, str]


def get_user(name: str) -> User:
    """Returns the user of a name in an address. Raises NotFound."""
    user = User.objects.filter(username=name).first() if "\0" not in name else None
    if user is None:
        raise NotFound(Problem("not_found", f"There is no user {name[:MAX_NAME_LENGTH]}."))
    return user


def places_below(at: str, names: Sequence[str]) -> Places:
    """Returns place -> name for a list of names at `at`: `members` and ["ann"] become {"members.0": "ann"}."""
    return {f"{at}.{number}": name for number, name in enumerate(names)}


def find_users(names: Places) -> list[User]:
    """Returns the users of these names, by name. Raises Invalid (unknown_user) at the place of each unknown name."""
    found = list(User.objects.filter(username__in=names.values()).order_by("username"))
    _refuse_unknown(User, names, {user.username for user in found})
    return found


def lock_groups(names: Places) -> list[Group]:
    """Locks the groups of these names until the end of the transaction, and returns them.

    Nobody else can then change their members or grants. Raises Invalid (unknown_group) at the place of each unknown
    name.
    """
    found = list(Group.objects.select_for_update().filter(name__in=names.values()).order_by("pk"))
    _refuse_unknown(Group, names, {group.name for group in found})
    return found


def _refuse_unknown(kind: type[User | Group], names: Places, found: Collection[str]) -> None:
    unknown = [(at, name) for at, name in names.items() if name not in found]
    if not unknown:
        return
    label, column = ("user", "username") if kind is User else ("group", "name")
    known = list(kind._default_manager.values_list(column, flat=True)[:MAX_COMPARED])
    problems = []
    for number, (at, name) in enumerate(unknown):
        hint = nearest(name, known) if number < MAX_GUESSES else ""
        detail = f"There is no {label} {name[:MAX_NAME_LENGTH]}. {hint}".strip()
        problems.append(Problem(f"unknown_{label}", detail, at))
    raise Invalid(problems)
