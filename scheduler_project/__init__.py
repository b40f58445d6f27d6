"""The project: settings, Celery app, routes of the whole site."""
