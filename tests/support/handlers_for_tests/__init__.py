"""Job types that only tests run: each does one thing that a handler in the wild may do to its worker."""
