"""Changes accounts and authenticates users; each change is recorded in the audit trail."""
