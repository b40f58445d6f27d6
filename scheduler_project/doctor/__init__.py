"""Checks what the platform depends on, for `manage.py doctor`."""
