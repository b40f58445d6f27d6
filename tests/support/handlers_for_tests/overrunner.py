"""Takes longer than its template's timeoutSeconds."""

import time


def overrunner(data):
    time.sleep(60)
