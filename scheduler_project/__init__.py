"""Configures the site: settings, Celery app, ASGI and WSGI applications, and the routes of all apps."""

from scheduler_project.own_packages import refuse_clashes

refuse_clashes()
