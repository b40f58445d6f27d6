from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Registers the commands and admin of templates; the package has no models."""

    name = "catalogue"
    label = "restjob_catalogue"
