"""The project: settings, Celery app, routes of the whole site."""

from scheduler_project.own_packages import refuse_clashes

refuse_clashes()
