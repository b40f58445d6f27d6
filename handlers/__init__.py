"""One module per job type: `handlers/<job_type>.py` with a function of that name is all it takes."""
