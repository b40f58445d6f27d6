"""Defines the Django app `jobs`, and configures the registry of job handlers when Django starts."""

from django.apps import AppConfig
from django.conf import settings

from foundation.connections import release_connection
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
