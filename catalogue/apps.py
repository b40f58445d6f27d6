from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Registers the management commands and admin pages of job templates; has no models."""

    name = "catalogue"
    label = "restjob_catalogue"
