"""Keeps the secrets that templates share: admins name them, templates refer to them, workers read their values."""
