"""Configures the Django app of users, API tokens, one-time secrets and the audit trail."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    label = "restjob_accounts"
    verbose_name = "Access"
