"""Holds users, their roles and tokens, sign-in, and the audit trail."""
