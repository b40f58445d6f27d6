"""Holds the handlers: a job type needs only a module `handlers/<job_type>.py` with a function of the same name."""
