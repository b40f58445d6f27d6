"""Defines the tables of users, groups, grants, API tokens, one-time secrets, failed sign-ins and the audit trail."""

from accounts.models.audit import AuditEntry
from accounts.models.grants import Group, Membership, RightsChange, StoredGrant
from accounts.models.one_time import OneTimeSecret, SignInFailures, SignInLink, WsTicket
from accounts.models.tokens import ApiToken
from accounts.models.users import User, UserManager

__all__ = [
    "ApiToken",
    "AuditEntry",
    "Group",
    "Membership",
    "OneTimeSecret",
    "RightsChange",
    "SignInFailures",
    "SignInLink",
    "StoredGrant",
    "User",
    "UserManager",
    "WsTicket",
]
