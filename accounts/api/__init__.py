"""REST routes of accounts: shells that parse, call one service and answer."""
