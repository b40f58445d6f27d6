"""Reads jobs, series, job events and workers from Postgres, for the API and for all processes; writes nothing."""
