"""Configures the site: settings, Celery app, ASGI and WSGI applications, and the URLs of all Django apps."""

from scheduler_project.own_packages import refuse_clashes

refuse_clashes()
