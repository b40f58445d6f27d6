#!/usr/bin/env python
"""Django's command line."""

import os
import sys

from django.core.management import execute_from_command_line

from foundation import secret_settings

if __name__ == "__main__":
    secret_settings.receive_from_descriptor()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduler_project.settings")
    if sys.argv[1:2] == ["new_handler"]:
        # It writes files and signs nothing: it needs no running platform to lend it a key.
        os.environ.setdefault("SECRET_KEY", "unused")
    execute_from_command_line(sys.argv)
