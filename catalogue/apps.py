from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Has no models: the API, admin and commands of templates, which touch jobs as well."""

    name = "catalogue"
    label = "restjob_catalogue"
