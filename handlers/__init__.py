"""Contains the job handlers. A new job type needs only a module `handlers/<job_type>.py` with a function so named."""
