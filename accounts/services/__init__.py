"""Changes users and API tokens and authenticates users; each change is recorded in the audit trail."""
