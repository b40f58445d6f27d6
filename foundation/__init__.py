"""What everything else stands on: environment, errors, JSON, database access and the shape of the HTTP API."""
