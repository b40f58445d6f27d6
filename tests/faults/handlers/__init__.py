"""Job types of the fault tests: each run leaves lines in the witness file, those of `poison` end badly."""
