"""Registers the Django admin pages of jobs and series; every change that they make goes through `jobs.services`."""

from jobs.admin.job import JobAdmin
from jobs.admin.series import SeriesAdmin

__all__ = ["JobAdmin", "SeriesAdmin"]
