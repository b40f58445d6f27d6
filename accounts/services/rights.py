"""Keeps what users may do up to date: copies grants to the users' rows, and counts changes of anybody's rights."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection
from django.db.models import F

from accounts.models import RightsChange, User

_COPY_GRANTS = """
    UPDATE accounts_user AS owner SET rights_version = owner.rights_version + 1, granted = coalesce((
        SELECT jsonb_agg(jsonb_build_array(to_jsonb(given.job_types), to_jsonb(given.rights)) ORDER BY given.id)
        FROM accounts_grant AS given WHERE given.user_id = owner.id OR given.group_id IN (
            SELECT membership.group_id FROM accounts_membership AS membership WHERE membership.user_id = owner.id)
        ), '[]')
    WHERE owner.id = ANY(%s)"""


def lock_users(user_ids: Collection[int]) -> None:
    """Locks the users' rows until the end of the transaction, in the order of their ids.

    Call it before grants or memberships of these users are changed, and after their groups are locked: all changes
    lock groups, users, and then the rest, so that none of two changes at once ends in a deadlock.
    """
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=user_ids).order_by("pk")
    list(rows.values_list("pk"))


def copy_grants(user_ids: Collection[int]) -> None:
    """Copies to these users' rows what their grants and those of their groups give; call it with each such change.

    Runs in the transaction of the change. Cached credentials of these users are refused from its commit on.
    """
    # A statement sees what was committed when it began. After waiting for the row of a user whose grants another
    # transaction changed, the copy would miss that change; so the rows are locked first, by another statement.
    lock_users(user_ids)
    with connection.cursor() as cursor:
        cursor.execute(_COPY_GRANTS, [sorted(user_ids)])
    note_change()


def note_change() -> None:
    """Makes all web processes check within seconds who may still use open websockets, and what they may show.

    Call it in the transaction that changes what anybody may do: roles, grants, the access of templates, tokens,
    sessions. The row is locked until the commit, so call it last.
    """
    if not RightsChange.objects.filter(pk=1).update(number=F("number") + 1):
        RightsChange.objects.get_or_create(pk=1, defaults={"number": 1})


def count_changes() -> int:
    """Returns how often anybody's rights have changed."""
    found = RightsChange.objects.filter(pk=1).values_list("number", flat=True).first()
    return found or 0
