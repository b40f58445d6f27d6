"""Defines the tables of users, rights, tokens, sessions, provider accounts, second factors and the audit trail."""

from accounts.models.audit import AuditCheckpoint, AuditEntry, AuditHead, AuditLink, PendingAuditEntry
from accounts.models.factors import Passkey, RecoveryCode, TotpSecret
from accounts.models.grants import Group, Membership, RightsChange, StoredGrant
from accounts.models.one_time import OneTimeSecret, ResetLink, SignInFailures, SignInLink, WsTicket
from accounts.models.provider import ProviderAccount, ProviderSession, SeenLogout
from accounts.models.sessions import Session
from accounts.models.tokens import ApiToken
from accounts.models.users import User, UserManager

__all__ = [
    "ApiToken",
    "AuditCheckpoint",
    "AuditEntry",
    "AuditHead",
    "AuditLink",
    "Group",
    "Membership",
    "OneTimeSecret",
    "Passkey",
    "PendingAuditEntry",
    "ProviderAccount",
    "ProviderSession",
    "RecoveryCode",
    "ResetLink",
    "RightsChange",
    "SeenLogout",
    "Session",
    "SignInFailures",
    "SignInLink",
    "StoredGrant",
    "TotpSecret",
    "User",
    "UserManager",
    "WsTicket",
]
