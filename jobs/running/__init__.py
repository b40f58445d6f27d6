"""Inside a worker's pool process: one attempt at a time, its lease, its stop and its output."""
