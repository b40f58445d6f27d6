"""Handlers that only tests run. Each does one thing that a careless handler may do to its worker."""
