"""What may be done with accounts, one verb a function; each records itself in the audit trail."""
