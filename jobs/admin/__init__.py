"""Shows jobs and series in Django's admin; every change goes through `jobs.services`."""

from jobs.admin.job import JobAdmin
from jobs.admin.series import SeriesAdmin

__all__ = ["JobAdmin", "SeriesAdmin"]
