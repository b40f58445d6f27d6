"""Manages users, their roles and API tokens, sign-in, and the audit trail of such changes."""
