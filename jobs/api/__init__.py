"""REST shells: parse, call one service, answer."""
