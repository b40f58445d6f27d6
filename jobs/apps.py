"""Defines the Django app `jobs`; configures the registry of handlers and the checks of settings when Django starts."""

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

from foundation.connections import release_connection
from foundation.weak_settings import check_weak_settings
from handlers import registry


class JobsConfig(AppConfig):
    name = "jobs"
    label = "restjob_jobs"
    verbose_name = "Jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        registry.configure(
            settings.HANDLER_PACKAGES,
            reload=settings.HANDLER_RELOAD,
            setup="django:setup",
            before_check=release_connection,
        )
        checks.register(check_weak_settings, checks.Tags.security, deploy=True)
