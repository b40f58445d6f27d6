"""The REST routes of accounts."""
