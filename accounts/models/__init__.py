"""Defines the tables of users, groups, grants, tokens, sessions, provider accounts, secrets and the audit trail."""

from accounts.models.audit import AuditEntry
from accounts.models.grants import Group, Membership, RightsChange, StoredGrant
from accounts.models.one_time import OneTimeSecret, SignInFailures, SignInLink, WsTicket
from accounts.models.provider import ProviderAccount, ProviderSession, SeenLogout
from accounts.models.sessions import Session
from accounts.models.tokens import ApiToken
from accounts.models.users import User, UserManager

__all__ = [
    "ApiToken",
    "AuditEntry",
    "Group",
    "Membership",
    "OneTimeSecret",
    "ProviderAccount",
    "ProviderSession",
    "RightsChange",
    "SeenLogout",
    "Session",
    "SignInFailures",
    "SignInLink",
    "StoredGrant",
    "User",
    "UserManager",
    "WsTicket",
]
