"""Takes its whole process with it."""

import os
import signal


def segfaulter(data):
    os.kill(os.getpid(), signal.SIGSEGV)
